import Glibc
import Platform

/// The file of calls and what it was before: `Master.csv`, `Master.csv.1`, `Master.csv-20261123`, `Master-20261123.csv`.
struct CDRGenerations {
    struct Member: Hashable {
        let path: String
        let signature: FileSignature
    }

    let path: String

    /// The file under the configured name.
    var current: Member? {
        guard let signature = try? FileSignature(path: path), signature.isRegular else { return nil }
        return Member(path: path, signature: signature)
    }

    /// What was rotated away and not compressed, oldest first.
    func rotated() -> [Member] {
        let folder = Files.folder(of: path)
        let names = ((try? Files.list(folder)) ?? []).filter(isRotated).prefix(1000)
        let members = names.compactMap { name -> Member? in
            let full = folder + "/" + name
            guard let signature = try? FileSignature(path: full), signature.isRegular else { return nil }
            return Member(path: full, signature: signature)
        }
        return members.sorted { ($0.signature.modified, $0.path) < ($1.signature.modified, $1.path) }
    }

    private func isRotated(_ name: String) -> Bool {
        let base = Files.name(of: path)
        guard name != base, ![".gz", ".bz2", ".xz", ".zst", ".tmp"].contains(where: { name.hasSuffix($0) }) else { return false }
        if name.hasPrefix(base) { return true }
        guard let dot = base.lastIndex(of: ".") else { return false }
        return name.hasPrefix(base[..<dot] + "-") && name.hasSuffix(base[dot...])
    }

    /// The file that a mark is of: the same content under whatever name.
    func file(of mark: CDRMark) -> Member? {
        let all = (current.map { [$0] } ?? []) + rotated()
        let fitting = all.filter { $0.signature.size >= mark.offset }
        if mark.offset == 0 { return fitting.first { $0.signature.inode == mark.inode } }
        // By inode first: a copy is looked at only where the original is gone.
        let ordered = fitting.filter { $0.signature.inode == mark.inode } + fitting.filter { $0.signature.inode != mark.inode }
        return ordered.first { Self.head($0.path, mark.headLength) == mark.head }
    }

    /// What was written after a file: the oldest that was rotated away since, else the current one.
    ///
    /// - Parameter finished: what has been read to its end already; two files may have the same time.
    func following(_ last: FileSignature, besides finished: Set<FileSignature>) -> Member? {
        rotated().first { member in
            member.signature.modified >= last.modified && member.signature.inode != last.inode
                && !finished.contains(member.signature)
        } ?? current
    }

    private static func head(_ path: String, _ length: Int) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return CDRFile.head(descriptor, length)
    }
}

/// An open file of calls; closed when nobody holds it any more.
final class CDRFile {
    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws(SystemError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { throw SystemError("open", path) }
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    func signature() throws(SystemError) -> FileSignature { try FileSignature(descriptor: descriptor, path: path) }

    func head(_ length: Int) -> String? { Self.head(descriptor, length) }

    /// Up to that many bytes from an offset on.
    func bytes(at offset: Int64, count: Int) throws(SystemError) -> [UInt8] {
        guard let bytes = Self.read(descriptor, offset, count) else { throw SystemError("read", path) }
        return bytes
    }

    /// The digest of the beginning, nothing where the file is shorter.
    static func head(_ descriptor: Int32, _ length: Int) -> String? {
        guard let bytes = read(descriptor, 0, length), bytes.count == length else { return nil }
        return CallEvents.digest(bytes)
    }

    private static func read(_ descriptor: Int32, _ offset: Int64, _ count: Int) -> [UInt8]? {
        guard count > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                pread(descriptor, buffer.baseAddress.map { $0 + done }, count - done, off_t(offset) + off_t(done))
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            done += got
        }
        bytes.removeLast(count - done)
        return bytes
    }
}
