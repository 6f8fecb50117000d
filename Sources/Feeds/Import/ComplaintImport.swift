import Model

/// Complaints from the CSV files that the channels export.
///
/// Each good row is `complaint.received` and, where it has a closing time, `complaint.closed` too. Ids are the channel's
/// own numbers, so the same file imported twice adds nothing, and a later export adds the closings that are new.
package struct ComplaintImport: Sendable {
    private typealias Field = ComplaintColumns.Field

    private let channels: [String: Channel]
    private let channelNames: String
    private let columns: ComplaintColumns

    /// - Parameters:
    ///   - channels: the channel list; rows name a channel by key, name or alias.
    ///   - columns: which headers mean what.
    package init(channels: [Channel], columns: ComplaintColumns = ComplaintColumns()) {
        var table: [String: Channel] = [:]
        for channel in channels {
            for name in [channel.key, channel.name] + channel.aliases where table[name.headerKey] == nil {
                table[name.headerKey] = channel
            }
        }
        self.channels = table
        self.columns = columns
        channelNames = channels.map(\.name).joined(separator: "、")
    }

    /// Reads a file.
    ///
    /// - Parameter received: stamped on every event.
    /// - Throws: `ImportError` where the file as a whole cannot be read.
    package func read(_ bytes: [UInt8], received: Timestamp) throws(ImportError) -> ImportResult {
        let byHeader = columns.byHeader
        let required = [Field.channel, .number, .accepted].map { ($0.rawValue, columns.suggestion($0)) }
        let table = try ImportTable(bytes, required: required) { byHeader[$0]?.rawValue }
        var result = ImportResult(encoding: table.encoding)
        result.rows = table.rows.count
        result.ignoredColumns = table.ignored
        var seen: [String: Int] = [:]
        for row in table.rows {
            var draft = ComplaintRow(row, table)
            let complaint = draft.complaint(channels: channels, names: channelNames)
            let closing = draft.closing(of: complaint)
            if let complaint { draft.checkOnce(complaint, &seen) }
            if let complaint, draft.refused.isEmpty {
                result.events += events(complaint, closing, received)
            }
            result.refused += draft.refused
        }
        return result
    }

    private func events(_ complaint: Complaint, _ closing: ComplaintClosing?, _ received: Timestamp) -> [Event] {
        let source = "patrold:/channels/" + complaint.channel
        let subject = complaint.channel + "/" + complaint.number
        var events = [
            Event(
                source: source, id: complaint.number, type: EventType.complaintReceived, subject: subject,
                time: complaint.accepted.text(), received: received, data: complaint.json.bytes)
        ]
        if let closing {
            events.append(
                Event(
                    source: source, id: complaint.number + "/closed", type: EventType.complaintClosed, subject: subject,
                    time: closing.closed.text(), received: received, data: closing.json.bytes))
        }
        return events
    }
}
