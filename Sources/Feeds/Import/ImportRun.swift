import Model
import Tables

/// One walk through an import file, whatever kind of record it holds.
struct ImportRun {
    /// How many notes are listed; a file of totals is no reason for a book.
    private static let noteLimit = 200

    let fields: ImportFields
    let options: ImportOptions

    /// Reads a file row by row.
    ///
    /// - Parameters:
    ///   - judge: makes of a row its events, its problems, and notes.
    ///   - each: gets every row that is a record, in order; the events are not kept.
    /// - Returns: everything but the events.
    func read(
        _ bytes: [UInt8], judge: (ImportTable.Row, ImportTable, inout [ImportNote]) -> ImportedRow.Outcome,
        each: (ImportedRow) throws -> Void
    ) throws -> ImportResult {
        let table = try ImportTable(bytes, fields: fields, options: options)
        var result = ImportResult(encoding: table.encoding)
        result.sheet = table.sheet
        result.ignoredColumns = table.ignored
        result.header = table.header.names
        var notes = table.notes
        var unlisted = 0
        var hidden = 0
        func note(_ note: ImportNote) {
            if notes.count < Self.noteLimit { notes.append(note) } else { unlisted += 1 }
        }
        try table.rows { row in
            result.rows += 1
            if row.cells.isHidden { hidden += 1 }
            var said: [ImportNote] = []
            let outcome = judge(row, table, &said)
            said.forEach(note)
            if case .refused(let problems) = outcome {
                result.refused += problems
                result.refusedCells[row.number] = table.texts(row, lost: problems.filter(\.isLost).map(\.column))
            }
            try each(ImportedRow(row: row.number, outcome: outcome))
        } passedOver: {
            note($0)
        }
        if hidden > 0 { notes.append(ImportNote(row: 0, message: .hiddenRows(hidden))) }
        if unlisted > 0 { notes.append(ImportNote(row: 0, message: .moreNotes(unlisted))) }
        result.notes = notes
        return result
    }

    /// Reads a file and keeps all events.
    func collect(
        _ bytes: [UInt8], judge: (ImportTable.Row, ImportTable, inout [ImportNote]) -> ImportedRow.Outcome
    ) throws(ImportError) -> ImportResult {
        var events: [Event] = []
        do {
            var result = try read(bytes, judge: judge) { row in
                if case .events(let made) = row.outcome { events += made }
            }
            result.events = events
            return result
        } catch let error as ImportError {
            throw error
        } catch {
            // Nothing else is thrown from within.
            throw .empty
        }
    }
}

/// A text field of a row.
enum TextValue {
    /// The text of a cell; a number as a spreadsheet shows it.
    static func read(_ cell: TableCell, limit: Int) -> Result<String, TextProblem> {
        switch cell {
        case .error(let text): return .failure(TextProblem(.cellError(text)))
        case .truth: return .failure(TextProblem(.noText))
        case .empty, .text, .number, .moment, .time: break
        }
        let text = cell.text.trimmed
        guard text.utf8.count <= limit else { return .failure(TextProblem(.tooLong(limit))) }
        let isDamaged =
            text.utf8.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 || $0 == 0x7F || $0 == 0xEF }
            && text.unicodeScalars.contains { $0 == "\u{FFFD}" || $0.value < 0x20 && !"\n\r\t".unicodeScalars.contains($0) }
        return isDamaged ? .failure(TextProblem(.damagedText)) : .success(text)
    }

    /// The day that a spreadsheet has made of what was meant as a number, nothing where it has not.
    static func day(_ cell: TableCell) -> String? {
        switch cell {
        case .moment: return cell.text
        case .text(let text) where text.count > 2 && text.hasPrefix("#") && text.hasSuffix("#"):
            let inner = text.dropFirst().dropLast()
            return CivilTime.day(String(inner)) == nil ? nil : String(inner)
        case .text, .empty, .number, .time, .truth, .error: return nil
        }
    }

    /// A value that is not what was meant, as a file of refused rows holds it.
    static func lost(_ text: String) -> String { text.hasPrefix("#") ? text : "#" + text + "#" }

    /// Whether a spreadsheet has lost digits of what was meant as a row of digits.
    static func isRounded(_ cell: TableCell) -> Bool {
        switch cell {
        case .number(let spelling):
            guard let number = PlainNumber(spelling) else { return false }
            return number.isRounded || number.isScientific && number.wholeDigits > 11
        case .text(let text): return Amount.isScientific(text.narrow.trimmed)
        case .empty, .moment, .time, .truth, .error: return false
        }
    }
}

struct TextProblem: Error {
    let message: Message

    init(_ message: Message) { self.message = message }
}
