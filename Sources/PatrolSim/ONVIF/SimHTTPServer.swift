import Model
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// What a simulated HTTP server does with a request.
package enum SimReply: Sendable {
    case answer(PushAnswer)
    /// These bytes as they are, then the connection closes.
    case bytes([UInt8])
    case hangUp
}

/// An HTTP server on loopback whose answers an async closure makes; a long poll is a closure that takes its time.
package final class SimHTTPServer: Sendable {
    /// Makes the answer to a request; cancelled when the client hangs up.
    package typealias Respond = @Sendable (PushRequest) async -> SimReply

    package let port: Int
    /// Its own threads; nothing where it shares those of others.
    private let group: MultiThreadedEventLoopGroup?
    private let listener: any NIOCore.Channel
    private let answers: SimAnswers

    private init(group: MultiThreadedEventLoopGroup?, listener: any NIOCore.Channel, answers: SimAnswers) {
        self.group = group
        self.listener = listener
        self.answers = answers
        port = listener.localAddress?.port ?? 0
    }

    /// Binds and listens; port 0 takes any free one.
    ///
    /// A client that hangs up cancels the task that answers it.
    ///
    /// - Parameter shared: threads of somebody else, who ends them after this.
    /// - Throws: what the system says where the port cannot be had.
    package static func start(
        host: String = "127.0.0.1", port: Int = 0, on shared: MultiThreadedEventLoopGroup? = nil,
        respond: @escaping Respond
    ) async throws -> SimHTTPServer {
        let group = shared ?? MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let own = shared == nil ? group : nil
        let answers = SimAnswers()
        do {
            let listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
                        try pipeline.addHandler(SimHTTPConnection(respond, answers))
                    }
                }
                .bind(host: host, port: port).get()
            return SimHTTPServer(group: own, listener: listener, answers: answers)
        } catch {
            try? await own?.shutdownGracefully()
            throw error
        }
    }

    /// Stops listening and hangs up on everybody.
    package func stop() async {
        try? await listener.close()
        await answers.finish()
        try? await group?.shutdownGracefully()
    }
}

/// The answers that are being made; the loop may only end after them.
private final class SimAnswers: Sendable {
    private struct State {
        var isOver = false
        var last = 0
        var tasks: [Int: Task<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Makes an answer; nothing any more when the server stops.
    func begin(_ body: @escaping @Sendable () async -> Void) -> Task<Void, Never>? {
        state.withLock { state in
            guard !state.isOver else { return nil }
            state.last += 1
            let number = state.last
            let task = Task { @Sendable in
                await body()
                self.state.withLock { _ = $0.tasks.removeValue(forKey: number) }
            }
            state.tasks[number] = task
            return task
        }
    }

    func finish() async {
        let tasks = state.withLock { state in
            state.isOver = true
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }
}

/// One client's connection, confined to its channel's event loop as NIO does with handlers.
private final class SimHTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart

    private static let bodyLimit = 4 << 20

    private let respond: SimHTTPServer.Respond
    private let answers: SimAnswers
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var task: Task<Void, Never>?

    init(_ respond: @escaping SimHTTPServer.Respond, _ answers: SimAnswers) {
        self.respond = respond
        self.answers = answers
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request):
            head = request
            body = []
        case .body(let bytes):
            guard body.count + bytes.readableBytes <= Self.bodyLimit else { return context.close(promise: nil) }
            body += bytes.readableBytesView
        case .end:
            guard let request = head else { return }
            head = nil
            answer(request, context.channel)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        task?.cancel()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ head: HTTPRequestHead, _ channel: any NIOCore.Channel) {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let request = PushRequest(
            method: head.method.rawValue, path: String(parts[0]), query: parts.count > 1 ? String(parts[1]) : "",
            headers: head.headers.map { ($0.name, $0.value) }, body: body,
            peer: channel.remoteAddress?.ipAddress ?? "")
        let respond = respond
        let closes = !head.isKeepAlive
        task = answers.begin {
            await deliver(await respond(request), channel)
            if closes { try? await channel.close() }
        }
    }
}

/// Writes a reply; one that cannot be written any more is lost with its connection.
private func deliver(_ reply: SimReply, _ channel: any NIOCore.Channel) async {
    switch reply {
    case .answer(let answer): try? await channel.writeAndFlush(ByteBuffer(bytes: answer.wire))
    case .bytes(let bytes):
        try? await channel.writeAndFlush(ByteBuffer(bytes: bytes))
        try? await channel.close()
    case .hangUp: try? await channel.close()
    }
}

extension PushAnswer {
    /// The answer as HTTP/1.1.
    fileprivate var wire: [UInt8] {
        let reason = HTTPResponseStatus(statusCode: status).reasonPhrase
        let lines = (headers + [("Content-Length", String(body.count))]).map { "\($0.0): \($0.1)\r\n" }
        return Array("HTTP/1.1 \(status) \(reason)\r\n\(lines.joined())\r\n".utf8) + body
    }
}
