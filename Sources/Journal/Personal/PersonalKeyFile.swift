import Crypto
import Glibc
import Model
import Platform

/// The key that an installation without a configured one makes for itself, in a file that its own user alone reads.
///
/// Weaker than a credential: who can copy the data folder has both. It still keeps names out of a copied database.
package enum PersonalKeyFile {
    /// The keys of a file, which is made with a fresh one where there is none.
    ///
    /// - Throws: `PersonalKeyError` where it cannot be read or made, holds no key, or is open to other users.
    package static func readOrMake(path: String) throws(PersonalKeyError) -> PersonalSeal {
        if !Files.exists(path) { try make(path) }
        return try read(path: path)
    }

    /// The keys of a file that must be there.
    package static func read(path: String) throws(PersonalKeyError) -> PersonalSeal {
        do {
            if try FileSignature(path: path).mode & 0o077 != 0 {
                throw PersonalKeyError("the key file \(path) is open to other users of this machine; run: chmod 600 \(path)")
            }
            return try PersonalSeal(text: String(decoding: try Files.read(path, limit: 1 << 16), as: UTF8.self))
        } catch let error as PersonalKeyError {
            throw PersonalKeyError(error.sentence.contains(path) ? error.sentence : "\(path): \(error.sentence)")
        } catch {
            throw PersonalKeyError(
                "the key file \(path) cannot be read: \(error); put it back from the backup, or personal data stays hidden")
        }
    }

    private static func make(_ path: String) throws(PersonalKeyError) {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let text = """
            # Seals the personal data in the journal beside it. Keep a copy elsewhere: without it names stay hidden for ever.
            # Another first line changes the key; the lines below go on opening what they sealed.
            \(hexadecimal(bytes))

            """
        do {
            try Files.writeDurably(Array(text.utf8), to: path, mode: 0o600)
        } catch {
            throw PersonalKeyError("the key file \(path) cannot be made: \(error); mend the folder's rights")
        }
    }
}
