/// Rows as CSV (RFC 4180) that a spreadsheet opens with its letters intact: UTF-8 with a byte order mark, CRLF.
package enum CSVWriter {
    package static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// One line with its end; a value is quoted where it has to be.
    package static func line(_ values: [String]) -> [UInt8] {
        Array((values.map { quoted($0) }.joined(separator: ",") + "\r\n").utf8)
    }

    private static func quoted(_ value: String) -> String {
        let special: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0A, 0x0D, 0x09, UInt8(ascii: ";")]
        guard value.utf8.contains(where: { special.contains($0) }) else { return value }
        return "\"" + value.replacing("\"", with: "\"\"") + "\""
    }
}
