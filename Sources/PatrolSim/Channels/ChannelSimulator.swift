import Dispatch
import Model
import Platform
import Synchronization

/// The seven complaint channels: when its turn comes, each tells its server, or leaves its export file in one folder where
/// it has none.
///
/// A file holds new complaints, and again those of earlier files that were closed since: a later row of the same
/// number tells the end of an earlier one.
package final class ChannelSimulator: Sendable {
    private struct State {
        var maker: ComplaintMaker
        var random: SplitMix64
        var turn = 0
        var numbers: [String: Int] = [:]
        var open: [SimComplaint] = []
        var accepted: [SimComplaint] = []
        var closed = 0
        var ticker: Ticker?
    }

    /// Where the files go.
    package let folder: String
    private let servers: ChannelServers?
    private let clock: @Sendable () -> Timestamp
    private let queue = DispatchQueue(label: "patrold.sim.channels")
    private let state: Mutex<State>

    /// - Parameter servers: of the channels that have one; nothing means that all write files.
    /// - Throws: `SystemError` where the folder cannot be made.
    package init(
        folder: String, seed: UInt64, servers: ChannelServers? = nil,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(microseconds: SystemClock.realtimeMicroseconds()) }
    ) throws(SystemError) {
        self.folder = folder
        self.servers = servers
        self.clock = clock
        state = Mutex(State(maker: ComplaintMaker(seed: seed), random: SplitMix64(seed: ~seed)))
        try Files.makeFolder(folder)
    }

    /// Every complaint that was told, in order of acceptance.
    package var accepted: [SimComplaint] { state.withLock { $0.accepted } }

    /// How many of them were told to be closed later.
    package var closed: Int { state.withLock { $0.closed } }

    /// Tells the server of the next channel in turn, or writes its file (under a temporary name, then renamed).
    ///
    /// - Returns: the file's path; nothing where the channel has a server.
    /// - Throws: `SystemError` where the folder takes no file.
    @discardableResult
    package func tellNext() throws(SystemError) -> String? {
        let now = Timestamp(seconds: clock().microseconds / 1_000_000)
        let (channel, rows, turn) = state.withLock { told(&$0, at: now) }
        if let servers, servers.serves(channel) {
            for row in rows { servers.tell(row, at: now) }
            return nil
        }
        let stamp = now.text().prefix(19).filter(\.isNumber)
        let name = "\(channel.key)-\(stamp)-\(turn).csv"
        try Files.writeThenRename(SimComplaint.file(rows, of: channel), folder: folder, name: name)
        return folder + "/" + name
    }

    /// Lets a channel write every so often until `stop`.
    package func start(every interval: Span) {
        let ticker = Ticker(on: queue, first: .seconds(1), every: interval) { [weak self] in
            // A folder that is full for a while is the daemon's test, not a reason to stop.
            _ = try? self?.tellNext()
        }
        state.withLock { $0.ticker = ticker }
    }

    /// No file is begun any more.
    package func stop() {
        let ticker = state.withLock { state in
            defer { state.ticker = nil }
            return state.ticker
        }
        ticker?.cancel()
    }

    /// What the next channel tells: what was closed since, then one to four new complaints.
    private func told(_ state: inout State, at now: Timestamp) -> (SimChannel, [SimComplaint], Int) {
        let channel = SimChannel.all[state.turn % SimChannel.all.count]
        state.turn += 1
        // A web site tells of no closing.
        let closes = servers.map { !$0.serves(channel) || $0.tellsClosings(of: channel) } ?? true
        var rows = closes ? closings(&state, of: channel, at: now) : []
        for _ in 0..<state.random.number(1..<5) {
            let count = state.numbers[channel.key, default: 0] + 1
            state.numbers[channel.key] = count
            let number = "\(channel.prefix)-\(now.text().prefix(19).filter(\.isNumber))-\(padded(count, 4))"
            let accepted = now - .seconds(Int64(state.random.number(0..<20)))
            let complaint = state.maker.next(of: channel, number: number, at: accepted)
            state.open.append(complaint)
            state.accepted.append(complaint)
            rows.append(complaint)
        }
        return (channel, rows, state.turn)
    }

    private func closings(_ state: inout State, of channel: SimChannel, at now: Timestamp) -> [SimComplaint] {
        var rows: [SimComplaint] = []
        var still: [SimComplaint] = []
        for var complaint in state.open {
            guard complaint.channel == channel, state.random.chance(perMille: 800) else {
                still.append(complaint)
                continue
            }
            complaint.closed = now
            complaint.outcome = state.maker.outcome()
            rows.append(complaint)
        }
        state.open = still
        state.closed += rows.count
        return rows
    }
}
