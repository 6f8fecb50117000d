import Crypto

/// A key of 256 bits under which personal data is sealed.
package struct PersonalKey: Sendable {
    /// Eight hexadecimal digits that follow from the key and stand in everything it sealed.
    package let id: String
    let key: SymmetricKey

    /// - Parameter bytes: 32 of them, else nothing.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        key = SymmetricKey(data: bytes)
        var named = Array("patrold personal key\n".utf8)
        named += bytes
        id = hexadecimal(SHA256.hash(data: named).prefix(4))
    }

    /// Reads 64 hexadecimal digits.
    package init?(hexadecimal text: some StringProtocol) {
        let digits = text.utf8.map { Self.value($0) }
        guard digits.count == 64, !digits.contains(nil) else { return nil }
        self.init(stride(from: 0, to: 64, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) })
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

/// Why personal data cannot be sealed or opened; never holds a key.
package struct PersonalKeyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence: what, where, what to do.
    package let sentence: String

    package init(_ sentence: String) {
        self.sentence = sentence
    }

    package var description: String { sentence }
}
