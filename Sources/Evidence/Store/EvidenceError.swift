/// Why a file was not taken into the evidence store, or an item could not be exported; originals are untouched.
package struct EvidenceError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Somebody wrote to the file while it was read: take it again later.
        case changed
        /// The stored file is not what its name says: its disk or somebody damaged it.
        case damaged
        /// What was named is no regular file.
        case notAFile
        /// The store has no file of that hash.
        case missing
        /// The folder for an export has something in it.
        case occupied
        /// The proof given belongs to another event.
        case unproven
    }

    package let code: Code
    /// SHA-256 of the content in question where it is known, or the folder.
    package let sha256: String?

    package init(code: Code, sha256: String? = nil) {
        self.code = code
        self.sha256 = sha256
    }

    package var description: String {
        let name = sha256 ?? ""
        return switch code {
        case .changed: "the file changed while it was read; it is taken again later"
        case .damaged: "the evidence file \(name) is not the content that its name says; restore it from a backup"
        case .notAFile: "only regular files can become evidence"
        case .missing: "the evidence store has no file \(name); restore it from a backup"
        case .occupied: "the folder \(name) is there and not empty; name a new one"
        case .unproven: "the proof for \(name) belongs to another event of the journal"
        }
    }
}
