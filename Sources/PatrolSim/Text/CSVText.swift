/// Comma-separated values as RFC 4180 has them: CRLF lines, quotes where a field needs them.
package struct CSVText: Sendable {
    /// What was written so far.
    package private(set) var text: String

    package init(header: [String]) {
        text = CSVText.line(header)
    }

    /// Adds a line.
    package mutating func append(_ fields: [String]) {
        text += CSVText.line(fields)
    }

    /// UTF-8 with the byte order mark that spreadsheet programs expect.
    package var bytes: [UInt8] { [0xEF, 0xBB, 0xBF] + Array(text.utf8) }

    private static func line(_ fields: [String]) -> String {
        fields.map(quoted).joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ field: String) -> String {
        let needs = field.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
        guard needs else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
