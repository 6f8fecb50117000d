import Crypto
import FoundationEssentials
import Model

/// Seals personal data before it enters the journal, and opens it for those who may see it.
///
/// AES-256-GCM (NIST SP 800-38D) with a random nonce; what it is for (the member's name) is authenticated with it, so that
/// sealed text means nothing in another place. The text form is `sealed:1:<key id>:<base64 of nonce, text and tag>`.
/// The journal's tree covers what is stored, so that it is verified without a key.
package struct PersonalSeal: Sendable {
    /// The members that are sealed.
    package static let members: Set<String> = ["reporter", "phone", "email", "caller", "callee"]
    /// What cannot be opened is shown as this.
    package static let hidden = "***"

    static let mark = "sealed:1:"
    /// The key that seals.
    package let current: PersonalKey
    private let known: [String: PersonalKey]
    /// Of the oldest key, so that a name goes on having the same pseudonym when a new key is put above it.
    private let naming: SymmetricKey

    /// - Parameter older: keys that no longer seal and still open.
    package init(_ current: PersonalKey, older: [PersonalKey] = []) {
        self.current = current
        known = Dictionary((older + [current]).map { ($0.id, $0) }) { _, last in last }
        let oldest = older.last ?? current
        naming = SymmetricKey(
            data: HMAC<SHA256>.authenticationCode(for: Array("patrold pseudonyms".utf8), using: oldest.key))
    }

    /// Reads keys, one of 64 hexadecimal digits a line: the first seals, all open; `#` begins a remark.
    package init(text: String) throws(PersonalKeyError) {
        var keys: [PersonalKey] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let bare = String(decoding: line.utf8.prefix { $0 != UInt8(ascii: "#") }.filter { $0 > 0x20 }, as: UTF8.self)
            if bare.isEmpty { continue }
            guard let key = PersonalKey(hexadecimal: bare) else {
                throw PersonalKeyError(
                    "line \(index + 1) of the key for personal data is no key; make one with 'openssl rand -hex 32'")
            }
            keys.append(key)
        }
        guard let first = keys.first else {
            throw PersonalKeyError("the key for personal data is empty; make one with 'openssl rand -hex 32'")
        }
        self.init(first, older: Array(keys.dropFirst()))
    }

    /// The ids of all keys, the one that seals first.
    package var keyIDs: [String] { [current.id] + known.keys.filter { $0 != current.id }.sorted() }

    // MARK: - Values

    /// The sealed text of a JSON value for one member; padded, so that its length does not tell a name's.
    func seal(_ value: some Sequence<UInt8>, member: String) throws -> String {
        var text = Array(value)
        // Blanks after a value are JSON too.
        let rest = text.count % Self.padding
        if rest > 0 { text += [UInt8](repeating: 0x20, count: Self.padding - rest) }
        return Self.mark + current.id + ":" + (try encrypt(text, for: member)).base64EncodedString()
    }

    /// The value that was sealed for a member, or nothing where the key is lost or the text was changed.
    func open(_ text: String, member: String) -> JSON? {
        guard text.hasPrefix(Self.mark) else { return nil }
        let parts = text.dropFirst(Self.mark.count).split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let key = known[String(parts[0])], let sealed = Data(base64Encoded: String(parts[1])),
            let bytes = Self.decrypt([UInt8](sealed), key, for: member)
        else { return nil }
        return try? JSON(parsing: bytes)
    }

    /// A word that stands for a number in names of files and calls.
    ///
    /// The same for the same number, and nothing to one who has no key. Letters only, so that it is never taken for a
    /// number itself.
    func pseudonym(_ number: String) -> String {
        let code = Array(HMAC<SHA256>.authenticationCode(for: Array(number.utf8), using: naming))
        let letters = code.prefix(6).flatMap { [$0 >> 4, $0 & 15] }.map { UInt8(ascii: "a") + $0 }
        return "~" + String(decoding: letters, as: UTF8.self)
    }

    /// Whether a text looks sealed.
    package static func isSealed(_ text: String) -> Bool { text.hasPrefix(mark) }

    private static let padding = 32

    /// Nonce, text and tag in a row.
    func encrypt(_ bytes: [UInt8], for purpose: String) throws -> Data {
        let box = try AES.GCM.seal(bytes, using: current.key, authenticating: Array(purpose.utf8))
        // With a nonce of 12 bytes, which is what `seal` draws, there is a combined form.
        guard let combined = box.combined else { throw PersonalKeyError("AES-GCM drew a nonce of another length") }
        return combined
    }

    static func decrypt(_ bytes: [UInt8], _ key: PersonalKey, for purpose: String) -> [UInt8]? {
        guard let box = try? AES.GCM.SealedBox(combined: bytes),
            let text = try? AES.GCM.open(box, using: key.key, authenticating: Array(purpose.utf8))
        else { return nil }
        return [UInt8](text)
    }

    func key(_ id: String) -> PersonalKey? { known[id] }
}

extension PersonalSeal {
    /// The same value with every sealed member in the clear; what cannot be opened becomes `***`.
    package func open(_ json: JSON) -> JSON { Self.open(json, with: self) }

    /// The same without a key: sealed members become `***`, and what was stored in the clear stays readable.
    package static func open(_ json: JSON, with seal: PersonalSeal?) -> JSON {
        switch json {
        case .object(let members):
            .object(opened(members, with: seal))
        case .array(let values): .array(values.map { open($0, with: seal) })
        default: json
        }
    }

    private static func opened(_ members: [JSON.Member], with seal: PersonalSeal?) -> [JSON.Member] {
        var originals: [String: JSON] = [:]
        for member in members where member.key.hasPrefix(JSON.sealedPrefix) {
            // What cannot be opened leaves the harmless text in its place.
            guard let text = member.value.string, let value = seal?.open(text, member: member.key) else { continue }
            originals[String(member.key.dropFirst(JSON.sealedPrefix.count))] = value
        }
        return members.compactMap { member in
            if member.key.hasPrefix(JSON.sealedPrefix) { return nil }
            if let original = originals[member.key] { return JSON.Member(member.key, original) }
            guard case .string(let text) = member.value, isSealed(text) else {
                return JSON.Member(member.key, open(member.value, with: seal))
            }
            return JSON.Member(member.key, seal?.open(text, member: member.key) ?? .string(hidden))
        }
    }

    /// The event with its personal members in the clear, for those who may see them; leave an audit event behind.
    package static func open(_ stored: StoredEvent, with seal: PersonalSeal?) -> StoredEvent {
        guard EventType.holdsPersons(stored.event.type) else { return stored }
        var event = stored.event
        if let payload = event.payload {
            event.data = open(payload, with: seal).bytes
        } else if let bytes = SealedBytes.open(event.data, with: seal, for: SealedBytes.payload) {
            event.data = bytes
        }
        return StoredEvent(position: stored.position, event: event, leaf: stored.leaf)
    }
}
