import Glibc

/// Whole small files, without a dependency on the daemon's own file layer.
enum TextFile {
    /// Why a file could not be read.
    struct Failure: Error {
        /// `errno`, or 0 where the bytes are not UTF-8 or too many.
        let number: Int32
        let reason: String
    }

    /// - Parameter check: looks at the opened file's state and may refuse it, so that what is checked is what is read.
    static func read(
        _ path: String, limit: Int = 4 << 20, check: (stat) throws(Failure) -> Void = { _ in }
    ) throws(Failure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        defer { close(descriptor) }
        var state = stat()
        guard fstat(descriptor, &state) == 0 else { throw failure() }
        guard state.st_mode & S_IFMT != S_IFDIR else { throw Failure(number: EISDIR, reason: "it is a folder") }
        try check(state)
        let bytes = try bytes(descriptor, limit: limit)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(number: 0, reason: "it is not UTF-8; save it as UTF-8")
        }
        return text
    }

    private static func bytes(_ descriptor: Int32, limit: Int) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure() }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw Failure(number: 0, reason: "it is longer than \(limit) bytes") }
        }
    }

    private static func failure() -> Failure {
        let number = errno
        let reason =
            switch number {
            case ENOENT: "there is no such file"
            case EACCES: "this user may not read it"
            default: String(cString: strerror(number))
            }
        return Failure(number: number, reason: reason)
    }
}
