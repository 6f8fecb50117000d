import Model

/// How the lines of a file of calls are to be read.
package struct CDRFormat: Hashable, Sendable {
    /// Names of the columns in their order, looked up in the spellings; empty where the first line names them.
    package var columns: [String]
    /// Fewer cells than this are no line of this file.
    package var minimum: Int
    /// Whether the first line names the columns.
    package var hasHeader: Bool

    /// Columns of one's own; every line must have them all.
    package init(columns: [String]) {
        self.init(columns: columns, minimum: columns.count, hasHeader: false)
    }

    private init(columns: [String], minimum: Int, hasHeader: Bool) {
        self.columns = columns
        self.minimum = minimum
        self.hasHeader = hasHeader
    }

    /// Asterisk's `Master.csv` (cdr_csv): no header; `uniqueid` and `userfield` where `loguniqueid` and `loguserfield` say so.
    package static let asterisk = CDRFormat(
        columns: [
            "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer",
            "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield",
        ], minimum: 16, hasHeader: false)

    /// Asterisk's cdr_custom as its sample configuration orders it.
    package static let asteriskCustom = CDRFormat(
        columns: [
            "clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end",
            "duration", "billsec", "disposition", "amaflags", "accountcode", "uniqueid", "userfield",
        ], minimum: 16, hasHeader: false)

    /// FreeSWITCH's `cdr-csv/Master.csv` by its template `example`.
    package static let freeswitch = CDRFormat(
        columns: [
            "caller_id_name", "caller_id_number", "destination_number", "context", "start_stamp", "answer_stamp", "end_stamp",
            "duration", "billsec", "hangup_cause", "uuid", "bleg_uuid", "accountcode", "read_codec", "write_codec",
        ], minimum: 11, hasHeader: false)

    /// Huawei AICC's index of records, and every other file whose first line names the columns.
    package static let aicc = CDRFormat(columns: [], minimum: 1, hasHeader: true)
}
