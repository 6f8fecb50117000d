import Model
import Tables

/// Makes one delivery of a complaint file: nothing in it is lost.
///
/// For every way on which such files come: the watched folder, a letter's attachment, a row out of quarantine.
package struct ComplaintReading: Sendable {
    private let complaints: ComplaintImport
    /// Source of what goes to quarantine.
    private let source: String

    /// - Parameters:
    ///   - channels: the channel list; rows name a channel by key, name or alias.
    ///   - columns: which headers mean what.
    ///   - source: of what goes to quarantine, such as `patrold:/feeds/petition-mail`.
    package init(channels: [Channel], columns: ComplaintColumns = ComplaintColumns(), source: String) {
        complaints = ComplaintImport(channels: channels, columns: columns)
        self.source = source
    }

    /// Reads a file: CSV, XLSX or JSON, whatever its name.
    ///
    /// - Parameters:
    ///   - name: the file's name for the reasons, without personal data; may be empty.
    ///   - channel: key, name or alias of the channel of rows that name none.
    /// - Returns: the events in the order of the file, then one entry for each refused row, or the whole file where it
    ///   cannot be read; nothing for a header without rows.
    package func arrivals(_ bytes: [UInt8], name: String, channel: String? = nil, received: Timestamp) -> [Arrival] {
        read(bytes, name: name, channel: channel, received: received).arrivals
    }

    /// As `arrivals`; tells also whether the file ends too early, so that its rest may still come.
    func read(
        _ bytes: [UInt8], name: String, channel: String? = nil, received: Timestamp
    ) -> (arrivals: [Arrival], looksCut: Bool) {
        do throws(ImportError) {
            let result = try complaints.read(bytes, options: ImportOptions(channel: channel), received: received)
            let refused = refused(result, bytes, name, channel, received)
            return (result.events.map { .event($0) } + refused.map { .unreadable($0) }, false)
        } catch {
            let looksCut = bytes.isEmpty || error.code == .malformed
            return ([.unreadable(whole(bytes, error, name, channel, received))], looksCut)
        }
    }

    /// Reads quarantined bytes again, a row or a whole file.
    ///
    /// - Returns: the events, with a new entry for each row of a whole file that is still refused; the entry itself where
    ///   there is still no event in it.
    func replay(_ unreadable: Unreadable, received: Timestamp) -> [Arrival] {
        let channel = Self.channel(ofType: unreadable.contentType)
        let again = arrivals(unreadable.bytes, name: "", channel: channel, received: received)
        let hasEvent = again.contains { if case .event = $0 { true } else { false } }
        return hasEvent ? again : [.unreadable(unreadable)]
    }

    private func whole(
        _ bytes: [UInt8], _ error: ImportError, _ name: String, _ channel: String?, _ received: Timestamp
    ) -> Unreadable {
        let type =
            TableFile.isWorkbook(bytes)
            ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            : error.code == .undecodable ? "application/octet-stream" : "text/csv"
        return Unreadable(
            source: source, adapter: "complaints", reason: sentence(name, zh: error.message.zh, en: error.message.en),
            contentType: type + (key(channel).map { "; channel=" + $0 } ?? ""), bytes: bytes, received: received)
    }

    /// The channel that a file was meant for is kept with its bytes, which do not tell it.
    private static func channel(ofType type: String) -> String? {
        type.firstRange(of: "; channel=").map { String(type[$0.upperBound...]) }
    }

    private func key(_ channel: String?) -> String? { channel.flatMap { complaints.channel(named: $0)?.key } }

    private func refused(
        _ result: ImportResult, _ bytes: [UInt8], _ name: String, _ channel: String?, _ received: Timestamp
    ) -> [Unreadable] {
        guard !result.refused.isEmpty else { return [] }
        let byRow = Dictionary(grouping: result.refused, by: \.row)
        return byRow.sorted { $0.key < $1.key }.map { row, problems in
            let zh = problems.map { RefusedFile.sentence($0, chinese: true) }
            let en = problems.map { RefusedFile.sentence($0, chinese: false) }
            let reason = sentence(
                name, zh: "第 \(row) 行 " + zh.joined(separator: " "), en: "Row \(row), " + en.joined(separator: " "))
            let type = "text/csv; charset=utf-8" + (key(channel).map { "; channel=" + $0 } ?? "")
            // The whole file holds the row too, should it not be found on its own.
            return Unreadable(
                source: source, adapter: "complaints", reason: reason, contentType: type,
                bytes: RefusedFile.excerpt(result, row: row) ?? bytes, received: received)
        }
    }

    private func sentence(_ name: String, zh: String, en: String) -> String {
        (name.isEmpty ? "" : name + " ") + zh + " / " + en
    }
}
