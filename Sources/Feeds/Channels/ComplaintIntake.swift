import Model
import Platform

/// The channels' files: rows become durable, then the file goes to `done`.
struct ComplaintIntake: FolderIntake {
    let reading: ComplaintReading
    let done: DoneFolder
    /// Key of the channel whose folder this is, where it is one channel's.
    let channel: String?
    /// Longest file that is read, in bytes.
    let limit: Int64

    func read(_ file: borrowing SpoolFile, path: String, certain: Bool, received: Timestamp) throws -> FolderReading {
        // A spreadsheet program's own mark that somebody has the table open; it goes when that ends.
        guard !Self.isLock(path) else { return .unfinished }
        guard file.signature.size <= limit else { throw ComplaintFileTooLong(limit: limit) }
        guard let bytes = try file.contents(path: path) else { return .changed }
        let (arrivals, looksCut) = reading.read(
            bytes, name: SpoolHealth.masked(path), channel: channel, received: received)
        return looksCut && !certain ? .unfinished : .arrivals(arrivals)
    }

    private static func isLock(_ path: String) -> Bool {
        let name = Files.name(of: path)
        return name.hasPrefix("~$") || name.hasPrefix(".~lock.")
    }

    func dismiss(_ file: SpoolFolder.File, path: String) throws {
        try done.take(file.rawPath, path: path)
    }
}

/// A file is longer than what is read at once; it stays in the folder.
struct ComplaintFileTooLong: Error, Hashable, CustomStringConvertible {
    /// In bytes.
    let limit: Int64

    var description: String { "it is longer than \(limit) bytes; split it into shorter files" }
}
