import Feeds
import Foundation
import Model
import Platform
import Synchronization
import TestKit

/// A file of calls, the feed that follows it, and all that they touch.
final class CDRBench: Sendable {
    let folder: TemporaryFolder
    let clock = ManualClock()
    let journal = RecordingJournal()
    private let format: CDRFormat
    private let feed = Mutex<CDRFeed?>(nil)
    private let last = Mutex<FeedStatus?>(nil)

    init(_ format: CDRFormat = .asterisk) throws {
        self.format = format
        folder = try TemporaryFolder("patrold-cdr")
        try FileManager.default.createDirectory(atPath: folder.file("log"), withIntermediateDirectories: true)
    }

    var path: String { folder.file("log/Master.csv") }
    var status: FeedStatus? { last.withLock { $0 } }
    var identities: [String] { journal.calls.map(\.callID) }

    func start(idleLimit: Span? = nil) {
        var source = CDRSource(name: "rec-1", path: path, format: format, stateFolder: folder.file("state"))
        source.idleLimit = idleLimit
        let made = CDRFeed(
            configuration: source, clock: clock, lookEvery: .milliseconds(10), deliver: journal.deliver,
            report: { [weak self] status in self?.last.withLock { $0 = status } })
        made.start()
        feed.withLock { $0 = made }
    }

    func stop() async {
        guard let feed = feed.withLock({ $0 }) else { return }
        await withCheckedContinuation { done in feed.stop { done.resume() } }
        self.feed.withLock { $0 = nil }
    }

    /// A line of an answered call as cdr_csv writes it.
    static func line(_ number: Int, end: String = "\n") -> String {
        "\"\",\"00012345678\",\"8001\",\"from-trunk\",\"\"\"Li\"\" <00012345678>\",\"SIP/a\",\"SIP/b\",\"Dial\",\"SIP/8001,20\","
            + "\"2026-11-23 10:20:30\",\"2026-11-23 10:20:35\",\"2026-11-23 10:21:35\",65,60,\"ANSWERED\",\"DOCUMENTATION\","
            + "\"1763864430.\(number)\",\"\"" + end
    }

    func write(_ text: String, to name: String = "Master.csv") throws {
        let path = folder.file("log/" + name)
        if !Files.exists(path) { try Data().write(to: URL(fileURLWithPath: path)) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    func rename(_ name: String, to target: String) throws {
        try FileManager.default.moveItem(atPath: folder.file("log/" + name), toPath: folder.file("log/" + target))
    }

    /// Waits for a condition while the clock goes on, a second every poll.
    func runs(until condition: () -> Bool) async -> Bool {
        await eventually(every: 0.02) {
            if condition() { return true }
            clock.advance(.seconds(1))
            return condition()
        }
    }

    /// The identities of lines by their numbers.
    func expected(_ numbers: some Sequence<Int>) -> [String] { numbers.map { "1763864430.\($0)" } }
}
