import Model

/// One line of separated values (RFC 4180), on its own: a quote that is never closed damages no other line.
enum CDRLine {
    private enum State {
        case start, plain, quoted, quoteInQuoted
    }

    /// Most cells of a line.
    private static let limit = 1000

    /// The cells without their quotes, or nothing where a quote is left open.
    static func cells(_ line: some Sequence<UInt8>) -> [String]? {
        var cells: [String] = []
        var cell: [UInt8] = []
        var state = State.start
        for byte in line {
            switch (byte, state) {
            case (UInt8(ascii: "\""), .start): state = .quoted
            case (UInt8(ascii: "\""), .quoted): state = .quoteInQuoted
            case (UInt8(ascii: ","), .start), (UInt8(ascii: ","), .plain), (UInt8(ascii: ","), .quoteInQuoted):
                guard cells.count < limit else { return nil }
                cells.append(FormText.text(cell))
                cell = []
                state = .start
            default:
                // The second of two quotes stands for one; text after a closing quote is kept as it stands.
                cell.append(byte)
                state = state == .quoted || (state == .quoteInQuoted && byte == UInt8(ascii: "\"")) ? .quoted : .plain
            }
        }
        guard state != .quoted else { return nil }
        return cells + [FormText.text(cell)]
    }
}

/// Reads the lines of one file of calls.
struct CDRLines {
    let events: CallEvents
    let format: CDRFormat

    /// The names of the columns that a first line gives, or nothing where it is a call like the others.
    ///
    /// A file of a format without header may have one all the same: then most of its cells are names that are known.
    func header(_ line: [UInt8]) -> [String]? {
        guard let cells = CDRLine.cells(Self.plain(line)) else { return nil }
        if format.hasHeader { return cells }
        return cells.count >= 4 && events.spellings.recognised(cells) * 2 >= cells.count ? cells : nil
    }

    /// Nothing for an empty line.
    func arrival(_ line: [UInt8], number: Int, columns: [String], received: Timestamp) -> Arrival? {
        let plain = Self.plain(line)
        guard plain.contains(where: { !$0.isBlank }) else { return nil }
        do throws(CallReadingError) {
            return .event(events.event(try call(plain, columns), received: received))
        } catch {
            return events.unreadable(
                line, "text/csv", "line \(number): " + error.reason, adapter: "cdr", received: received)
        }
    }

    private func call(_ line: [UInt8], _ columns: [String]) throws(CallReadingError) -> RecordingCall {
        guard let cells = CDRLine.cells(line) else { throw CallReadingError(reason: "a quote is opened and never closed") }
        guard cells.count >= format.minimum else {
            throw CallReadingError(reason: "\(cells.count) values stand where \(format.minimum) are expected; check the columns")
        }
        let values = CallValues(zip(columns, cells).map { ($0, $1) })
        var call = try events.maker.call(values)
        if call.start == nil {
            throw CallReadingError(reason: "no column holds the moment at which the call began; check the columns")
        }
        if call.fileName == nil { call.fileName = values.values["userfield"].flatMap(Self.sound) }
        return call
    }

    /// Dial plans note the recording in the user's field, some with `audio:` before it.
    private static func sound(_ text: String) -> String? {
        let name = text.split(whereSeparator: { $0 == "/" || $0 == ":" }).last.map { String($0) } ?? ""
        return [".wav", ".gsm", ".mp3", ".ulaw", ".alaw"].contains { name.lowercased().hasSuffix($0) } ? name : nil
    }

    /// Without line end, byte order mark, and the zeros that a loss of power leaves.
    private static func plain(_ line: [UInt8]) -> [UInt8] {
        var plain = line.filter { $0 != 0 }
        while let last = plain.last, last == 0x0A || last == 0x0D { plain.removeLast() }
        return plain.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(plain.dropFirst(3)) : plain
    }
}

extension CDRLines {
    /// Reads a line of adapter `cdr` again that was quarantined; one of a file with header needs `format` with its columns.
    static func replay(_ bytes: [UInt8], device: String, format: CDRFormat, spellings: CallSpellings, received: Timestamp)
        -> [Arrival]
    {
        let lines = CDRLines(events: CallEvents(device: device, spellings: spellings), format: format)
        return lines.arrival(bytes, number: 1, columns: format.columns, received: received).map { [$0] } ?? []
    }
}
