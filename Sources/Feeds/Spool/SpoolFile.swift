import Glibc
import Platform

/// An open file of a watched folder; closed with the value.
struct SpoolFile: ~Copyable {
    let descriptor: Int32
    let signature: FileSignature

    /// Opens the file for reading; a symbolic link is refused.
    init(_ file: SpoolFolder.File, path: String) throws(SystemError) {
        let descriptor = open(file.rawPath, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw SystemError("open", path) }
        do throws(SystemError) {
            signature = try FileSignature(descriptor: descriptor, path: path)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    func header() -> WAVHeader {
        let descriptor = descriptor
        return WAVHeader(length: signature.size) { offset, count in
            var bytes = [UInt8](repeating: 0, count: count)
            let got = pread(descriptor, &bytes, count, off_t(offset))
            return Array(bytes.prefix(max(0, got)))
        }
    }

    /// Whether the first bytes are those of a word.
    func begins(with word: String) -> Bool {
        let count = word.utf8.count
        var bytes = [UInt8](repeating: 0, count: count)
        guard pread(descriptor, &bytes, count, 0) == count else { return false }
        return bytes == Array(word.utf8)
    }

    /// All of the file, or nothing where it changed while it was read.
    func contents(path: String) throws(SystemError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: Int(signature.size))
        var done = 0
        while done < bytes.count {
            let room = bytes.count - done
            let count = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + done }, room, off_t(done))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read", path) }
            guard count > 0 else { return nil }
            done += count
        }
        return try FileSignature(descriptor: descriptor, path: path) == signature ? bytes : nil
    }

    /// Whether some process of this machine has the file open for writing.
    ///
    /// A read lease is granted only where nobody has (fcntl(2)). Where leases are not to be had (another owner, a network
    /// file system) the answer is no, and the file's stillness has to do.
    var isBeingWritten: Bool {
        let setLease: Int32 = 1024
        let setSignal: Int32 = 10
        // Breaking a lease sends SIGIO, which would end the process; SIGURG is ignored by default.
        guard fcntl(descriptor, setSignal, SIGURG) == 0 else { return false }
        if fcntl(descriptor, setLease, F_RDLCK) == 0 {
            _ = fcntl(descriptor, setLease, F_UNLCK)
            return false
        }
        return errno == EAGAIN
    }
}
