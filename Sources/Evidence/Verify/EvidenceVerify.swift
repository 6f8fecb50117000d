import Glibc
import Model
import Platform

/// Holds stored files against their names by hashing them again.
package struct EvidenceVerify: Sendable {
    private let store: EvidenceStore

    package init(_ store: EvidenceStore) {
        self.store = store
    }

    /// What is wrong with a file, nothing where it is whole.
    ///
    /// - Parameter bytes: its length where the journal tells it, so that a file cut off is called that.
    package func defect(of sha256: String, bytes: Int64? = nil) -> EvidenceDefect? {
        let check = FileCheck(sha256: sha256, bytes: bytes, path: store.path(of: sha256))
        do throws(SystemError) {
            let file = try FileHashing(check.path)
            while try file.next() != nil {}
            return check.verdict(file)
        } catch {
            return check.verdict(error)
        }
    }
}

/// What one file should be, and what its reading says of it.
struct FileCheck: Hashable, Sendable {
    let sha256: String
    let bytes: Int64?
    let path: String

    /// After the whole file was read.
    func verdict(_ file: FileHashing) -> EvidenceDefect? {
        let found = file.finish()
        guard found != sha256 else { return nil }
        if let bytes, file.bytes < bytes {
            return EvidenceDefect(sha256: sha256, kind: .shorter(found: file.bytes, expected: bytes), path: path, found: found)
        }
        return EvidenceDefect(sha256: sha256, kind: .changed, path: path, found: found)
    }

    /// After the file could not be read.
    func verdict(_ error: SystemError) -> EvidenceDefect {
        EvidenceDefect(
            sha256: sha256, kind: error.number == ENOENT ? .missing : .unreadable(String(cString: strerror(error.number))),
            path: path)
    }
}
