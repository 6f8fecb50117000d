import Model
import Platform

/// A small JSON file in which a periodic feed keeps how far it has come; one that cannot be read counts as none.
struct MarkFile: Sendable {
    private static let queue = BlockingQueue(label: "patrold.feeds.marks", qos: .utility)
    private static let sizeLimit = 16 << 20

    /// Absolute path; nothing means that the mark is kept in memory only.
    let path: String?

    func load() async -> JSON? {
        guard let path else { return nil }
        return try? await Self.queue.run { try JSON(parsing: Files.read(path, limit: Self.sizeLimit)) }
    }

    /// Writes the mark durably.
    ///
    /// - Throws: `PeriodicTrouble` with a sentence; the feed would otherwise take the same again after each restart.
    func save(_ mark: JSON) async throws {
        guard let path else { return }
        do {
            try await Self.queue.run {
                try Files.makeFolder(Files.folder(of: path))
                try Files.writeDurably(mark.bytes, to: path)
            }
        } catch {
            throw PeriodicTrouble.failed("the mark \(path) cannot be written; make room there and let the service user write")
        }
    }
}
