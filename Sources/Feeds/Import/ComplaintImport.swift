import Model
import Tables

/// Complaints from the tables that the channels export: CSV, XLSX or JSON.
///
/// Each good row is `complaint.received` and, where it has a closing time, `complaint.closed` too. Ids are the channel's
/// own numbers, so the same file imported twice adds nothing, and a later export adds the closings that are new.
package struct ComplaintImport: Sendable {
    private let channels: ChannelNames
    private let columns: ComplaintColumns

    /// - Parameters:
    ///   - channels: the channel list; rows name a channel by key, name or alias.
    ///   - columns: which headers mean what.
    package init(channels: [Channel], columns: ComplaintColumns = ComplaintColumns()) {
        self.channels = ChannelNames(channels)
        self.columns = columns
    }

    /// Reads a file.
    ///
    /// - Parameter received: stamped on every event.
    /// - Throws: `ImportError` where the file as a whole cannot be read.
    package func read(
        _ bytes: [UInt8], options: ImportOptions = ImportOptions(), received: Timestamp
    ) throws(ImportError) -> ImportResult {
        var seen: [String: Int] = [:]
        return try run(options).collect(bytes) { row, table, _ in judge(row, table, options, received, &seen) }
    }

    /// Reads a file of any length without keeping its events.
    ///
    /// - Throws: `ImportError`; whatever `each` throws.
    package func read(
        _ bytes: [UInt8], options: ImportOptions = ImportOptions(), received: Timestamp,
        each: (ImportedRow) throws -> Void
    ) throws -> ImportResult {
        var seen: [String: Int] = [:]
        return try run(options).read(
            bytes, judge: { row, table, _ in judge(row, table, options, received, &seen) }, each: each)
    }

    /// The channel of a key, name or alias.
    package func channel(named name: String) -> Channel? { channels[name] }

    private func run(_ options: ImportOptions) -> ImportRun {
        let needsChannel = options.channel.flatMap { channels[$0] } == nil
        return ImportRun(fields: columns.fields(needsChannel: needsChannel), options: options)
    }

    private func judge(
        _ row: ImportTable.Row, _ table: ImportTable, _ options: ImportOptions, _ received: Timestamp,
        _ seen: inout [String: Int]
    ) -> ImportedRow.Outcome {
        var draft = ComplaintRow(row, table)
        let complaint = draft.complaint(channels, default: options.channel.flatMap { channels[$0] })
        let closing = draft.closing(of: complaint)
        if let complaint { draft.checkOnce(complaint, &seen) }
        guard let complaint, draft.refused.isEmpty else { return .refused(draft.refused) }
        return .events(events(complaint, closing, received))
    }

    private func events(_ complaint: Complaint, _ closing: ComplaintClosing?, _ received: Timestamp) -> [Event] {
        [complaint.event(received: received)] + (closing.map { [$0.event(received: received)] } ?? [])
    }
}
