/// Why a file was not taken into the evidence store; the original is untouched.
package struct EvidenceError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Somebody wrote to the file while it was read: take it again later.
        case changed
        /// The store holds a file of that hash whose length differs: its disk or somebody damaged it.
        case damaged
        /// What was named is no regular file.
        case notAFile
    }

    package let code: Code
    /// SHA-256 of the content in question where it is known.
    package let sha256: String?

    package init(code: Code, sha256: String? = nil) {
        self.code = code
        self.sha256 = sha256
    }

    package var description: String {
        switch code {
        case .changed: "the file changed while it was read; it is taken again later"
        case .damaged:
            "the evidence file \(sha256 ?? "") does not have the length of its content; restore it from a backup"
        case .notAFile: "only regular files can become evidence"
        }
    }
}
