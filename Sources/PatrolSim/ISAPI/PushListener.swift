import Model
import NIOCore
import NIOHTTP1
import NIOPosix

/// A small HTTP server on loopback that hands every call to a receiver: what the daemon's edge does, for trying devices
/// that call out.
package final class PushListener: Sendable {
    package let port: Int
    private let listener: any NIOCore.Channel
    private let group: MultiThreadedEventLoopGroup

    /// Binds a free port and listens.
    ///
    /// - Throws: what the system says where a port cannot be had.
    package static func start(_ receive: @escaping PushReceiver) async throws -> PushListener {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 256)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                        try channel.pipeline.syncOperations.addHandler(PushCall(receive))
                    }
                }
                .bind(host: "127.0.0.1", port: 0).get()
            return PushListener(listener, group)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(_ listener: any NIOCore.Channel, _ group: MultiThreadedEventLoopGroup) {
        self.listener = listener
        self.group = group
        port = listener.localAddress?.port ?? 0
    }

    package func stop() async {
        try? await listener.close()
        try? await group.shutdownGracefully()
    }
}

/// One caller's connection.
///
/// Confined to its channel's event loop, as NIO does with handlers.
private final class PushCall: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let receive: PushReceiver
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(_ receive: @escaping PushReceiver) {
        self.receive = receive
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request):
            head = request
            body = []
        case .body(let piece): body += piece.readableBytesView
        case .end:
            guard let request = head else { return }
            head = nil
            call(request, context)
        }
    }

    private func call(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let parts = request.uri.split(separator: "?", maxSplits: 1).map { String($0) }
        let call = PushRequest(
            method: request.method.rawValue, path: parts.first ?? "/", query: parts.count > 1 ? parts[1] : "",
            headers: request.headers.map { ($0.name, $0.value) }, body: body,
            peer: context.remoteAddress?.ipAddress ?? "")
        let channel = context.channel
        let receive = receive
        Task {
            let answer = await receive(call)
            var headers = HTTPHeaders(answer.headers.map { ($0.name, $0.value) })
            headers.replaceOrAdd(name: "Content-Length", value: String(answer.body.count))
            let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
            channel.write(HTTPServerResponsePart.head(head), promise: nil)
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(bytes: answer.body))), promise: nil)
            channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
