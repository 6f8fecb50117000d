import Dispatch
import Glibc
import Model

/// One TCP connection of a device.
///
/// Confined to its endpoint's queue, hence `@unchecked Sendable`.
final class SIPConnection: @unchecked Sendable {
    /// Answers that a device does not read are not kept beyond this.
    private static let pendingLimit = 256 << 10

    let peer: SIPPeer
    private let descriptor: Int32
    private let queue: DispatchQueue
    private let source: any DispatchSourceRead
    private var stream: SIPStream
    private var unsent: [UInt8] = []
    private var isRetrying = false
    private(set) var isOpen = true
    /// Whether nothing is read: TCP then holds the device back.
    private(set) var isPaused = false
    /// When anything was last read, by uptime.
    private(set) var lastHeard: Span

    init(_ descriptor: Int32, peer: SIPPeer, limits: SIPLimits, queue: DispatchQueue, at now: Span) {
        self.descriptor = descriptor
        self.peer = peer
        self.queue = queue
        stream = SIPStream(limits: limits)
        lastHeard = now
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setCancelHandler { @Sendable in _ = Glibc.close(descriptor) }
    }

    func start(_ onReadable: @escaping @Sendable () -> Void) {
        source.setEventHandler { @Sendable in onReadable() }
        source.activate()
    }

    enum Reading {
        case pieces([SIPStream.Piece])
        /// Nothing more to read now.
        case nothing
        /// The peer closed.
        case ended
    }

    /// Reads once.
    func read(at now: Span) -> Reading {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        if count < 0 { return errno == EAGAIN || errno == EINTR ? .nothing : .ended }
        guard count > 0 else { return .ended }
        lastHeard = now
        return .pieces(stream.read(buffer[..<count]))
    }

    /// What came of a message that never ended.
    func rest() -> [UInt8] { stream.finish() }

    /// Sends, later where the peer does not read yet; false where the connection is of no use any more.
    func send(_ bytes: [UInt8]) -> Bool {
        guard isOpen, unsent.count + bytes.count <= Self.pendingLimit else { return false }
        unsent += bytes
        return flush()
    }

    private func flush() -> Bool {
        while !unsent.isEmpty {
            let count = Glibc.send(descriptor, unsent, unsent.count, Int32(MSG_NOSIGNAL))
            if count < 0, errno == EAGAIN { break }
            guard count > 0 else { return false }
            unsent.removeFirst(count)
        }
        if !unsent.isEmpty, !isRetrying {
            // A full socket buffer is rare here, so a short wait serves where a write source would idle.
            isRetrying = true
            queue.asyncAfter(deadline: .now() + .milliseconds(20)) { [weak self] in
                guard let self, isOpen else { return }
                isRetrying = false
                if !flush() { close() }
            }
        }
        return true
    }

    func pause() {
        guard isOpen, !isPaused else { return }
        isPaused = true
        source.suspend()
    }

    func resume(at now: Span) {
        guard isPaused else { return }
        isPaused = false
        lastHeard = now
        source.resume()
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        // A suspended source never gets to its cancellation.
        if isPaused { source.resume() }
        source.cancel()
    }
}
