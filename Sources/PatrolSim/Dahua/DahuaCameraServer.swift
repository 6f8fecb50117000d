import NIOCore
import NIOHTTP1
import NIOPosix

/// Any number of simulated Dahua devices on loopback, each on a port of its own.
///
/// `eventManager.cgi?action=attach` streams, `magicBox.cgi`, `global.cgi`, `ptz.cgi` and `snapshot.cgi` answer, all of it
/// behind HTTP digest; everything else is 400 or 404, as these devices do.
package final class DahuaCameraServer: Sendable {
    package let host: String
    /// In the order of their settings.
    package let devices: [DahuaDevice]
    /// The port of each device, in their order.
    package let ports: [Int]
    private let group: MultiThreadedEventLoopGroup
    private let listeners: [any NIOCore.Channel]

    /// Binds and listens; when it returns, clients can connect.
    ///
    /// - Throws: what the system says where a port cannot be had.
    package static func start(_ devices: [DahuaDeviceSettings], host: String = "127.0.0.1") async throws -> DahuaCameraServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let all = devices.map { DahuaDevice($0, loop: group.next()) }
        do {
            var listeners: [any NIOCore.Channel] = []
            for device in all { listeners.append(try await bind(device, host: host, group: group)) }
            return DahuaCameraServer(host: host, devices: all, group: group, listeners: listeners)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(
        host: String, devices: [DahuaDevice], group: MultiThreadedEventLoopGroup, listeners: [any NIOCore.Channel]
    ) {
        self.host = host
        self.devices = devices
        self.group = group
        self.listeners = listeners
        ports = listeners.map { $0.localAddress?.port ?? 0 }
    }

    /// `http://127.0.0.1:8080`.
    package func url(_ index: Int) -> String { "http://\(host):\(ports[index])" }

    /// Stops listening, hangs up on everybody and waits until all is closed.
    package func stop() async {
        for listener in listeners { try? await listener.close() }
        for device in devices { device.restart() }
        try? await group.shutdownGracefully()
    }

    private static func bind(
        _ device: DahuaDevice, host: String, group: MultiThreadedEventLoopGroup
    ) async throws -> any NIOCore.Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
                    try pipeline.addHandler(DahuaConnection(device: device))
                }
            }
            .bind(host: host, port: device.settings.port).get()
    }
}

/// One client's connection to a simulated Dahua device.
///
/// Confined to its channel's event loop, as NIO does with handlers.
private final class DahuaConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let device: DahuaDevice
    private var head: HTTPRequestHead?
    private var isStream = false

    init(device: DahuaDevice) {
        self.device = device
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request): head = request
        case .body: break
        case .end:
            guard let request = head, !isStream else { return }
            head = nil
            answer(request, context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isStream { device.detach(context.channel) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let (isOn, faults, realm) = device.state.withLock { ($0.isOn, $0.faults, $0.authority.realm) }
        guard isOn else { return context.close(promise: nil) }
        let verdict = device.admit(
            header: request.headers.first(name: "Authorization"), method: request.method.rawValue, target: request.uri)
        guard verdict == .accepted else { return write(.unauthorized(realm: realm, verdict), context) }
        let path = String(request.uri.prefix { $0 != "?" })
        let query = DahuaQuery(request.uri)
        guard path == "/cgi-bin/eventManager.cgi", query["action"] == "attach" else {
            return write(device.answer(path, query), context)
        }
        let codes = query["codes"].replacing("%5B", with: "[").replacing("%5D", with: "]").filter { $0 != "[" && $0 != "]" }
        if faults.contains(.notFound) { return write(.notFound, context) }
        if faults.contains(.allRefused), codes == "All" { return write(.badRequest, context) }
        isStream = true
        let head = DahuaReply.streamHead(chunks: faults.contains(.transferChunks))
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: head)), promise: nil)
        device.attach(context.channel, codes: codes, seconds: query.number("heartbeat") ?? 5)
    }

    private func write(_ reply: DahuaReply, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: reply.bytes)), promise: nil)
    }
}
