import Crypto
import Glibc
import Platform

/// Reads a file piece by piece and hashes it as it goes.
final class FileHashing {
    private let descriptor: Int32
    private let path: String
    private var hash = SHA256()
    private(set) var bytes: Int64 = 0

    /// Opens a file; a symbolic link is none.
    init(_ path: String) throws(SystemError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw SystemError("open", path) }
        // What is cached may be whole while the disk is not.
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
    }

    deinit { close(descriptor) }

    /// The next piece, at most so long; nothing at the end.
    func next(_ limit: Int = 1 << 18) throws(SystemError) -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: limit)
        while true {
            let count = read(descriptor, &chunk, limit)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError("read", path) }
            guard count > 0 else { return nil }
            chunk.removeLast(limit - count)
            hash.update(data: chunk)
            bytes += Int64(count)
            return chunk
        }
    }

    /// SHA-256 of what was read so far, hexadecimal; the file's pages leave the cache again.
    func finish() -> String {
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED)
        return hexadecimal(hash.finalize())
    }
}

/// A digest as lower-case hexadecimal digits.
func hexadecimal(_ digest: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for byte in digest {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
