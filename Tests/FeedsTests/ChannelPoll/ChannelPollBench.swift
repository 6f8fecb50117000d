import Feeds
import Model
import PatrolSim
import Synchronization
import TestKit

/// One channel's feed against a simulated server, with a journal in memory.
final class ChannelPollBench: Sendable {
    let server: ChannelServer
    let journal = MemoryJournal()
    let multi = CurlMulti(label: "test.channel")
    let folder: TemporaryFolder
    let channel: Channel
    let line: ChannelLine
    let token = TokenBox("sim-token")
    let password: TokenBox
    private let feed = Mutex<PeriodicFeed?>(nil)

    init(
        _ channel: Channel, server: ChannelServer? = nil, url: String? = nil, password: String = "secret",
        refusedPause: Span = .minutes(4)
    ) async throws {
        self.password = TokenBox(password)
        self.server = if let server { server } else { try await ChannelServer.start() }
        self.channel = channel
        folder = try TemporaryFolder()
        line = ChannelLine(
            channel,
            server: ChannelAddress(
                url: url ?? self.server.url, user: channel.feed.way == .open311 ? nil : "patrol",
                password: { [box = self.password] in box.text },
                token: { [token] in token.text }),
            multi: multi, clock: RealClock(), refusedPause: refusedPause)
    }

    func start(every: Span = .milliseconds(60), deliver: Deliver? = nil, refusedRetry: Backoff? = nil) throws {
        var surroundings = journal.surroundings()
        if let deliver { surroundings.deliver = deliver }
        let feed = ChannelPoll.feed(
            channel, over: line, every: every, markFile: markFile, in: surroundings,
            retry: Backoff(first: .milliseconds(50), longest: .milliseconds(200)), refusedRetry: refusedRetry,
            lookEvery: .milliseconds(10))
        feed?.start()
        self.feed.withLock { $0 = feed }
    }

    var markFile: String { folder.file("state/\(channel.key).json") }

    func stop() async {
        let feed = feed.withLock { feed in
            defer { feed = nil }
            return feed
        }
        guard let feed else { return }
        await withCheckedContinuation { done in feed.stop { done.resume() } }
    }

    /// Ends everything.
    func end() async {
        await stop()
        await server.stop()
    }
}

/// A secret that a test changes.
final class TokenBox: Sendable {
    private let value: Mutex<String>

    init(_ text: String) { value = Mutex(text) }

    var text: String { value.withLock { $0 } }
    func set(_ text: String) { value.withLock { $0 = text } }
}
