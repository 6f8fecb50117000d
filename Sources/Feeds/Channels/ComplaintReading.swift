import Model

/// Makes one delivery of a complaint file: nothing in it is lost.
struct ComplaintReading {
    let complaints: ComplaintImport
    /// Source of what goes to quarantine.
    let source: String

    /// Reads a file.
    ///
    /// - Parameter name: the file's name for the reasons, without personal data; may be empty.
    /// - Returns: the events in the order of the file, then one entry for each refused row, or the whole file where it
    ///   cannot be read; whether the file ends too early, so that its rest may still come.
    func read(_ bytes: [UInt8], name: String, received: Timestamp) -> (arrivals: [Arrival], looksCut: Bool) {
        do throws(ImportError) {
            let result = try complaints.read(bytes, received: received)
            let refused = refused(result, bytes, name, received)
            return (result.events.map { .event($0) } + refused.map { .unreadable($0) }, false)
        } catch {
            if error.code == .empty, holdsHeader(bytes) { return ([], false) }
            let looksCut = bytes.isEmpty || error.code == .malformed
            return ([.unreadable(whole(bytes, error, name, received))], looksCut)
        }
    }

    /// A channel without news exports a header and nothing below it.
    private func holdsHeader(_ bytes: [UInt8]) -> Bool {
        guard let text = try? TextDecoding.decode(bytes).text, let rows = try? CSVReader.rows(text) else { return false }
        return rows.contains { !$0.isBlank }
    }

    private func whole(_ bytes: [UInt8], _ error: ImportError, _ name: String, _ received: Timestamp) -> Unreadable {
        Unreadable(
            source: source, adapter: "complaints", reason: sentence(name, zh: error.message.zh, en: error.message.en),
            contentType: error.code == .undecodable ? "application/octet-stream" : "text/csv", bytes: bytes,
            received: received)
    }

    private func refused(
        _ result: ImportResult, _ bytes: [UInt8], _ name: String, _ received: Timestamp
    ) -> [Unreadable] {
        guard !result.refused.isEmpty else { return [] }
        let byRow = Dictionary(grouping: result.refused, by: \.row)
        let excerpts = (try? CSVExcerpts(bytes, rows: Set(byRow.keys)))?.byRow ?? [:]
        return byRow.sorted { $0.key < $1.key }.map { row, problems in
            let zh = problems.map { $0.column.isEmpty ? $0.message.zh : $0.column + ":" + $0.message.zh }
            let en = problems.map { $0.column.isEmpty ? $0.message.en : $0.column + ": " + $0.message.en }
            let reason = sentence(
                name, zh: "第 \(row) 行 " + zh.joined(separator: " "), en: "Row \(row), " + en.joined(separator: " "))
            // The whole file holds the row too, should it not be found on its own.
            return Unreadable(
                source: source, adapter: "complaints", reason: reason, contentType: "text/csv; charset=utf-8",
                bytes: excerpts[row] ?? bytes, received: received)
        }
    }

    private func sentence(_ name: String, zh: String, en: String) -> String {
        (name.isEmpty ? "" : name + " ") + zh + " / " + en
    }
}
