import Dispatch
import Feeds
import Foundation
import Model
import Synchronization

/// An HTTP edge for tests: hands calls to a receiver and answers with what it says.
final class VIIDEdge: Sendable {
    private let server: LoopbackServer
    let port: Int

    init(_ receiver: @escaping PushReceiver) {
        server = LoopbackServer { connection in
            guard let request = VIIDEdge.read(connection) else { return }
            let answer = VIIDEdge.wait { await receiver(request) }
            var head = "HTTP/1.1 \(answer.status) Answer\r\nContent-Length: \(answer.body.count)\r\n"
            for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
            connection.write(Array((head + "Connection: close\r\n\r\n").utf8) + answer.body)
        }
        port = server.port
    }

    func stop() { server.stop() }

    private static func read(_ connection: Connection) -> PushRequest? {
        guard let lines = connection.readHead()?.components(separatedBy: "\r\n") else { return nil }
        let words = (lines.first ?? "").split(separator: " ").map { String($0) }
        guard words.count == 3 else { return nil }
        let target = words[1].split(separator: "?", maxSplits: 1).map { String($0) }
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            let sides = line.split(separator: ":", maxSplits: 1)
            return sides.count == 2 ? (String(sides[0]), sides[1].trimmingCharacters(in: .whitespaces)) : nil
        }
        var request = PushRequest(
            method: words[0], path: target.first ?? "/", query: target.count > 1 ? target[1] : "", headers: headers)
        request.body = connection.read(Int(request["Content-Length"] ?? "") ?? 0)
        return request
    }

    private static func wait(_ body: @escaping @Sendable () async -> PushAnswer) -> PushAnswer {
        let done = DispatchSemaphore(value: 0)
        let answer = Mutex(PushAnswer(500))
        Task {
            let got = await body()
            answer.withLock { $0 = got }
            done.signal()
        }
        done.wait()
        return answer.withLock { $0 }
    }
}
