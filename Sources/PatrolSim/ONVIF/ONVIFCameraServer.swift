import Model
import NIOPosix

/// Simulated ONVIF cameras on loopback, each on a port of its own.
package final class ONVIFCameraServer: Sendable {
    /// In the order of their settings.
    package let cameras: [ONVIFDevice]
    private let servers: [SimHTTPServer]
    private let group: MultiThreadedEventLoopGroup

    private init(cameras: [ONVIFDevice], servers: [SimHTTPServer], group: MultiThreadedEventLoopGroup) {
        self.cameras = cameras
        self.servers = servers
        self.group = group
    }

    /// Binds and listens; when it returns, clients can connect.
    ///
    /// - Throws: what the system says where a port cannot be had.
    package static func start(_ settings: [ONVIFDeviceSettings], host: String = "127.0.0.1") async throws -> ONVIFCameraServer {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var cameras: [ONVIFDevice] = []
        var servers: [SimHTTPServer] = []
        do {
            for each in settings {
                let camera = ONVIFDevice(each)
                let server = try await SimHTTPServer.start(host: host, port: each.port, on: group) { await camera.respond($0) }
                camera.state.withLock { $0.port = server.port }
                cameras.append(camera)
                servers.append(server)
            }
        } catch {
            for server in servers { await server.stop() }
            try? await group.shutdownGracefully()
            throw error
        }
        return ONVIFCameraServer(cameras: cameras, servers: servers, group: group)
    }

    /// `http://127.0.0.1:8080`; the device service is under `/onvif/device_service`.
    ///
    /// - Parameter index: from 0.
    package func url(_ index: Int) -> String { "http://127.0.0.1:\(servers[index].port)" }

    /// Hangs up on everybody and waits until all is closed.
    package func stop() async {
        for camera in cameras { camera.powerOff() }
        for server in servers { await server.stop() }
        try? await group.shutdownGracefully()
    }
}
