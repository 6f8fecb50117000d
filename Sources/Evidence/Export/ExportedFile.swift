import Crypto
import Model
import Platform

/// A file of an export, durable, with its hash.
struct ExportedFile: Hashable, Sendable {
    /// Relative to the export's folder.
    let name: String
    let sha256: String

    /// Writes a file of bytes.
    static func write(_ bytes: [UInt8], _ name: String, into folder: String) throws(SystemError) -> ExportedFile {
        try Files.writeDurably(bytes, to: folder + "/" + name)
        return ExportedFile(name: name, sha256: hexadecimal(SHA256.hash(data: bytes)))
    }

    /// Writes `SHA256SUMS` over the files, as sha256sum(1) reads it; itself is not in it.
    static func sums(of files: [ExportedFile], into folder: String) throws(SystemError) -> ExportedFile {
        let lines = files.sorted { $0.name < $1.name }.map { "\($0.sha256)  \($0.name)\n" }
        return try write(Array(lines.joined().utf8), "SHA256SUMS", into: folder)
    }
}
