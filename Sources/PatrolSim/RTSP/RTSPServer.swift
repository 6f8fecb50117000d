import NIOCore
import NIOPosix
import Synchronization

/// A simulated camera's or recorder's RTSP server on loopback: `OPTIONS` and `DESCRIBE`, digest, channels, faults.
package final class RTSPServer: Sendable {
    package let port: Int
    private let group: MultiThreadedEventLoopGroup
    private let listener: any NIOCore.Channel
    private let book: RTSPBook

    /// Binds and listens; when it returns, clients can connect.
    ///
    /// - Parameter port: 0 lets the system choose.
    /// - Throws: what the system says where the port cannot be had.
    package static func start(_ settings: RTSPServerSettings, port: Int = 0) async throws -> RTSPServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let book = RTSPBook(settings)
        do {
            let listener = try await ServerBootstrap(group: group)
                .serverChannelOption(.backlog, value: 256)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(RTSPConnection(book))
                    }
                }
                .bind(host: "127.0.0.1", port: port).get()
            return RTSPServer(group, listener, book)
        } catch {
            try? await group.shutdownGracefully()
            throw error
        }
    }

    private init(_ group: MultiThreadedEventLoopGroup, _ listener: any NIOCore.Channel, _ book: RTSPBook) {
        self.group = group
        self.listener = listener
        self.book = book
        port = listener.localAddress?.port ?? 0
    }

    /// The address of a channel.
    package func url(_ path: String = "/Streaming/Channels/101") -> String { "rtsp://127.0.0.1:\(port)\(path)" }

    /// Switches faults; connections that are open follow.
    package func set(_ faults: Set<RTSPFault>) {
        book.change { $0.faults = faults }
    }

    /// All requests so far, in the order in which they came.
    package var requests: [RTSPRequest] { book.requests }

    /// The most connections that were open at the same time.
    package var mostAtOnce: Int { book.mostAtOnce }

    /// Stops listening, hangs up on everybody and waits until all is closed.
    package func stop() async {
        try? await listener.close()
        try? await group.shutdownGracefully()
    }
}

/// What all connections of one server share.
final class RTSPBook: Sendable {
    private struct State {
        var settings: RTSPServerSettings
        var requests: [RTSPRequest] = []
        var open = 0
        var mostAtOnce = 0
        var numbers = SplitMix64(seed: 554)
        var issued: Set<String> = []
    }

    private let state: Mutex<State>

    init(_ settings: RTSPServerSettings) {
        state = Mutex(State(settings: settings))
    }

    var settings: RTSPServerSettings { state.withLock { $0.settings } }
    var requests: [RTSPRequest] { state.withLock { $0.requests } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    func change(_ body: @Sendable (inout RTSPServerSettings) -> Void) { state.withLock { body(&$0.settings) } }
    func note(_ request: RTSPRequest) { state.withLock { $0.requests.append(request) } }

    func opened() {
        state.withLock { state in
            state.open += 1
            state.mostAtOnce = max(state.mostAtOnce, state.open)
        }
    }

    func closed() { state.withLock { $0.open -= 1 } }

    /// A nonce that nobody has had, in hexadecimal.
    func freshNonce() -> String {
        state.withLock { state in
            let nonce = String(state.numbers.next(), radix: 16) + String(state.numbers.next(), radix: 16)
            state.issued.insert(nonce)
            return nonce
        }
    }

    /// Whether a nonce was given to anybody.
    func isOurs(_ nonce: String) -> Bool { state.withLock { $0.issued.contains(nonce) } }
}
