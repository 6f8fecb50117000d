import Tables

/// The refused rows of a file as a file of their own, to be mended and imported again as it is.
///
/// It keeps the file's header and cells and puts two columns behind them that an import ignores: the row's number in the
/// original, and why it was refused.
package enum RefusedFile {
    package static let extraHeaders = ["行号", "原因"]

    /// UTF-8 with a byte order mark and CRLF, so that a spreadsheet opens it with its letters intact.
    ///
    /// - Parameter chinese: the language of the reasons.
    package static func bytes(_ result: ImportResult, chinese: Bool) -> [UInt8] {
        let header = columns(result)
        var bytes = CSVWriter.mark + CSVWriter.line(header.names + extraHeaders)
        let byRow = Dictionary(grouping: result.refused, by: \.row)
        for (row, problems) in byRow.sorted(by: { $0.key < $1.key }) {
            let reasons = problems.map { sentence($0, chinese: chinese) }.joined(separator: " ")
            let cells = result.refusedCells[row] ?? []
            let values = header.kept.map { cells[safe: $0] ?? "" }
            let surplus = cells.dropFirst(result.header.count).filter { !$0.isEmpty }
            // Where a value stands beyond the header it stands beyond it again, and is refused again.
            let tail = surplus.isEmpty ? [] : Array(surplus)
            bytes += CSVWriter.line(values + [String(row), reasons] + tail)
        }
        return bytes
    }

    /// One row with the header above it, for quarantine.
    static func excerpt(_ result: ImportResult, row: Int) -> [UInt8]? {
        result.refusedCells[row].map { CSVWriter.line(result.header) + CSVWriter.line($0) }
    }

    static func sentence(_ problem: RefusedRow, chinese: Bool) -> String {
        let text = chinese ? problem.message.zh : problem.message.en
        return problem.column.isEmpty ? text : problem.column + (chinese ? ":" : ": ") + text
    }

    /// The header without what an earlier file of this kind added.
    private static func columns(_ result: ImportResult) -> (names: [String], kept: [Int]) {
        let kept = result.header.indices.filter { !extraHeaders.contains(result.header[$0]) }
        return (kept.map { result.header[$0] }, Array(kept))
    }
}
