import Glibc
import Platform
import Tables

/// The listing of a spool folder and the folders in it, with names as bytes: recorders and FTP clients write GBK too.
struct SpoolFolder {
    struct File {
        /// Absolute path as the kernel has it, with its NUL.
        let rawPath: [CChar]
        let signature: FileSignature
    }

    struct Listing {
        /// Path below the folder (readable text, unique) → file.
        var files: [String: File] = [:]
        /// Absolute paths of the folder itself and of those within it.
        var folders: [String] = []
        /// Files whose ending is not asked for.
        var others = 0
        /// Folders that could not be listed, with the reason.
        var unreadable: [SystemError] = []
    }

    let path: String
    /// Lower-case endings with their dot.
    let suffixes: [String]
    /// How many levels of folders below are looked into.
    let depth: Int

    /// Lists the folder.
    ///
    /// - Throws: `SystemError` where the folder itself cannot be listed.
    func list() throws(SystemError) -> Listing {
        var listing = Listing()
        try list(Array(path.utf8), "", depth: depth, into: &listing)
        return listing
    }

    /// Whether a name is one that a writer gives up when it is done.
    static func isTemporary(_ name: String) -> Bool {
        let lower = name.lowercased()
        return lower.hasPrefix(".") || [".part", ".tmp", ".filepart", ".partial"].contains { lower.hasSuffix($0) }
    }

    func wants(_ name: String) -> Bool {
        let lower = name.lowercased()
        return !Self.isTemporary(name) && suffixes.contains { lower.hasSuffix($0) }
    }

    private func list(
        _ raw: [UInt8], _ prefix: String, depth: Int, into listing: inout Listing
    ) throws(SystemError) {
        let names = try Self.names(in: raw)
        if let folder = String(validating: raw, as: UTF8.self) { listing.folders.append(folder) }
        for name in names {
            let text = Self.text(name)
            let full = raw + [UInt8(ascii: "/")] + name
            let rawPath = full.map { CChar(bitPattern: $0) } + [0]
            guard let signature = FileSignature(rawPath: rawPath) else { continue }
            if signature.isFolder, depth > 0, !text.hasPrefix(".") {
                do throws(SystemError) {
                    try list(full, prefix + text + "/", depth: depth - 1, into: &listing)
                } catch  where error.number != ENOENT {
                    listing.unreadable.append(error)
                } catch {}
            } else if signature.isRegular, wants(text) {
                listing.files[prefix + text] = File(rawPath: rawPath, signature: signature)
            } else if signature.isRegular, !Self.isTemporary(text) {
                listing.others += 1
            }
        }
    }

    private static func names(in raw: [UInt8]) throws(SystemError) -> [[UInt8]] {
        let path = raw.map { CChar(bitPattern: $0) } + [0]
        guard let folder = opendir(path) else { throw SystemError("list", String(decoding: raw, as: UTF8.self)) }
        defer { closedir(folder) }
        var names: [[UInt8]] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in Array(bytes.prefix { $0 != 0 }) }
            if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
        }
        return names
    }

    /// UTF-8, else GB18030, else the bytes written as `%C4`; different names stay different where it matters.
    private static func text(_ name: [UInt8]) -> String {
        if let text = String(validating: name, as: UTF8.self) { return text }
        if let decoded = try? TextDecoding.decode(name), decoded.encoding == .gb18030 { return decoded.text }
        return name.reduce(into: "") { text, byte in
            text += byte < 0x80 ? String(Unicode.Scalar(byte)) : "%" + String(byte, radix: 16, uppercase: true)
        }
    }
}
