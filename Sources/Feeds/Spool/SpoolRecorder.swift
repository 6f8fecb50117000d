import Model

/// A telephone recorder that drops its files into a folder, as configured.
package struct SpoolRecorder: Sendable {
    /// Name of the feed and of the device in events.
    package var name: String
    /// Absolute path of the folder.
    package var folder: String
    package var patterns: [RecordingNamePattern]
    /// How long a closed file must stay the same.
    package var stableAfter: Span
    /// How long a file that looks unfinished is waited for before it is taken as it stands.
    package var patience: Span
    /// Endings of recordings, with their dot, in any case.
    package var suffixes: [String]
    /// Endings of records of calls that lie beside the recordings, with their dot, in any case: SIPREC metadata and
    /// FreeSWITCH's `.xml`, `.json`, and `.csv` whose first line names the columns.
    package var sidecars = [".xml"]
    /// What a recording without a header is taken for.
    package var headerless = HeaderlessSound()
    /// The words under which records are read.
    package var spellings = CallSpellings.standard
    /// Levels of folders below that are looked into (`20261123/CH01` is two).
    package var depth: Int
    /// After how long without a file the feed counts as silent; nothing means never.
    package var idleLimit: Span?

    package init(
        name: String, folder: String, patterns: [RecordingNamePattern] = RecordingNamePattern.builtIn,
        stableAfter: Span = .seconds(2), patience: Span = .minutes(5), suffixes: [String] = [".wav"], depth: Int = 2,
        idleLimit: Span? = nil
    ) {
        self.name = name
        self.folder = folder
        self.patterns = patterns
        self.stableAfter = stableAfter
        self.patience = patience
        self.suffixes = suffixes
        self.depth = depth
        self.idleLimit = idleLimit
    }
}
