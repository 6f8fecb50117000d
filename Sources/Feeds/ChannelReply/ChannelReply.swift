import Model

/// Tells closings to a channel in the way its definition says.
///
/// A try that was interrupted may have arrived; the message's id goes along (`Idempotency-Key` and `{id}`), and a file
/// has its name by it.
package struct ChannelReply: Sendable {
    private let channel: Channel
    private let line: ChannelLine?
    private let folder: String?
    private let clock: any WallClock

    /// - Parameters:
    ///   - line: the way to the channel's server, the same that its feed uses; nothing where no connection is configured.
    ///   - folder: the folder of replies, `channels.replies`; nothing where none is configured.
    package init(_ channel: Channel, over line: ChannelLine?, folder: String?, clock: any WallClock) {
        self.channel = channel
        self.line = line
        self.folder = folder
        self.clock = clock
    }

    /// Whether the channel wants to be told at all.
    package var isWanted: Bool { channel.reply != .none }

    /// Tries once; bounded in time by the connection's limits.
    package func send(_ message: ReplyMessage) async -> ReplyResult {
        switch channel.reply {
        case .none: .delivered
        case .folder: await write(message)
        case .rest(let definition): await post(message, definition)
        case .open311(let path): await post(message, open311(path))
        }
    }

    /// The same with a callback, on any queue.
    package func send(_ message: ReplyMessage, completion: @escaping @Sendable (ReplyResult) -> Void) {
        Task { completion(await send(message)) }
    }

    private func write(_ message: ReplyMessage) async -> ReplyResult {
        guard let folder else {
            return .failed("no folder for replies is configured; write channels.replies into the settings", notBefore: nil)
        }
        return await ReplyFile(message, channel: channel).write(into: folder)
    }

    private func post(_ message: ReplyMessage, _ definition: Channel.RESTReply) async -> ReplyResult {
        guard let line else {
            return .failed(
                "no connection to \(channel.name) is configured; add it to channels.connections", notBefore: nil)
        }
        let values = [
            "number": message.number, "closed": definition.times.text(message.closed), "outcome": message.outcome,
            "id": message.id,
        ]
        do {
            return try await line.ask(
                definition.request, values, access: definition.access ?? feedAccess,
                headers: [(name: "Idempotency-Key", value: message.id.filter { !$0.isNewline })]
            ) { try read($0, definition.ok) }
        } catch {
            return result(of: error)
        }
    }

    private var feedAccess: Channel.Access? {
        if case .rest(let rest) = channel.feed { rest.access } else { nil }
    }

    private func read(_ response: CurlResponse, _ ok: Channel.OKCheck?) throws -> ReplyResult {
        guard let ok else { return .delivered }
        guard let json = try? JSON(parsing: response.body) else {
            return .failed("the answer of \(channel.name) is no JSON: nobody knows whether it took the closing", notBefore: nil)
        }
        do throws(ChannelAnswer.Problem) {
            try ChannelAnswer.check(json, ok)
            return .delivered
        } catch {
            guard case .failed(let sentence) = error else {
                if case .unreadable(let sentence) = error { return .failed(sentence, notBefore: nil) }
                throw error
            }
            let value = ok.path.first(in: json)?.plainText ?? ""
            return ok.final.contains(value) ? .rejected(sentence) : .failed(sentence, notBefore: nil)
        }
    }

    private func result(of error: any Error) -> ReplyResult {
        switch error {
        // The channel has closed it already: that is what we wanted.
        case let refusal as ChannelRefusal where refusal.status == 409: .delivered
        case let refusal as ChannelRefusal where refusal.status == 404:
            .rejected("\(channel.name) does not know the complaint, or the path is wrong (HTTP 404)")
        case let refusal as ChannelRefusal: .rejected(refusal.sentence)
        case PeriodicTrouble.failed(let sentence), PeriodicTrouble.refused(let sentence): .failed(sentence, notBefore: nil)
        case PeriodicTrouble.postponed(let until, let sentence): .failed(sentence, notBefore: until)
        default: .failed("the closing could not be sent to \(channel.name)", notBefore: nil)
        }
    }

    /// What Open311 servers with service request updates take: a form with the update's own id.
    private func open311(_ path: String) -> Channel.RESTReply {
        guard case .open311(let feed) = channel.feed else {
            return Channel.RESTReply(request: RequestTemplate(path: Template(path)))
        }
        let fields = [
            "service_request_id={number}", "update_id={id}", "status=CLOSED", "updated_datetime={closed}",
            "description={outcome}",
        ]
        let key = line?.server.token().map { ["api_key=" + RequestTemplate.Escape.url.apply($0)] } ?? []
        let place = feed.jurisdiction.map { ["jurisdiction_id=" + RequestTemplate.Escape.url.apply($0)] } ?? []
        var reply = Channel.RESTReply(
            request: RequestTemplate(
                method: "POST", path: Template(feed.path + path), body: Template((key + place + fields).joined(separator: "&")),
                contentType: "application/x-www-form-urlencoded"))
        reply.times = TimeSpelling(.rfc3339)
        return reply
    }
}
