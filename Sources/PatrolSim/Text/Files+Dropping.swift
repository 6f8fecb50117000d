import Glibc
import Platform

extension Files {
    /// Writes under `.NAME.part` and renames: whoever watches the folder sees the file complete or not at all.
    static func writeThenRename(_ bytes: [UInt8], folder: String, name: String) throws(SystemError) {
        let temporary = folder + "/." + name + ".part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw SystemError("create", temporary) }
        defer { close(descriptor) }
        try write(bytes, to: descriptor, path: temporary)
        guard rename(temporary, folder + "/" + name) == 0 else { throw SystemError("rename", temporary) }
    }

    /// Adds bytes to the end of a file, which is made where it is not there.
    static func append(_ bytes: [UInt8], to path: String) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw SystemError("open", path) }
        defer { close(descriptor) }
        try write(bytes, to: descriptor, path: path)
    }
}
