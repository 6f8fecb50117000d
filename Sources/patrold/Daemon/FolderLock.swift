import Glibc

/// Holds the data folder for one daemon; the kernel lets go of it when the process ends, however it ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `Failure` 75 where another process holds it.
    init(_ path: String) throws(Failure) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw Failure(.cannotCreate, "the lock \(path) cannot be made: \(String(cString: strerror(errno))); mend its rights")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw Failure(.tryAgain, "another patrold uses this data folder (\(path)); stop it first")
        }
    }

    deinit { close(descriptor) }
}
