import Crypto
import Dispatch
import Glibc

/// A file of the export while it is written: under a temporary name, hashed on the way, renamed when whole.
///
/// What is filled is hashed on one queue and written on another, while the caller fills the next buffer. Not fsynced: an
/// export can be made again from its position, to the same bytes.
final class OutputFile {
    private let path: String
    private let temporary: String
    private let sink: FileSink
    private let sum = RunningSum()
    private let writing = DispatchQueue(label: "patrold.export.file")
    private let hashing = DispatchQueue(label: "patrold.export.hash")
    /// Count the buffers that are written and hashed; the one being filled is not among them.
    private let written = DispatchSemaphore(value: OutputFile.bufferCount - 1)
    private let hashed = DispatchSemaphore(value: OutputFile.bufferCount - 1)
    private let buffers: [UnsafeMutableRawBufferPointer]
    private var filling = 0
    private var filled = 0

    private static let bufferCount = 4
    private static let bufferSize = 1 << 18

    /// - Throws: `DisclosureError` (`cannotCreate`).
    init(folder: String, name: String) throws {
        path = folder + "/" + name
        temporary = folder + "/." + name + ".partial"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw DisclosureError(
                .cannotCreate, "Cannot create \(path): \(reason()); check that the folder exists and may be written.")
        }
        sink = FileSink(descriptor)
        buffers = (0..<Self.bufferCount).map { _ in .allocate(byteCount: Self.bufferSize, alignment: 16) }
    }

    deinit {
        writing.sync {}
        hashing.sync {}
        buffers.forEach { $0.deallocate() }
        // Gone already where the file was finished.
        unlink(temporary)
    }

    func write(_ bytes: some Sequence<UInt8>) {
        Array(bytes).withUnsafeBytes { source in
            var rest = source[...]
            while !rest.isEmpty {
                let room = room(1)
                let count = min(room.count, rest.count)
                UnsafeMutableRawBufferPointer(rebasing: room[..<count]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
                advance(count)
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Free space of at least that many bytes (up to 64 KiB), to be filled and then counted with `advance`.
    func room(_ count: Int) -> UnsafeMutableRawBufferPointer {
        if Self.bufferSize - filled < count { flush() }
        return UnsafeMutableRawBufferPointer(rebasing: buffers[filling][filled...])
    }

    func advance(_ count: Int) { filled += count }

    /// Writes what is left and puts the file in its place.
    ///
    /// - Throws: `DisclosureError` (`writeFailed`), also for what failed earlier.
    func finish() throws -> ExportedFile {
        flush()
        let (size, problem) = writing.sync { sink.result }
        if let problem {
            throw DisclosureError(.writeFailed, "Cannot write \(path): \(problem); make room and export again.")
        }
        guard rename(temporary, path) == 0 else {
            throw DisclosureError(.writeFailed, "Cannot rename \(temporary) to \(path): \(reason()).")
        }
        return ExportedFile(
            name: String(path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...]),
            bytes: size, sha256: hashing.sync { sum.hexadecimal })
    }

    private func flush() {
        guard filled > 0 else { return }
        let whole = FilledBuffer(bytes: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffers[filling])[..<filled]))
        writing.async { [sink, written] in
            sink.take(whole.bytes)
            written.signal()
        }
        hashing.async { [sum, hashed] in
            sum.take(whole.bytes)
            hashed.signal()
        }
        // Both queues go through the buffers in the order of the ring, so the next one is free as soon as any is.
        written.wait()
        hashed.wait()
        filling = (filling + 1) % Self.bufferCount
        filled = 0
    }
}

/// Bytes on their way to both queues.
///
/// Sendable: the filling side leaves a buffer alone until both have signalled.
private struct FilledBuffer: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
}

/// The hash of what has come so far.
///
/// Sendable: used only on the file's hashing queue.
private final class RunningSum: @unchecked Sendable {
    private var hash = SHA256()

    var hexadecimal: String { Disclosure.hexadecimal(hash.finalize()) }

    func take(_ bytes: UnsafeRawBufferPointer) { hash.update(bufferPointer: bytes) }
}

/// The descriptor and how much it took.
///
/// Sendable: used only on the file's writing queue.
final class FileSink: @unchecked Sendable {
    private let descriptor: Int32
    private var size = 0
    private var problem: String?

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    var result: (size: Int, problem: String?) { (size, problem) }

    /// Writes; after a failure nothing more.
    func take(_ bytes: UnsafeRawBufferPointer) {
        guard problem == nil else { return }
        size += bytes.count
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                problem = reason()
                return
            }
            rest = rest.dropFirst(count)
        }
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
