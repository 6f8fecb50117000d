import Glibc
import Model
import Platform

/// Writes items of evidence into a folder that another machine can verify with `sha256sum -c SHA256SUMS` alone.
///
/// The same items, purpose and time give the same bytes. The folder appears under its name only when all of it is
/// durable.
package struct EvidenceExport: Sendable {
    private let store: EvidenceStore
    let facts: Facts

    /// Who makes the copy, and how.
    package struct Facts: Hashable, Sendable {
        /// 单位.
        package var bureau: String
        /// 制作人.
        package var maker: String
        /// 用途.
        package var purpose: String
        /// When the copy is made.
        package var made: Timestamp
        /// Whether callers, callees and the recorders' file names go along.
        package var personal: Bool
        /// Name and version of this program.
        package var program: String

        package init(
            bureau: String, maker: String, purpose: String, made: Timestamp, personal: Bool = false, program: String = "patrold"
        ) {
            self.bureau = bureau
            self.maker = maker
            self.purpose = purpose
            self.made = made
            self.personal = personal
            self.program = program
        }
    }

    package init(_ store: EvidenceStore, _ facts: Facts) {
        self.store = store
        self.facts = facts
    }

    /// Writes the folder: one item's files in it, or a folder for each of several.
    ///
    /// - Parameter folder: must not be there, or be empty.
    /// - Returns: the paths written, relative to the folder.
    /// - Throws: `EvidenceError` where an item is missing or damaged, or the folder is in use; `SystemError`. Nothing of
    ///   the folder is left then.
    package func write(_ copies: [EvidenceCopy], to folder: String) throws -> [String] {
        if Files.exists(folder), try !Files.list(folder).isEmpty { throw EvidenceError(code: .occupied, sha256: folder) }
        let parent = Files.folder(of: folder)
        try Files.makeFolder(parent)
        let temporary = folder + ".part-" + String(getpid())
        try? Self.remove(temporary)
        try Files.makeFolder(temporary)
        do {
            let sums = try write(copies, into: temporary)
            // rename(2) replaces an empty folder and no other.
            guard rename(temporary, folder) == 0 else { throw SystemError("rename", folder) }
            try Files.syncFolder(parent)
            return sums.map(\.name).sorted()
        } catch {
            try? Self.remove(temporary)
            throw error
        }
    }

    private func write(_ copies: [EvidenceCopy], into folder: String) throws -> [ExportedFile] {
        var files: [ExportedFile] = []
        if let copy = copies.first, copies.count == 1 {
            return try ItemFolder(store, facts, copy).write(into: folder)
        }
        for (index, copy) in copies.enumerated() {
            let name = padded(index + 1, 3) + "-" + copy.stem
            try Files.makeFolder(folder + "/" + name)
            files += try ItemFolder(store, facts, copy).write(into: folder + "/" + name).map { file in
                ExportedFile(name: name + "/" + file.name, sha256: file.sha256)
            }
        }
        files.append(try ExportedFile.sums(of: files, into: folder))
        try Files.syncFolder(folder)
        return files
    }

    /// Removes a folder of ours, two levels deep.
    private static func remove(_ folder: String) throws {
        for name in try Files.list(folder) {
            let path = folder + "/" + name
            if try FileSignature(path: path).isFolder { try remove(path) } else { try Files.remove(path) }
        }
        guard rmdir(folder) == 0 else { throw SystemError("remove", folder) }
    }
}
