import Dispatch
import Model

/// An exchange that posts its calls and sends each again until it is answered with 200.
///
/// May be used from any thread.
package final class PBXSimulator: Sendable {
    private let client: PlainHTTP
    private let path: String
    private let headers: [(String, String)]
    private let retryEvery: Span
    private let tries: Int
    private let queue = DispatchQueue(label: "patrold.sim.pbx")

    /// - Parameters:
    ///   - path: such as `/push/calls/recorder-1`.
    ///   - authorization: the header of that name; nothing sends none.
    ///   - retryEvery: how long it waits before it sends again.
    ///   - tries: how often it sends one call at most.
    package init(
        to host: String, port: Int, path: String, authorization: String? = nil, retryEvery: Span = .milliseconds(50),
        tries: Int = 100
    ) {
        client = PlainHTTP(host: host, port: port)
        self.path = path
        headers = authorization.map { [("Authorization", $0)] } ?? []
        self.retryEvery = retryEvery
        self.tries = tries
    }

    /// Posts a call until it is taken, and gives the statuses in their order; 0 where there was no answer.
    @discardableResult
    package func post(_ call: SimCall, in dialect: CallDialect) async -> [Int] {
        let (type, body) = dialect.post(call)
        var statuses: [Int] = []
        for _ in 0..<tries {
            let status = await send(type, body)
            statuses.append(status)
            if status == 200 || Task.isCancelled { break }
            try? await Task.sleep(nanoseconds: UInt64(retryEvery.microseconds * 1000))
        }
        return statuses
    }

    /// Posts bytes as they are, once.
    package func send(_ type: String, _ body: [UInt8]) async -> Int {
        await withCheckedContinuation { continuation in
            queue.async { [client, path, headers] in
                let reply = client.send("POST", path, headers + [("Content-Type", type)], body)
                continuation.resume(returning: reply?.status ?? 0)
            }
        }
    }
}
