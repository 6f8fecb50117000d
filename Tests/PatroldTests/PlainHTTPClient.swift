import Glibc

/// A blocking HTTP/1.1 client over one connection that is kept alive; it knows just enough to tell an acknowledgement.
final class PlainHTTPClient {
    private var descriptor: Int32 = -1
    private let port: Int

    /// - Returns: nothing where nobody listens.
    init?(port: Int) {
        self.port = port
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // `deinit` runs for a failed initializer too and closes the descriptor.
        guard connected == 0 else { return nil }
        var limit = timeval(tv_sec: 120, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Posts a body and returns status and body of the answer; nothing where the connection broke.
    func post(_ path: String, _ body: String, type: String, token: String) -> (status: Int, body: String)? {
        let head =
            "POST \(path) HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n"
            + "Content-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        guard sendAll(Array((head + body).utf8)) else { return nil }
        return readAnswer()
    }

    /// Sends any request and returns status and body of the answer; nothing where the connection broke.
    func request(_ method: String, _ path: String, _ headers: [String: String] = [:], body: [UInt8] = []) -> (
        status: Int, body: String
    )? {
        let lines = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        let head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(lines)Content-Length: \(body.count)\r\n\r\n"
        guard sendAll(Array(head.utf8) + body) else { return nil }
        return readAnswer()
    }

    private func sendAll(_ bytes: [UInt8]) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private func readAnswer() -> (status: Int, body: String)? {
        var received = ""
        while true {
            if let end = received.range(of: "\r\n\r\n") {
                let head = received[..<end.lowerBound]
                let length =
                    head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                    .flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } ?? 0
                let body = received[end.upperBound...]
                if body.utf8.count >= length {
                    return head.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { ($0, String(body)) }
                }
            }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            received += String(decoding: chunk.prefix(count), as: UTF8.self)
        }
    }
}
