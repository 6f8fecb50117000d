import Feeds
import Incidents
import Model
import Settings
import Synchronization

/// Tells channels what became of their complaints, over the same line as their feed: they share one token.
final class ChannelReplies: Sendable {
    private struct State {
        var lines: [String: (server: Settings.Connection?, line: ChannelLine)] = [:]
        var site: Site
    }

    private let multi: CurlMulti
    private let clock: any WallClock
    private let state: Mutex<State>

    init(_ site: Site, multi: CurlMulti, clock: any WallClock) {
        self.multi = multi
        self.clock = clock
        state = Mutex(State(site: site))
    }

    /// Takes a new configuration; lines of connections that changed are made anew.
    func apply(_ site: Site) {
        state.withLock { state in
            let wanted = site.settings.channels.connections
            state.lines = state.lines.filter { key, value in wanted.contains { $0.channel == key && $0 == value.server } }
            state.site = site
        }
    }

    /// The line to a channel's server, the same for its feed and its replies.
    func line(_ channel: Channel, _ server: ChannelAddress) -> ChannelLine {
        state.withLock { state in
            if let known = state.lines[channel.key] { return known.line }
            let line = ChannelLine(channel, server: server, multi: multi, clock: clock)
            let connection = state.site.settings.channels.connections.first { $0.channel == channel.key }
            state.lines[channel.key] = (connection, line)
            return line
        }
    }

    /// Tries to tell one message once.
    func tell(_ message: OutboxMessage, _ completion: @escaping @Sendable (OutboxAnswer) -> Void) {
        let site = state.withLock { $0.site }
        let key = String(message.recipient.dropFirst("channel:".count))
        guard message.recipient.hasPrefix("channel:"), message.kind == OutboxMessage.complaintClosed,
            let channel = site.catalog.channels.first(where: { $0.key == key }), let closing = ComplaintClosing(message.body)
        else {
            return completion(
                OutboxAnswer(result: .rejected, sentence: "nobody here can tell \(message.recipient); check the channel list"))
        }
        let connection = site.settings.channels.connections.first { $0.channel == key }
        let reply = ChannelReply(
            channel, over: connection.map { line(channel, FeedSet.address($0)) }, folder: site.settings.channels.replies,
            clock: clock)
        let said = ReplyMessage(
            id: message.message, number: closing.number, closed: closing.closed, outcome: closing.outcome ?? "")
        reply.send(said) { result in
            switch result {
            case .delivered: completion(OutboxAnswer(result: .delivered, sentence: "delivered"))
            case .rejected(let sentence): completion(OutboxAnswer(result: .rejected, sentence: sentence))
            case .failed(let sentence, _): completion(OutboxAnswer(result: .failed, sentence: sentence))
            }
        }
    }
}
