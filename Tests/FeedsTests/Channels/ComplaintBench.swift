import Feeds
import Foundation
import Model
import Platform
import Synchronization
import TestKit

/// A complaint folder, its feed, and a journal with a quarantine.
final class ComplaintBench: Sendable {
    static let channels = [
        Channel(key: "petition", name: "信访行风", aliases: ["信访"]),
        Channel(key: "proposal", name: "人大政协提案", aliases: ["提案"]),
    ]
    static let header = "渠道,编号,受理时间,内容,办结时间,办理结果"

    let folder: TemporaryFolder
    let clock = ManualClock()
    let journal = RecordingJournal()
    private let quarantine = Mutex<[Unreadable]>([])
    private let last = Mutex<FeedStatus?>(nil)
    private let feed = Mutex<ChannelFolderFeed?>(nil)
    private let killed = Mutex<[ChannelFolderFeed]>([])

    init() throws {
        folder = try TemporaryFolder("patrold-channels")
        try Files.makeFolder(folder.file("in"))
    }

    var status: FeedStatus? { last.withLock { $0 } }
    var quarantined: [Unreadable] { quarantine.withLock { $0 } }
    var ids: [String] { journal.events.map(\.id) }
    var waiting: [String] { (try? Files.list(folder.file("in")))?.filter { $0 != "done" } ?? [] }
    var done: [String] { (try? Files.list(folder.file("in/done"))) ?? [] }

    func start(patience: Span = .minutes(1), limit: Int64 = 32 << 20) {
        let configuration = ChannelFolder(folder: folder.file("in"), patience: patience, limit: limit)
        let made = ChannelFolderFeed(
            configuration: configuration, channels: Self.channels, clock: clock, lookEvery: .milliseconds(20),
            deliver: deliver, report: { [weak self] status in self?.last.withLock { $0 = status } })
        made.start()
        feed.withLock { $0 = made }
    }

    func stop() async {
        // A killed feed never gets its answer, so nobody waits for its end.
        killed.withLock { dead in
            for feed in dead { feed.stop {} }
            dead = []
        }
        if let feed = feed.withLock({ $0 }) {
            await withCheckedContinuation { done in feed.stop { done.resume() } }
        }
        feed.withLock { $0 = nil }
        // A feed that still waits for an answer keeps this object, and so the folder.
        try? FileManager.default.removeItem(atPath: folder.path)
    }

    /// Forgets the feed as a dead daemon does; only `stop` still knows it, so that it goes when the test ends.
    func kill() {
        feed.withLock { feed in
            guard let dead = feed else { return }
            killed.withLock { $0.append(dead) }
            feed = nil
        }
    }

    /// Writes a file in place.
    func write(_ bytes: [UInt8], to name: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("in/" + name)))
    }

    /// Writes beside the folder and renames in.
    func rename(_ bytes: [UInt8], to name: String) throws {
        try writeAndClose(bytes, to: folder.file("outside"))
        try FileManager.default.moveItem(atPath: folder.file("outside"), toPath: folder.file("in/" + name))
    }

    /// Waits for a condition while the clock goes on, a second every poll.
    func runs(until condition: () -> Bool) async -> Bool {
        await eventually(every: 0.03) {
            if condition() { return true }
            clock.advance(.seconds(1))
            return condition()
        }
    }

    static func csv(_ rows: String...) -> [UInt8] {
        Array(([header] + rows).map { $0 + "\r\n" }.joined().utf8)
    }

    /// The same text as GB18030, nothing where the system cannot convert.
    static func gb18030(_ utf8: [UInt8]) -> [UInt8] {
        guard let converter = iconv_open("GB18030", "UTF-8"), converter != UnsafeMutableRawPointer(bitPattern: -1) else {
            return []
        }
        defer { iconv_close(converter) }
        var input = utf8.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: utf8.count * 2)
        let written = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var (from, left, to, room) = (input.baseAddress, input.count, output.baseAddress, output.count)
                iconv(converter, &from, &left, &to, &room)
                return output.count - room
            }
        }
        return output.prefix(written).map { UInt8(bitPattern: $0) }
    }

    private var deliver: Deliver {
        { [self] arrivals, answer in
            journal.deliver(arrivals) { [self] result in
                if case .success = result { keep(arrivals) }
                answer(result)
            }
        }
    }

    private func keep(_ arrivals: [Arrival]) {
        for case .unreadable(let unreadable) in arrivals {
            quarantine.withLock { rows in
                if !rows.contains(where: { $0.source == unreadable.source && $0.bytes == unreadable.bytes }) {
                    rows.append(unreadable)
                }
            }
        }
    }
}
