import Dispatch
import Glibc

/// The socket of a simulated device: UDP, or one TCP connection.
///
/// Confined to the device's queue, hence `@unchecked Sendable`.
final class GB28181Wire: @unchecked Sendable {
    private let descriptor: Int32
    private let source: any DispatchSourceRead
    private let queue: DispatchQueue
    private let isStream: Bool
    private var received: [UInt8] = []
    private var unsent: [UInt8] = []
    private var isDripping = false
    /// Sends in pieces of so many bytes, a moment apart.
    var pieces: Int?
    private var isClosed = false
    private let onMessage: @Sendable ([UInt8]) -> Void

    /// Nothing where nobody listens there.
    init?(
        _ settings: GB28181DeviceSettings, queue: DispatchQueue, onMessage: @escaping @Sendable ([UInt8]) -> Void
    ) {
        isStream = settings.transport == .tcp
        let type = isStream ? SOCK_STREAM : SOCK_DGRAM
        let descriptor = socket(AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = settings.platformPort.bigEndian
        inet_pton(AF_INET, settings.platformHost, &address.sin_addr)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard descriptor >= 0, result == 0 else {
            if descriptor >= 0 { Glibc.close(descriptor) }
            return nil
        }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        self.descriptor = descriptor
        self.queue = queue
        self.onMessage = onMessage
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setCancelHandler { @Sendable in _ = Glibc.close(descriptor) }
        source.setEventHandler { @Sendable [weak self] in self?.read() }
        source.activate()
    }

    /// Our end of it.
    var port: UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return UInt16(bigEndian: address.sin_port)
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        // A UDP socket hears that nobody listens there now; somebody may later.
        if count < 0 { return }
        if count == 0 { return isStream ? close() : () }
        guard isStream else { return onMessage(Array(buffer[..<count])) }
        received += buffer[..<count]
        while let message = nextMessage() { onMessage(message) }
    }

    private func nextMessage() -> [UInt8]? {
        let mark: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A]
        while received.starts(with: [0x0D, 0x0A]) { received.removeFirst(2) }
        guard let end = received.indices.first(where: { received[$0...].starts(with: mark) }),
            let head = SimSIP(Array(received[..<(end + 4)]))
        else { return nil }
        let length = end + 4 + (head["content-length"].flatMap { Int($0) } ?? 0)
        guard received.count >= length else { return nil }
        defer { received.removeFirst(length) }
        return Array(received[..<length])
    }

    func send(_ bytes: [UInt8]) {
        guard !isClosed else { return }
        if isStream, let pieces {
            unsent += bytes
            if !isDripping { drip(pieces) }
        } else {
            _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }
    }

    private func drip(_ count: Int) {
        isDripping = !unsent.isEmpty && !isClosed
        guard isDripping else { return }
        let piece = Array(unsent.prefix(count))
        unsent.removeFirst(piece.count)
        _ = Glibc.send(descriptor, piece, piece.count, Int32(MSG_NOSIGNAL))
        queue.asyncAfter(deadline: .now() + .milliseconds(1)) { [self] in drip(count) }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        source.cancel()
    }
}
