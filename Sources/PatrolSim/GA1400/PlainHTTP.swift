import Glibc
import Model

/// A blocking HTTP/1.1 client on plain sockets, as small as those in devices: one request a connection.
struct PlainHTTP: Sendable {
    struct Reply: Sendable {
        var status: Int
        /// Lower-cased names.
        var headers: [String: String]
        var body: [UInt8]
    }

    let host: String
    let port: Int
    /// Seconds to wait for any byte.
    var patience = 30

    /// Sends a request and reads its answer; nothing where nobody answers in full.
    func send(_ method: String, _ path: String, _ headers: [(String, String)], _ body: [UInt8]) -> Reply? {
        let descriptor = connected()
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text = "\(method) \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nContent-Length: \(body.count)\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        guard write(Array((text + "\r\n").utf8) + body, to: descriptor) else { return nil }
        return read(descriptor)
    }

    private func connected() -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return -1 }
        var wait = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, size)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }

    private func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(descriptor, buffer.baseAddress.map { $0 + done }, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private func read(_ descriptor: Int32) -> Reply? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        var head: (reply: Reply, end: Int, length: Int)?
        while true {
            if head == nil { head = Self.head(bytes) }
            if let head, bytes.count >= head.end + head.length {
                var reply = head.reply
                reply.body = Array(bytes[head.end..<(head.end + head.length)])
                return reply
            }
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0, bytes.count < 1 << 24 else { return nil }
            bytes += chunk[..<count]
        }
    }

    private static func head(_ bytes: [UInt8]) -> (Reply, Int, Int)? {
        let mark: [UInt8] = [13, 10, 13, 10]
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: mark) }) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        return (Reply(status: status, headers: headers, body: []), end + 4, Int(headers["content-length"] ?? "") ?? 0)
    }
}
