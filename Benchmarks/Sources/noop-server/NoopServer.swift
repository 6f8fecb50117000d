import Glibc
import Hummingbird
import Logging
import NIOCore
import NIOPosix

/// The floor of HTTP intake: a route that collects its body and answers a constant, on the threads that patrold uses.
///
/// Prints `{"port":N}` once it listens; ends with SIGTERM or SIGINT.
@main
struct NoopServer {
    static func main() async throws {
        // As patrold's Console/EventLoops.swift does, before any other async work.
        NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
        let answer = ByteBuffer(string: #"{"accepted":1,"duplicate":0,"quarantined":[],"position":1}"#)
        let router = Router()
        router.post("/noop") { request, _ in
            _ = try await request.body.collect(upTo: 1 << 20)
            return Response(
                status: .ok, headers: [.contentType: "application/json"], body: ResponseBody(byteBuffer: answer))
        }
        var log = Logger(label: "noop")
        log.logLevel = .error
        let server = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: "noop"),
            onServerRunning: { channel in
                // The reader of a pipe waits for this line.
                print("{\"port\":\(channel.localAddress?.port ?? 0)}")
                fflush(nil)
            }, logger: log)
        try await server.runService()
    }
}
