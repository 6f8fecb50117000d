import Model

/// The folder into which clerks put the channels' exports, as configured: CSV, XLSX or JSON.
///
/// A folder within it that has a channel's key, name or alias takes files that name no channel themselves.
package struct ChannelFolder: Sendable {
    /// Name of the feed.
    package var name: String
    /// Absolute path of the folder; what was taken goes to `done` in it.
    package var folder: String
    /// How long a closed file must stay the same.
    package var stableAfter: Span
    /// How long a file that looks cut off, or is empty, is waited for before it is taken as it stands.
    package var patience: Span
    /// Longest file that is read, in bytes; a longer one stays where it is.
    package var limit: Int64
    /// Which headers mean what.
    package var columns: ComplaintColumns

    package init(
        name: String = "channels", folder: String, stableAfter: Span = .seconds(2), patience: Span = .minutes(1),
        limit: Int64 = 32 << 20, columns: ComplaintColumns = ComplaintColumns()
    ) {
        self.name = name
        self.folder = folder
        self.stableAfter = stableAfter
        self.patience = patience
        self.limit = limit
        self.columns = columns
    }
}

extension ChannelFolder {
    /// Endings of files that are taken; what is in them counts, for systems write web pages and text as `.xls`.
    static let suffixes = [".csv", ".xlsx", ".xlsm", ".xls", ".json", ".jsonl", ".ndjson", ".txt", ".tsv"]
}

extension FolderWords {
    static let complaints = FolderWords(
        adapter: "channels", folder: "complaint folder",
        silent: "no complaint file has come for longer than expected; ask the channels",
        full: "the disk of the complaint folder is full; make room on it", others: "save them as XLSX or CSV")
}
