import Model

/// One mailbox of a `From` field (RFC 5322 §3.4): the name that is shown and the address.
///
/// Both are what the sender wrote: nothing here proves who sent the mail.
struct MailAddress: Hashable {
    /// Empty where there is none.
    var name: String
    /// In lower case, `user@host`.
    var address: String

    /// All mailboxes of a field; what is no address is left out.
    static func all(in field: [UInt8]) -> [MailAddress] {
        var scanner = AddressScanner()
        for byte in field.prefix(16 << 10) { scanner.take(byte) }
        return scanner.finish()
    }

    /// Whether a list of permitted senders names it: `clerk@example.cn`, or `@example.cn` for all of a host.
    func isPermitted(by senders: [String]) -> Bool {
        senders.contains { sender in
            let wanted = sender.lowercased()
            return wanted.hasPrefix("@") ? address.hasSuffix(wanted) : address == wanted
        }
    }
}

/// Takes quotes, comments and angle brackets apart, so that no name can pass for an address.
private struct AddressScanner {
    private var found: [MailAddress] = []
    private var words: [UInt8] = []
    private var angled: [UInt8] = []
    private var comment: [UInt8] = []
    private var hasAngle = false
    private var isAngle = false
    private var isQuoted = false
    private var isEscaped = false
    private var depth = 0

    mutating func take(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
            return put(byte)
        }
        switch byte {
        case UInt8(ascii: "\\") where isQuoted || depth > 0: isEscaped = true
        case UInt8(ascii: "\"") where depth == 0: isQuoted.toggle()
        case UInt8(ascii: "(") where !isQuoted: depth += 1
        case UInt8(ascii: ")") where !isQuoted && depth > 0: depth -= 1
        case UInt8(ascii: "<") where !isQuoted && depth == 0:
            // A second pair of brackets is no address that anybody should trust.
            if hasAngle { angled.append(0) }
            isAngle = true
            hasAngle = true
        case UInt8(ascii: ">") where !isQuoted && depth == 0: isAngle = false
        case UInt8(ascii: ",") where !isQuoted && depth == 0 && !isAngle: close()
        default: put(byte)
        }
    }

    private mutating func put(_ byte: UInt8) {
        if depth > 0 {
            comment.append(byte)
        } else if isAngle {
            angled.append(byte)
        } else {
            // A quoted @ is part of a name.
            words.append(isQuoted && byte == UInt8(ascii: "@") ? 0 : byte)
        }
    }

    private mutating func close() {
        let name = EncodedWords.decode(words.map { $0 == 0 ? UInt8(ascii: "@") : $0 })
        let address = Self.address(hasAngle ? angled : words)
        if let address {
            let shown = hasAngle ? name : EncodedWords.decode(comment)
            found.append(MailAddress(name: HTMLText.shortened(shown, to: 100), address: address))
        }
        words = []
        angled = []
        comment = []
        hasAngle = false
        isAngle = false
    }

    mutating func finish() -> [MailAddress] {
        close()
        return found
    }

    private static func address(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined().lowercased()
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, text.utf8.count <= 254, !text.utf8.contains(0)
        else { return nil }
        return text
    }
}
