import Model
import NIOPosix
import Synchronization

/// A channel's server that does not exist: a log of changes with a cursor, a gateway with windows and a login, numbered
/// pages, and GeoReport v2, all over the same complaints.
package final class ChannelServer: Sendable {
    private let state = Mutex(ChannelServerState())
    private let server = Mutex<SimHTTPServer?>(nil)

    private init() {}

    /// Binds and listens on loopback; port 0 takes any free one.
    ///
    /// - Parameter threads: of somebody else, who ends them after this.
    package static func start(port: Int = 0, on threads: MultiThreadedEventLoopGroup? = nil) async throws -> ChannelServer {
        let channel = ChannelServer()
        let server = try await SimHTTPServer.start(port: port, on: threads) { [weak channel] request in
            await channel?.answer(request) ?? .hangUp
        }
        channel.server.withLock { $0 = server }
        return channel
    }

    package func stop() async {
        let server = server.withLock { server in
            defer { server = nil }
            return server
        }
        await server?.stop()
    }

    package var url: String { "http://127.0.0.1:\(server.withLock { $0?.port } ?? 0)" }

    /// Adds a complaint, or changes the one of its number.
    package func put(_ record: SimChannelRecord) {
        state.withLock { state in
            state.records[record.number] = record
            state.changes.append(record.number)
        }
    }

    /// What goes wrong with the next questions, one fault a question.
    package func fail(_ faults: [ChannelFault]) { state.withLock { $0.faults += faults } }

    /// The same for the next closings that are told.
    package func failReplies(_ faults: [ChannelFault]) { state.withLock { $0.replyFaults += faults } }

    /// No token given so far is good any more.
    package func expireTokens() { state.withLock { $0.tokens = [] } }

    /// Lets logins with `secret` no longer in.
    package func changePassword(_ password: String) { state.withLock { $0.password = password } }

    /// Answers logins with this status, whatever they say; nothing means as their password deserves.
    package func answerLogins(with status: Int?) { state.withLock { $0.loginStatus = status } }

    /// Targets of all questions, in order.
    package var asked: [String] { state.withLock { $0.asked } }
    package var logins: Int { state.withLock { $0.logins } }
    /// Closings that were told, each key once.
    package var replies: [ToldClosing] { state.withLock { $0.replies } }

    private func answer(_ request: PushRequest) async -> SimReply {
        let target = request.path + (request.query.isEmpty ? "" : "?" + request.query)
        state.withLock { state in
            state.asked.append(target)
            // A demonstration runs for days.
            if state.asked.count > 20_000 { state.asked.removeFirst(10_000) }
        }
        if request.path == "/gateway/login" { return .answer(state.withLock { $0.logIn(request) }) }
        let isReply = ["/close", "/finish", "/servicerequestupdates.json"].contains { request.path.hasSuffix($0) }
        let isList = ["/cases", "/list", "/pages", "/requests.json"].contains { request.path.hasSuffix($0) }
        let fault = state.withLock { state -> ChannelFault? in
            if isReply { return state.replyFaults.isEmpty ? nil : state.replyFaults.removeFirst() }
            return !isList || state.faults.isEmpty ? nil : state.faults.removeFirst()
        }
        if case .slow(let span)? = fault { try? await Task.sleep(nanoseconds: UInt64(span.microseconds) * 1000) }
        if fault == .hangUp { return .hangUp }
        if case .status(let status, let seconds)? = fault {
            return .answer(
                PushAnswer(status, headers: seconds.map { [("Retry-After", String($0))] } ?? [], body: Array("{}".utf8)))
        }
        return .answer(state.withLock { isReply ? $0.close(request) : $0.list(request, fault) })
    }
}
