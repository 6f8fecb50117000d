import Glibc
import Model
import Platform

// Notifications to consumers: in order, each again until it is taken.
extension ONVIFDevice {
    private static let batch = 10
    private static let pause: useconds_t = 100_000

    /// Begins to send what waits, one consumer after the other.
    func sendToConsumers() {
        sending.async { [weak self] in
            while let self, let next = self.nextBatch() {
                let isTaken = Self.post(self.notify(next.messages), to: next.consumer)
                if isTaken { self.taken(next.id, next.messages.count) } else { usleep(Self.pause) }
            }
        }
    }

    private func nextBatch() -> (id: Int, consumer: String, messages: [SimNotification])? {
        state.withLock { state in
            Self.expire(&state)
            guard state.isOn else { return nil }
            for (id, subscription) in state.subscriptions.sorted(by: { $0.key < $1.key }) {
                if let consumer = subscription.consumer, !subscription.queue.isEmpty {
                    return (id, consumer, Array(subscription.queue.prefix(Self.batch)))
                }
            }
            return nil
        }
    }

    private func taken(_ id: Int, _ count: Int) {
        state.withLock { state in
            guard state.subscriptions[id] != nil else { return }
            state.subscriptions[id]?.queue.removeFirst(count)
            state.tally.pushed += count
        }
    }

    private func notify(_ messages: [SimNotification]) -> [UInt8] {
        SOAPText.envelope(
            "<wsnt:Notify>\(notifications(messages, faults))</wsnt:Notify>",
            action: "http://docs.oasis-open.org/wsn/bw-2/NotificationConsumer/Notify")
    }

    /// Posts to `http://<IPv4>:<port>/<path>` on a connection of its own; whether it was answered with 2xx.
    private static func post(_ body: [UInt8], to url: String) -> Bool {
        let rest = url.dropFirst("http://".count)
        let host = rest.prefix { $0 != "/" }
        let parts = host.split(separator: ":")
        guard url.hasPrefix("http://"), let ip = parts.first, let port = parts.count > 1 ? UInt16(parts[1]) : 80 else {
            return false
        }
        let path = rest.dropFirst(host.count)
        let head =
            "POST \(path.isEmpty ? "/" : path) HTTP/1.1\r\nHost: \(host)\r\nContent-Type: application/soap+xml; charset=utf-8\r\n"
            + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        guard let answer = exchange(Array(head.utf8) + body, ip: String(ip), port: port) else { return false }
        return answer.starts(with: "HTTP/1.1 2".utf8) || answer.starts(with: "HTTP/1.0 2".utf8)
    }

    /// The first bytes of the answer; nothing where there is no connection or no answer within five seconds.
    private static func exchange(_ bytes: [UInt8], ip: String, port: UInt16) -> [UInt8]? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 5, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard var address = DiscoveryResponder.address(ip, port) else { return nil }
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return nil }
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return nil }
            sent += count
        }
        var answer = [UInt8](repeating: 0, count: 256)
        let count = recv(descriptor, &answer, answer.count, 0)
        return count > 0 ? Array(answer.prefix(count)) : nil
    }
}
