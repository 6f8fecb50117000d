/// Names of mailboxes as IMAP wants them (RFC 3501 §5.1.3, modified UTF-7).
enum MailboxName {
    /// `&V4NXPnux-` for 垃圾箱; `&` is `&-`.
    static func encoded(_ name: String) -> String {
        var output = ""
        var pending: [UInt16] = []
        func flush() {
            guard !pending.isEmpty else { return }
            output += "&" + base64(pending.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }) + "-"
            pending = []
        }
        for scalar in name.unicodeScalars {
            if (0x20...0x7E).contains(scalar.value) {
                flush()
                output += scalar == "&" ? "&-" : String(Character(scalar))
            } else {
                pending += Array(String(Character(scalar)).utf16)
            }
        }
        flush()
        return output
    }

    /// The name between quotes for a command.
    static func quoted(_ name: String) -> String {
        "\"" + encoded(name).flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : [$0] } + "\""
    }

    /// The name as a part of a URL's path (RFC 5092).
    static func path(_ name: String) -> String {
        encoded(name).utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                String(Character(Unicode.Scalar(byte)))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,")
        var output = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
            for place in 0...group.count { output.append(alphabet[Int(bits >> UInt32(18 - 6 * place)) & 63]) }
        }
        return output
    }
}
