import Model
import Platform

/// The channels' files: rows become durable, then the file goes to `done`.
struct ComplaintIntake: FolderIntake {
    let reading: ComplaintReading
    let done: DoneFolder
    /// Longest file that is read, in bytes.
    let limit: Int64

    func read(_ file: borrowing SpoolFile, path: String, certain: Bool, received: Timestamp) throws -> FolderReading {
        guard file.signature.size <= limit else { throw ComplaintFileTooLong(limit: limit) }
        guard let bytes = try file.contents(path: path) else { return .changed }
        let (arrivals, looksCut) = reading.read(bytes, name: SpoolHealth.masked(path), received: received)
        return looksCut && !certain ? .unfinished : .arrivals(arrivals)
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
