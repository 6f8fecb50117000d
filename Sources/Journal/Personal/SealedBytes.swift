import Model

/// Whole bodies at rest: raw bytes in quarantine, and payloads of complaints and calls that are no JSON.
///
/// The form is `sealed:1:<key id>:` and then nonce, text and tag as they are.
enum SealedBytes {
    /// What a body is sealed for; authenticated with it.
    static let quarantine = "quarantine"
    static let payload = "payload"

    static func seal(_ bytes: [UInt8], with seal: PersonalSeal, for purpose: String) throws -> [UInt8] {
        Array((PersonalSeal.mark + seal.current.id + ":").utf8) + [UInt8](try seal.encrypt(bytes, for: purpose))
    }

    static func isSealed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: PersonalSeal.mark.utf8) }

    /// The bytes in the clear; nothing where they are sealed and the key is not at hand.
    static func open(_ bytes: [UInt8], with seal: PersonalSeal?, for purpose: String) -> [UInt8]? {
        guard isSealed(bytes) else { return bytes }
        let start = PersonalSeal.mark.utf8.count
        guard let seal, let end = bytes[start...].firstIndex(of: UInt8(ascii: ":")),
            let key = seal.key(String(decoding: bytes[start..<end], as: UTF8.self))
        else { return nil }
        return PersonalSeal.decrypt(Array(bytes[(end + 1)...]), key, for: purpose)
    }
}
