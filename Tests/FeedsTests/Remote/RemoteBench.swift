import Feeds
import Foundation
import Model
import Platform
import Synchronization
import TestKit

/// The machine's clock.
struct BenchClock: WallClock {
    func now() -> Timestamp { Timestamp(microseconds: SystemClock.realtimeMicroseconds()) }
    func uptime() -> Span { Span(microseconds: SystemClock.uptimeMicroseconds()) }
}

/// A remote folder, the local one, and what the feed said; `remote` and `local` lie in one temporary folder.
final class RemoteBench: Sendable {
    let folder: TemporaryFolder
    private let statuses = Mutex<[FeedStatus]>([])
    private let running = Mutex<RemoteFeed?>(nil)
    private let free = Mutex<Int64>(1 << 40)

    init() throws {
        folder = try TemporaryFolder("patrold-remote")
        for name in ["remote", "local"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        }
    }

    /// Starts a feed with limits short enough for tests.
    ///
    /// - Parameter clock: where it is the test's own, the feed looks at it at least each `every` of the machine's time.
    func start(
        _ url: String, clock: any WallClock = BenchClock(), _ change: (inout RemoteFolder) -> Void = { _ in }
    ) {
        var settings = RemoteFolder(name: "recorder-1", url: url, user: "recorder", password: "right")
        settings.every = .milliseconds(250)
        settings.stableAfter = .milliseconds(100)
        settings.retry = Backoff(first: .milliseconds(100), longest: .milliseconds(200))
        settings.refusedRetry = Backoff(first: .milliseconds(400), longest: .milliseconds(800))
        settings.keepFree = 0
        change(&settings)
        let feed = RemoteFeed(
            configuration: settings, into: folder.file("local"), multi: CurlMulti(label: "test.remote"), clock: clock,
            freeBytes: { [self] _ in free.withLock { $0 } },
            report: { [self] status in statuses.withLock { $0.append(status) } })
        running.withLock { $0 = feed }
        feed.start()
    }

    func stop() async {
        guard let feed = running.withLock({ $0 }) else { return }
        await withCheckedContinuation { done in feed.stop { done.resume() } }
        running.withLock { $0 = nil }
    }

    func setFree(_ bytes: Int64) { free.withLock { $0 = bytes } }

    var status: FeedStatus? { statuses.withLock { $0.last } }
    var said: [FeedStatus] { statuses.withLock { $0 } }

    /// Writes a file over there under a temporary name and renames it.
    func put(_ name: String, _ bytes: [UInt8]) throws {
        let path = folder.file("remote/" + name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    /// The file as it was fetched, nothing where it is not here.
    func got(_ name: String) -> [UInt8]? { try? Files.read(folder.file("local/" + name)) }
    func isRemote(_ name: String) -> Bool { Files.exists(folder.file("remote/" + name)) }

    /// What the local feed does when the events of a file are durable.
    func takeAway(_ name: String) throws { try Files.remove(folder.file("local/" + name)) }

    /// Names of what was fetched.
    var fetched: [String] {
        let all = FileManager.default.subpaths(atPath: folder.file("local")) ?? []
        return all.filter { !$0.hasPrefix(".") && $0.contains(".wav") }.sorted()
    }

    /// Bytes of the part that is growing.
    var partBytes: Int64 {
        let parts = (try? Files.list(folder.file("local/.parts"))) ?? []
        return parts.map { Files.size(folder.file("local/.parts/" + $0)) }.max() ?? 0
    }

    /// Bytes that are nowhere alike.
    static func sound(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var numbers = SeededNumbers(seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { withUnsafeBytes(of: numbers.next()) { bytes.append(contentsOf: $0) } }
        return Array(bytes.prefix(count))
    }
}
