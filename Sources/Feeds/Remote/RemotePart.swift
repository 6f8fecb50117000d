import Glibc
import Platform

/// The file that grows while a remote one is fetched: `.parts/<digest>.part` in the local folder.
///
/// Its name begins with a full stop's folder, so that the local feed never looks at it; a rename within one file system
/// shows the whole file at once.
struct RemotePart: ~Copyable {
    private let descriptor: Int32
    let path: String
    private(set) var length: Int64

    static func path(_ folder: String, _ file: RemotePath) -> String { folder + "/.parts/" + file.digest + ".part" }

    /// Opens the part, emptied unless it is to be continued.
    init(_ folder: String, _ file: RemotePath, continues: Bool) throws(SystemError) {
        path = Self.path(folder, file)
        try Files.makeFolder(Files.folder(of: path))
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_APPEND | (continues ? 0 : O_TRUNC)
        let descriptor = open(path, flags, 0o640)
        guard descriptor >= 0 else { throw SystemError("create", path) }
        self.descriptor = descriptor
        length = continues ? Files.size(path) : 0
    }

    deinit { close(descriptor) }

    mutating func append(_ bytes: [UInt8]) throws(SystemError) {
        try Files.write(bytes, to: descriptor, path: path)
        length += Int64(bytes.count)
    }

    mutating func empty() throws(SystemError) {
        guard ftruncate(descriptor, 0) == 0 else { throw SystemError("truncate", path) }
        length = 0
    }

    /// Makes the part durable and gives it its place below the folder.
    func place(_ folder: String, _ local: String) throws(SystemError) {
        guard fsync(descriptor) == 0 else { throw SystemError("fsync", path) }
        let target = folder + "/" + local
        try Files.makeFolder(Files.folder(of: target))
        guard rename(path, target) == 0 else { throw SystemError("rename", target) }
        try Files.syncFolder(Files.folder(of: target))
    }
}
