import Model

/// A record of a call that lies beside the sound under the same name, or an index of many.
struct Sidecar {
    /// The longest in bytes; a longer one stays where it is.
    static let limit: Int64 = 4 << 20

    let recorder: SpoolRecorder
    let fileName: String

    /// What the file says; a document of another kind is unreadable as a whole.
    func arrivals(_ bytes: [UInt8], received: Timestamp) -> [Arrival] {
        let events = CallEvents(device: recorder.name, spellings: recorder.spellings)
        if fileName.lowercased().hasSuffix(".csv") { return rows(bytes, events, received: received) }
        if let call = SIPRECMetadata.call(bytes, device: recorder.name, fileName: sound) {
            return [.event(events.event(call, received: received))]
        }
        let isXML = fileName.lowercased().hasSuffix(".xml")
        return events.arrivals(bytes, contentType: isXML ? "application/xml" : "application/json", received: received)
    }

    /// Whether the document ends before its end.
    func isCut(_ bytes: [UInt8]) -> Bool {
        let lower = fileName.lowercased()
        if lower.hasSuffix(".xml") { return (try? XMLElement(parsing: bytes)) == nil }
        return lower.hasSuffix(".json") && (try? JSON(parsing: bytes)) == nil
    }

    /// The sound of the same name; which of the recorder's endings it has is not known here, and does not matter to those
    /// who join them.
    private var sound: String {
        let stem = fileName.lastIndex(of: ".").map { fileName[..<$0] } ?? fileName[...]
        return stem + (recorder.suffixes.first ?? ".wav")
    }

    /// An index whose first line names the columns; a line that is none is unreadable on its own.
    private func rows(_ bytes: [UInt8], _ events: CallEvents, received: Timestamp) -> [Arrival] {
        let lines = CDRLines(events: events, format: .aicc)
        let rows = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        guard let first = rows.first, let columns = lines.header(first), columns.count > 1,
            events.spellings.recognised(columns) >= 2
        else {
            return [events.unreadable(bytes, "text/csv", "the first line names no columns of calls", received: received)]
        }
        guard rows.count <= CallReader.limit else {
            return [events.unreadable(bytes, "text/csv", CallReader.tooMany, received: received)]
        }
        return rows.enumerated().dropFirst().compactMap { index, row in
            lines.arrival(row, number: index + 1, columns: columns, received: received)
        }
    }
}
