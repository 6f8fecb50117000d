import Dispatch
import Feeds
import Model

/// The importer of one kind of record, as `patrold import` uses it.
struct ImportSource: Sendable {
    /// Events of one delivery: some megabytes, and a commit of a fraction of a second.
    static let batch = 5000

    private enum Importer {
        case complaints(ComplaintImport)
        case recordings(RecordingImport)
        case register(RegisterImport)
    }

    private let importer: Importer
    private let options: ImportOptions
    private let received: Timestamp

    init(kind: String, site: Site, options: ImportOptions, received: Timestamp) throws(Failure) {
        self.options = options
        self.received = received
        switch kind {
        case "complaints": importer = .complaints(ComplaintImport(channels: site.catalog.channels))
        case "recordings": importer = .recordings(RecordingImport())
        default:
            guard let register = site.catalog.registers.first(where: { $0.key == kind }) else {
                let kinds = (["complaints", "recordings"] + site.catalog.registers.map(\.key)).joined(separator: ", ")
                throw Failure(.usage, "'\(kind)' cannot be imported; use one of \(kinds)")
            }
            importer = .register(RegisterImport(kind: register))
        }
    }

    /// Reads the file row by row; its events go to `each` and are not kept.
    func walk(_ bytes: [UInt8], _ each: (ImportedRow) throws -> Void) throws -> ImportResult {
        switch importer {
        case .complaints(let source): try source.read(bytes, options: options, received: received, each: each)
        case .recordings(let source): try source.read(bytes, options: options, received: received, each: each)
        case .register(let source): try source.read(bytes, options: options, received: received, each: each)
        }
    }

    /// Hands the events of the good rows on in portions; the file is read on only when a portion was taken.
    func deliver(_ bytes: [UInt8], _ post: ([Event]) async throws -> Void) async throws {
        // The reading has a thread of its own: it waits for deliveries, which no task may.
        let queue = DispatchQueue(label: "patrold.import")
        let room = DispatchSemaphore(value: 1)
        let portions = AsyncThrowingStream<[Event], any Error> { continuation in
            // Whoever listens no more lets the reading run to its end; nothing of it is kept then.
            continuation.onTermination = { @Sendable _ in room.signal() }
            queue.async { @Sendable in
                do {
                    try read(bytes) { portion in
                        room.wait()
                        if case .terminated = continuation.yield(portion) { room.signal() }
                    }
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
        }
        for try await portion in portions {
            try await post(portion)
            room.signal()
        }
    }

    private func read(_ bytes: [UInt8], _ portion: ([Event]) -> Void) throws {
        var events: [Event] = []
        _ = try walk(bytes) { row in
            guard case .events(let made) = row.outcome else { return }
            events += made
            guard events.count >= Self.batch else { return }
            portion(events)
            events = []
        }
        if !events.isEmpty { portion(events) }
    }
}
