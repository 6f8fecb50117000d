import Model

/// One listing of the folder and those below it, folder after folder.
struct RemoteWalk {
    private let settings: RemoteFolder
    private let suffixes: [String]
    /// Folders still to be listed, with the levels below them that count; the last one is next.
    private var pending: [(path: RemotePath, depth: Int)]
    private(set) var files: [RemoteFile] = []
    private(set) var unreadable: [RemotePath] = []
    private(set) var strange = 0
    /// Which page of a query's answer is asked for.
    private(set) var page: RemoteQuery.Page
    private var folders = 1

    init(_ settings: RemoteFolder, now: Timestamp) {
        self.settings = settings
        page = RemoteQuery.Page(now: now)
        suffixes = settings.suffixes.map { $0.lowercased() }
        pending = [(RemotePath([]), settings.depth)]
    }

    /// The folder to be listed now, nothing when all are.
    var folder: RemotePath? { pending.last?.path }

    /// Takes one page of a query's answer; the walk ends with the last one.
    mutating func take(_ answer: RemoteQuery.Answer, of query: RemoteQuery) throws(RemoteListingError) {
        let here = pending
        try take(answer.entries)
        strange += answer.strange
        guard let following = query.page(after: page, answer, template: settings.url) else { return }
        page = following
        pending = here
    }

    /// Takes the listing of `folder`.
    mutating func take(_ entries: [RemoteEntry]) throws(RemoteListingError) {
        guard let current = pending.popLast() else { return }
        for entry in entries {
            let text = RemoteName.text(entry.name, settings.encoding)
            let path = current.path.appending(entry.name)
            if entry.isFolder {
                guard current.depth > 0, !text.hasPrefix(".") else { continue }
                folders += 1
                pending.append((path, current.depth - 1))
            } else if wants(text) {
                take(entry, path)
            }
        }
        guard files.count <= RemoteLimits.entries, folders <= RemoteLimits.folders else {
            throw RemoteListingError(
                sentence: "holds more than \(RemoteLimits.entries) files or \(RemoteLimits.folders) folders; clear it out")
        }
    }

    /// `folder` could not be listed, unlike the whole.
    mutating func skip() {
        if let current = pending.popLast() { unreadable.append(current.path) }
    }

    private mutating func take(_ entry: RemoteEntry, _ path: RemotePath) {
        // Without size and time nobody can tell whether a file still grows.
        guard entry.size != nil || !entry.time.isEmpty else { return strange += 1 }
        let stamp = (entry.size.map(String.init) ?? "?") + " " + entry.time
        files.append(
            RemoteFile(
                path: path, size: entry.size, stamp: stamp, url: entry.url,
                local: RemoteName.local(path, settings.encoding)))
    }

    private func wants(_ name: String) -> Bool {
        let lower = name.lowercased()
        return !SpoolFolder.isTemporary(name) && suffixes.contains { lower.hasSuffix($0) }
    }
}
