import FoundationEssentials

/// A mail as a clerk's program sends it: a few words, and a table as an attachment (RFC 2045 to 2047, RFC 2231).
struct TableMail {
    var id: String
    var subject: String
    var fileName: String
    var table: [UInt8]

    private static let boundary = "=_patrold_sim"

    var bytes: [UInt8] {
        let type =
            fileName.hasSuffix(".xlsx") ? "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" : "text/csv"
        let lines = [
            "From: =?UTF-8?B?\(Self.base64("办公室"))?= <office@example.cn>", "To: drop@example.cn",
            "Subject: =?UTF-8?B?\(Self.base64(subject))?=", "Message-ID: <\(id)>", "MIME-Version: 1.0",
            "Content-Type: multipart/mixed; boundary=\"\(Self.boundary)\"", "", "--" + Self.boundary,
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", Self.base64("见附件。"),
            "--" + Self.boundary, "Content-Type: \(type)", "Content-Transfer-Encoding: base64",
            "Content-Disposition: attachment; filename*=UTF-8''\(Self.percent(fileName))", "",
            Data(table).base64EncodedString(options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed]),
            "--" + Self.boundary + "--", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    private static func percent(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
            if isPlain || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
