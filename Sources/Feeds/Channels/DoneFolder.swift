import Glibc
import Platform

/// `done` in a watched folder: keeps the files that were taken, each under its own name, and never replaces one.
struct DoneFolder {
    /// Absolute path of the watched folder.
    let folder: String

    private var path: String { folder + "/done" }

    /// Moves a file in durably; a name that is taken gets a counter before its suffix (`a.csv`, `a-1.csv`).
    ///
    /// - Parameter path: the file's path for errors.
    /// - Throws: `SystemError` `move`: the file is still where it was.
    func take(_ rawPath: [CChar], path name: String) throws(SystemError) {
        do throws(SystemError) {
            try Files.makeFolder(path)
        } catch {
            throw SystemError("move", name, number: error.number)
        }
        let raw = rawPath.prefix { $0 != 0 }
        let base = raw.suffix(from: raw.lastIndex(of: CChar(0x2F)).map { $0 + 1 } ?? raw.startIndex)
        // Ten thousand files of one name are a fault to be seen, and no reason to look for ever.
        for counter in 0..<10_000 {
            let target = path.utf8.map { CChar(bitPattern: $0) } + [CChar(0x2F)] + Self.numbered(base, counter) + [0]
            if try Self.move(rawPath, target, name) {
                // Durable both ways; after a failure here the file may stand in the old place again, and its rows are known.
                try? Files.syncFolder(path)
                try? Files.syncFolder(folder)
                return
            }
        }
        throw SystemError("move", name, number: EEXIST)
    }

    private static func numbered(_ name: ArraySlice<CChar>, _ counter: Int) -> [CChar] {
        guard counter > 0 else { return Array(name) }
        let dot = name.lastIndex(of: CChar(0x2E)) ?? name.endIndex
        return name[..<dot] + "-\(counter)".utf8.map { CChar(bitPattern: $0) } + name[dot...]
    }

    /// Returns whether the name was free; a file that is gone counts as moved.
    private static func move(_ from: [CChar], _ to: [CChar], _ name: String) throws(SystemError) -> Bool {
        // link(2) never replaces. Between it and unlink(2) the file has both names: a restart there finds its own link.
        if link(from, to) == 0 { return try leave(from, to, name) }
        if errno == EEXIST { return isSame(from, to) ? try leave(from, nil, name) : false }
        // Shares and files of other owners refuse links; nobody but this feed moves files there.
        guard FileSignature(rawPath: to) == nil else { return false }
        guard rename(from, to) == 0 || FileSignature(rawPath: from) == nil else { throw SystemError("move", name) }
        return true
    }

    private static func isSame(_ one: [CChar], _ other: [CChar]) -> Bool {
        guard let one = FileSignature(rawPath: one), let other = FileSignature(rawPath: other) else { return false }
        return one.inode == other.inode && one.device == other.device
    }

    /// Takes the old name away, or else the new one again.
    private static func leave(_ from: [CChar], _ made: [CChar]?, _ name: String) throws(SystemError) -> Bool {
        guard unlink(from) != 0, errno != ENOENT else { return true }
        let failure = SystemError("move", name)
        if let made { unlink(made) }
        throw failure
    }
}
