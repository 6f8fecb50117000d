import Glibc

/// What tells one state of a file from another without reading it.
package struct FileSignature: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64
    package let size: Int64
    /// Last change of the content, nanoseconds since 1970.
    package let modified: Int64
    package let mode: UInt32

    /// Looks at a path; a symbolic link is looked at itself, never followed.
    package init(path: String) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw SystemError("stat", path) }
        self.init(status)
    }

    /// Looks at a path whose bytes need not be UTF-8; nothing where there is no such file.
    package init?(rawPath: [CChar]) {
        var status = stat()
        guard lstat(rawPath, &status) == 0 else { return nil }
        self.init(status)
    }

    package init(descriptor: Int32, path: String) throws(SystemError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw SystemError("stat", path) }
        self.init(status)
    }

    private init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        mode = UInt32(status.st_mode)
    }

    package var isRegular: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFREG) }
    package var isFolder: Bool { mode & UInt32(S_IFMT) == UInt32(S_IFDIR) }
}
