import Model
import Platform

/// The folder into which WeChat's answers are put as files, where the server has no way out; as configured.
package struct WeChatFolder: Sendable {
    /// Name of the feed.
    package var name: String
    /// Absolute path; what was taken goes to `done` in it.
    package var folder: String
    package var stableAfter = Span.seconds(2)
    package var patience = Span.minutes(1)
    /// File in which the figures are kept, so that a figure stated anew is known as one.
    package var mark: String?

    package init(name: String = "wechat", folder: String) {
        self.name = name
        self.folder = folder
    }

    package var source: String { "patrold:/feeds/" + name }

    /// Reads quarantined bytes of such a file again; the entry itself where they are still none.
    package func replay(_ unreadable: Unreadable, received: Timestamp) -> [Arrival] {
        var book = FollowerBook(since: FollowerBook.lastReadable(at: received), patience: 7)
        guard let rows = try? FollowerFileIntake.rows(unreadable.bytes) else { return [.unreadable(unreadable)] }
        return book.take(rows, source: source, at: received).map { .event($0) }
    }
}

/// Takes WeChat's answers from a folder: the JSON of `getusercumulate` and `getusersummary`, one answer a file.
package final class WeChatFolderFeed: Sendable {
    private let feed: FolderFeed

    /// Makes a feed that does nothing before `start`.
    package init(_ folder: WeChatFolder, in surroundings: FeedSurroundings, lookEvery: Span = .milliseconds(500)) {
        // One file at a time: what is a correction depends on what came before.
        let settings = FolderSettings(
            name: folder.name, folder: folder.folder, suffixes: [".json"], depth: 0, stableAfter: folder.stableAfter,
            patience: folder.patience, limit: 1, idleLimit: nil, words: .followers)
        feed = FolderFeed(
            settings, intake: FollowerFileIntake(folder), clock: surroundings.clock, lookEvery: lookEvery,
            deliver: surroundings.deliver, report: surroundings.report)
    }

    /// Begins to watch; calling it twice is the same as once.
    package func start() { feed.start() }

    /// Takes no further files, waits for the answer to the one under way, and then calls back on the feed's queue.
    package func stop(_ completion: @escaping @Sendable () -> Void) { feed.stop(completion) }
}

extension FolderWords {
    static let followers = FolderWords(
        adapter: "wechat", folder: "WeChat folder", silent: "no WeChat file has come for longer than expected",
        full: "the disk of the WeChat folder is full; make room on it", others: "save them as JSON")
}

/// WeChat's files: figures become durable, then the file goes to `done`.
///
/// Used on the feed's queue only, hence `@unchecked Sendable`.
final class FollowerFileIntake: FolderIntake, @unchecked Sendable {
    private static let sizeLimit = 4 << 20

    private let folder: WeChatFolder
    private let done: DoneFolder
    private var book: FollowerBook?
    /// The book as it is once the file's figures are durable.
    private var pending: [String: FollowerBook] = [:]

    init(_ folder: WeChatFolder) {
        self.folder = folder
        done = DoneFolder(folder: folder.folder)
    }

    func read(_ file: borrowing SpoolFile, path: String, certain: Bool, received: Timestamp) throws -> FolderReading {
        guard file.signature.size <= Int64(Self.sizeLimit) else {
            throw WeChatError(sentence: "it is longer than \(Self.sizeLimit) bytes; it is no answer of WeChat's")
        }
        guard let bytes = try file.contents(path: path) else { return .changed }
        do throws(WeChatError) {
            let rows = try Self.rows(bytes)
            var next = known(at: received)
            let events = next.take(rows, source: folder.source, at: received)
            pending[path] = next
            return .arrivals(events.map { .event($0) })
        } catch {
            if !certain, error.kind == .unreadable { return .unfinished }
            let entry = Unreadable(
                source: folder.source, adapter: "wechat", reason: error.sentence, contentType: "application/json",
                bytes: bytes, received: received)
            return .arrivals([.unreadable(entry)])
        }
    }

    func dismiss(_ file: SpoolFolder.File, path: String) throws {
        if let next = pending[path] {
            if let mark = folder.mark { try Files.writeDurably(next.json.bytes, to: mark) }
            book = next
            pending[path] = nil
        }
        try done.take(file.rawPath, path: path)
    }

    static func rows(_ bytes: [UInt8]) throws(WeChatError) -> FollowerRows {
        do {
            return try FollowerRows(try JSON(parsing: Charset.decode(bytes)))
        } catch let error as WeChatError {
            throw error
        } catch {
            throw WeChatError(sentence: "the file is no JSON (\(error))")
        }
    }

    private func known(at now: Timestamp) -> FollowerBook {
        if let book { return book }
        let kept = folder.mark.flatMap { try? Files.read($0, limit: 16 << 20) }.flatMap { try? JSON(parsing: $0) }
        let restored =
            kept.flatMap { FollowerBook($0, patience: 7) }
            ?? FollowerBook(since: FollowerBook.lastReadable(at: now), patience: 7)
        book = restored
        return restored
    }
}
