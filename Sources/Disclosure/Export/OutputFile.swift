import Crypto
import Glibc

/// A file of the export while it is written: under a temporary name, hashed on the way, renamed when whole.
///
/// Not fsynced: an export can be made again from its position, to the same bytes.
final class OutputFile {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var hash = SHA256()
    private var size = 0
    private var pending: UnsafeMutableRawBufferPointer
    private var filled = 0

    /// - Throws: `DisclosureError` (`cannotCreate`).
    init(folder: String, name: String) throws {
        path = folder + "/" + name
        temporary = folder + "/." + name + ".partial"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw DisclosureError(
                .cannotCreate, "Cannot create \(path): \(reason()); check that the folder exists and may be written.")
        }
        pending = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    }

    deinit {
        pending.deallocate()
        close(descriptor)
        // Gone already where the file was finished.
        unlink(temporary)
    }

    func write(_ bytes: some Sequence<UInt8>) throws {
        let bytes = Array(bytes)
        try bytes.withUnsafeBytes { source in
            var rest = source[...]
            while !rest.isEmpty {
                let room = try room(1)
                let count = min(room.count, rest.count)
                UnsafeMutableRawBufferPointer(rebasing: room[..<count]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
                advance(count)
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Free space of at least that many bytes (up to 64 KiB), to be filled and then counted with `advance`.
    func room(_ count: Int) throws -> UnsafeMutableRawBufferPointer {
        if pending.count - filled < count { try flush() }
        return UnsafeMutableRawBufferPointer(rebasing: pending[filled...])
    }

    func advance(_ count: Int) { filled += count }

    /// Writes what is left and puts the file in its place.
    ///
    /// - Throws: `DisclosureError` (`writeFailed`).
    func finish() throws -> ExportedFile {
        try flush()
        guard rename(temporary, path) == 0 else {
            throw DisclosureError(.writeFailed, "Cannot rename \(temporary) to \(path): \(reason()).")
        }
        return ExportedFile(
            name: String(path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...]),
            bytes: size, sha256: hexadecimal(hash.finalize()))
    }

    private func flush() throws {
        guard filled > 0 else { return }
        let whole = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(pending)[..<filled])
        hash.update(bufferPointer: whole)
        var done = 0
        while done < filled {
            let count = Glibc.write(descriptor, whole.baseAddress.map { $0 + done }, filled - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw DisclosureError(.writeFailed, "Cannot write \(path): \(reason()); make room and export again.")
            }
            done += count
        }
        size += filled
        filled = 0
    }
}

/// One written file of an export.
package struct ExportedFile: Hashable, Sendable {
    package let name: String
    package let bytes: Int
    /// In lower-case hexadecimal.
    package let sha256: String
}

func reason() -> String { String(cString: strerror(errno)) }

/// Lower-case hexadecimal.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    String(decoding: bytes.flatMap { [hexDigits[Int($0 >> 4)], hexDigits[Int($0 & 15)]] }, as: UTF8.self)
}

private let hexDigits = Array("0123456789abcdef".utf8)
