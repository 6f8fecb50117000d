import Journal
import Model

/// A complaint as Open311 names it: `CHANNEL:NUMBER`, whatever characters a channel's numbers have.
///
/// Letters, digits, `-` and `_` stand for themselves, every other byte is `~` and two hexadecimal digits, so that an id
/// fits into a path and into a list parted by commas, and no ending of a path is taken for a part of it.
struct Open311Identifier: Hashable, Sendable {
    let channel: String
    let number: String

    init(channel: String, number: String) {
        self.channel = channel
        self.number = number
    }

    /// Reads what `text` writes; anything else is nothing.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let channel = Self.decoded(parts[0]), let number = Self.decoded(parts[1]), !channel.isEmpty,
            !number.isEmpty
        else { return nil }
        self.init(channel: channel, number: number)
        guard self.text == text else { return nil }
    }

    var text: String { Self.encoded(channel) + ":" + Self.encoded(number) }

    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "~" + byte.hexText
            }
        }
        return result
    }

    private static func decoded(_ text: some StringProtocol) -> String? {
        var output: [UInt8] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            if byte == UInt8(ascii: "~") {
                guard let high = bytes.next()?.hexValue, let low = bytes.next()?.hexValue else { return nil }
                output.append(high << 4 | low)
            } else {
                output.append(byte)
            }
        }
        return String(validating: output, as: UTF8.self)
    }
}

/// The numbers that we give to requests: 80 bits in lower-case hexadecimal.
enum Open311Number {
    private static let bytes = 10

    /// A number that no request has yet.
    static func fresh() -> String {
        (0..<bytes).map { _ in UInt8.random(in: .min ... .max).hexText }.joined()
    }

    /// The number that the same client's same `Idempotency-Key` gives again.
    ///
    /// - Parameter client: the name of the grant, which outlives its token.
    static func repeated(client: String, key: String) -> String {
        // The journal's leaf hash parts its fields unambiguously, so that no two pairs meet.
        let pair = Event(
            source: "open311/" + client, id: key, type: "idempotency-key", received: Timestamp(microseconds: 0), data: [])
        return TreeHash.leaf(pair).prefix(bytes).map(\.hexText).joined()
    }
}

extension UInt8 {
    /// Two lower-case hexadecimal digits.
    fileprivate var hexText: String {
        let digits = String(self, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }
}
