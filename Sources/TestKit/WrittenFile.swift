import Foundation

/// Writes a file and leaves it when no process has it open for writing any more.
///
/// A child that a neighbouring test starts at that moment holds copies of all descriptors until it runs its own program; who
/// looks whether a file is still being written (a lease, fcntl(2)) sees it as being written for so long.
///
/// - Throws: what writing throws, and `WrittenFileError` where the file stays open for half a minute.
package func writeAndClose(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw WrittenFileError(path: path, number: errno) }
    defer { close(descriptor) }
    let setLease: Int32 = 1024
    for _ in 0..<3000 {
        if fcntl(descriptor, setLease, F_RDLCK) == 0 {
            _ = fcntl(descriptor, setLease, F_UNLCK)
            return
        }
        guard errno == EAGAIN else { return }
        usleep(10_000)
    }
    throw WrittenFileError(path: path, number: EAGAIN)
}

package struct WrittenFileError: Error {
    package let path: String
    package let number: Int32
}
