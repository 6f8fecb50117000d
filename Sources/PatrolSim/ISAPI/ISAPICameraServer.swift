import NIOCore
import NIOHTTP1
import NIOPosix

/// Any number of simulated Hikvision cameras that speak ISAPI on loopback.
///
/// `GET /ISAPI/Event/notification/alertStream` streams; identity, time, event settings, HTTP listening, presets, patrols
/// and snapshots answer. All of it is behind HTTP digest; everything else is 404.
package final class ISAPICameraServer: Sendable {
    /// How clients tell cameras apart.
    package enum Layout: Hashable, Sendable {
        /// Each camera listens on a port of its own.
        case portEach
        /// All cameras share this port (0: any free one); camera n answers under `/cam/<n>`, counted from 1.
        case onePort(Int)
    }

    /// The address on which it listens.
    package let host: String
    /// As it was started.
    package let layout: Layout
    /// In the order of their settings.
    package let cameras: [ISAPICamera]
    /// The port of each camera, in their order.
    package let ports: [Int]
    private let group: MultiThreadedEventLoopGroup
    private let listeners: [any NIOCore.Channel]

    /// Binds and listens; when it returns, clients can connect.
    ///
    /// - Throws: what the system says where a port cannot be had.
    package static func start(
        _ cameras: [ISAPICameraSettings], host: String = "127.0.0.1", layout: Layout = .portEach, threads: Int = 1
    ) async throws -> ISAPICameraServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let all = cameras.enumerated().map { ISAPICamera($1, number: $0 + 1, loop: group.next()) }
        do {
            let listeners = try await listen(all, host: host, layout: layout, group: group)
            let server = ISAPICameraServer(host: host, layout: layout, cameras: all, group: group, listeners: listeners)
            for camera in all { camera.wake() }
            return server
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(
        host: String, layout: Layout, cameras: [ISAPICamera], group: MultiThreadedEventLoopGroup, listeners: [any NIOCore.Channel]
    ) {
        self.host = host
        self.layout = layout
        self.cameras = cameras
        self.group = group
        self.listeners = listeners
        let bound = listeners.map { $0.localAddress?.port ?? 0 }
        ports = cameras.indices.map { bound[bound.count == 1 ? 0 : $0] }
    }

    /// `http://127.0.0.1:8080` or `http://127.0.0.1:8080/cam/3`: what stands before the ISAPI path of a camera.
    ///
    /// - Parameter index: from 0.
    package func url(_ index: Int) -> String {
        let prefix = layout == .portEach ? "" : "/cam/\(index + 1)"
        return "http://\(host):\(ports[index])\(prefix)"
    }

    /// Stops listening, hangs up on everybody and waits until all is closed.
    package func stop() async {
        for listener in listeners { try? await listener.close() }
        for camera in cameras { camera.rest() }
        try? await group.shutdownGracefully()
    }

    private static func listen(
        _ cameras: [ISAPICamera], host: String, layout: Layout, group: MultiThreadedEventLoopGroup
    ) async throws -> [any NIOCore.Channel] {
        if case .onePort(let port) = layout {
            return [try await bind(ISAPIRouter(only: nil, shared: cameras), host: host, port: port, group: group)]
        }
        var listeners: [any NIOCore.Channel] = []
        for camera in cameras {
            let router = ISAPIRouter(only: camera, shared: [])
            listeners.append(try await bind(router, host: host, port: camera.settings.port, group: group))
        }
        return listeners
    }

    private static func bind(
        _ router: ISAPIRouter, host: String, port: Int, group: MultiThreadedEventLoopGroup
    ) async throws -> any NIOCore.Channel {
        let backlog = router.only.map(\.settings.backlogLimit) ?? router.shared.first?.settings.backlogLimit ?? 1 << 20
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: backlog / 2, high: backlog))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
                    try pipeline.addHandler(ISAPIConnection(router: router))
                }
            }
            .bind(host: host, port: port).get()
    }
}
