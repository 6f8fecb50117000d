import Glibc
import Model
import Platform

/// One file on its way from a recorder that misbehaves, a step at a time: it writes while the call runs, with lengths of
/// zero in the header; it loses its connection in the middle; it renames late; it uploads again.
///
/// Not for sharing between threads.
package final class RecorderUpload {
    /// The whole file as it should be in the end.
    package let bytes: [UInt8]
    private let path: String
    private var descriptor: Int32
    private var done = 0

    /// Makes the file, empty and open for writing.
    ///
    /// - Throws: `SystemError` where the folder takes no file.
    package init(_ bytes: [UInt8], to path: String) throws(SystemError) {
        self.bytes = bytes
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError("create", path) }
    }

    deinit { end() }

    /// Writes on until that share of the file stands there.
    ///
    /// - Parameter isLive: whether the lengths in the header are still zero, as while a call runs.
    package func write(upTo share: Double, isLive: Bool = false) throws(SystemError) {
        let goal = min(bytes.count, Int(Double(bytes.count) * share))
        guard goal > done else { return }
        var piece = Array(bytes[done..<goal])
        if isLive { zeroLengths(&piece) }
        try Files.write(piece, to: descriptor, path: path)
        done = goal
    }

    /// Puts the lengths into the header, as when the call has ended.
    package func patchHeader() throws(SystemError) {
        guard pwrite(descriptor, bytes, min(100, bytes.count), 0) >= 0 else { throw SystemError("write", path) }
    }

    /// Closes the file as it stands: the end of the upload, or a crash.
    package func end() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
    }

    /// Gives the file its name.
    package func rename(to target: String) throws(SystemError) {
        guard Glibc.rename(path, target) == 0 else { throw SystemError("rename", path) }
    }

    /// RIFF's length at 4; the sound's is found after `data` in the first hundred bytes.
    private func zeroLengths(_ piece: inout [UInt8]) {
        let word = Array("data".utf8)
        let sound = bytes.prefix(100).indices.first { bytes[$0...].starts(with: word) }
        for place in [4, sound.map { $0 + 4 } ?? 40] {
            for at in place..<(place + 4) where at >= done && at - done < piece.count { piece[at - done] = 0 }
        }
    }
}
