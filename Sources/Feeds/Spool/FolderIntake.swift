import Model

/// What a watched folder does with a complete file; used on the feed's queue only.
protocol FolderIntake {
    /// Makes of an open file what is to be delivered; the file stays as it is.
    ///
    /// - Parameter certain: whether the file is taken as it stands, because no more patience is asked for.
    /// - Throws: whatever keeps the file from being taken now; it is tried again with growing pauses.
    func read(_ file: borrowing SpoolFile, path: String, certain: Bool, received: Timestamp) throws -> FolderReading

    /// Takes a file out of the folder whose arrivals are durable.
    func dismiss(_ file: SpoolFolder.File, path: String) throws
}

/// What came of reading one file.
enum FolderReading {
    /// One delivery; nothing to deliver is a success too.
    case arrivals([Arrival])
    /// The file looks cut off: wait for the rest of it.
    case unfinished
    /// Somebody wrote to the file while it was read.
    case changed
}

/// A watched folder as its feed sees it.
struct FolderSettings {
    /// Name of the feed.
    var name: String
    /// Absolute path.
    var folder: String
    /// Lower-case endings with their dot.
    var suffixes: [String]
    /// Levels of folders below that are looked into.
    var depth: Int
    var stableAfter: Span
    var patience: Span
    /// How many files may be on their way into the journal at once.
    var limit = 8
    /// After how long without a file the feed counts as silent; nothing means never.
    var idleLimit: Span?
    var words: FolderWords
}

/// The words in which a folder's status speaks.
struct FolderWords {
    /// `spool`, `channels`.
    var adapter: String
    /// What the folder is called.
    var folder: String
    /// The sentence for silence.
    var silent: String
    /// The sentence for a full disk.
    var full: String
    /// What to do about files of other kinds, after their number.
    var others: String
}
