import ArgumentParser
import NIOCore
import NIOPosix

/// Sends events to an HTTP route over connections that each wait for their answer, and prints one JSON object.
///
/// Knows as little HTTP as it needs: request bytes are made beforehand, of an answer only status, length and
/// `accepted` are read. One thread, so that it takes no more of the machine than a load generator in C.
@main
struct LoadGenerator: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "load-generator")

    @Option(help: "Port on 127.0.0.1.")
    var port: Int
    @Option(help: "Path of the route.")
    var path = "/v1/events"
    @Option(help: "Bearer token.")
    var token = "bench"
    @Option(help: "CloudEvents source; ids are unique within it.")
    var source = "bench:/load"
    @Option(help: "Connections at a time.")
    var connections = 1
    @Option(help: "Events a request: 1 is a structured event, more are lines of NDJSON.")
    var batch = 1
    @Option(help: "How long to send.")
    var seconds = 5.0

    func run() async throws {
        let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
        let began = NIODeadline.now()
        let deadline = began + .nanoseconds(Int64(seconds * 1e9))
        let tallies = (0..<connections).map { number in
            let template = RequestTemplate(
                path: path, token: token, source: source, batch: batch, firstID: UInt64(number) << 40)
            return connect(loop, template, until: deadline)
        }
        var total = Tally()
        for tally in tallies { total.add(try await tally.get()) }
        print(total.json(took: NIODeadline.now() - began))
    }

    private func connect(
        _ loop: any EventLoop, _ template: RequestTemplate, until deadline: NIODeadline
    ) -> EventLoopFuture<Tally> {
        let finished = loop.makePromise(of: Tally.self)
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Exchange(template, until: deadline, finished: finished))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .whenFailure { finished.fail($0) }
        return finished.futureResult
    }
}
