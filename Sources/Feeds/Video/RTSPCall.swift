import Dispatch
import Glibc
import Model
import Platform

/// The connection of one look at a picture stream; gives its verdict once, in time.
///
/// Confined to `queue`, hence `@unchecked Sendable`.
final class RTSPCall: @unchecked Sendable {
    private let address: RTSPAddress
    private let queue: DispatchQueue
    private var exchange: RTSPExchange
    private var done: (@Sendable (RTSPVerdict) -> Void)?
    private let timer: any DispatchSourceTimer
    private var socket: Int32 = -1
    private var reader: (any DispatchSourceRead)?
    private var writer: (any DispatchSourceWrite)?
    private var isConnected = false
    /// Counts connections; what an earlier one still brings is not heard.
    private var generation = 0

    /// Asks the system for addresses, which blocks; shared by all calls.
    private static let names = DispatchQueue(label: "patrold.video.names", qos: .utility, attributes: .concurrent)

    init(
        _ address: RTSPAddress, _ exchange: RTSPExchange, limit: Span, queue: DispatchQueue,
        done: @escaping @Sendable (RTSPVerdict) -> Void
    ) {
        self.address = address
        self.exchange = exchange
        self.queue = queue
        self.done = done
        timer = DispatchSource.makeTimerSource(queue: queue)
        // The call keeps itself alive until its verdict, through this timer.
        timer.setEventHandler { @Sendable in self.on(.timeUp) }
        timer.schedule(deadline: .now() + .microseconds(Int(limit.microseconds)))
        timer.activate()
    }

    /// Begins; on the queue.
    func start() {
        dispatchPrecondition(condition: .onQueue(queue))
        open()
    }

    /// Ends without a verdict; on the queue.
    func cancel() {
        dispatchPrecondition(condition: .onQueue(queue))
        done = nil
        finish()
    }

    private func on(_ input: RTSPExchange.Input) {
        for action in exchange.on(input) {
            switch action {
            case .send(let bytes): send(bytes)
            case .reopen:
                disconnect()
                open()
            case .done(let verdict):
                let done = done
                finish()
                done?(verdict)
            }
        }
    }

    private func finish() {
        done = nil
        disconnect()
        timer.cancel()
        timer.setEventHandler(handler: nil)
    }

    private func open() {
        generation += 1
        let connection = generation
        let (host, port) = (address.host, address.port)
        if let found = SocketAddress.find(host, port, numericOnly: true) { return connect(found) }
        Self.names.async { [self] in
            let found = SocketAddress.find(host, port, numericOnly: false)
            queue.async { [self] in
                guard connection == generation, done != nil else { return }
                if let found { connect(found) } else { on(.failed("the name \(host) has no address")) }
            }
        }
    }

    private func connect(_ target: SocketAddress) {
        let descriptor = Glibc.socket(
            target.family, SocketKind.stream.type | SocketKind.closesOnExec | SocketKind.neverBlocks, 0)
        guard descriptor >= 0 else { return on(.failed(reason(errno))) }
        let code = target.withPointer { Glibc.connect(descriptor, $0, $1) == 0 ? 0 : errno }
        guard code == 0 || code == EINPROGRESS else {
            close(descriptor)
            return on(.failed(reason(code)))
        }
        listen(on: descriptor)
    }

    /// Waits until the connection stands; one source at a time watches the descriptor.
    private func listen(on descriptor: Int32) {
        socket = descriptor
        isConnected = false
        let connection = generation
        let writer = DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: queue)
        writer.setEventHandler { @Sendable [weak self] in self?.connected() }
        writer.setCancelHandler { @Sendable [weak self] in
            // The number may be used anew only after the source has let go of it.
            guard let self, connection == generation else {
                close(descriptor)
                return
            }
            read(from: descriptor)
        }
        self.writer = writer
        writer.activate()
    }

    private func connected() {
        guard socket >= 0, !isConnected else { return }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &length)
        guard code == 0 else { return on(.failed(reason(code))) }
        isConnected = true
        writer?.cancel()
        writer = nil
    }

    private func read(from descriptor: Int32) {
        let reader = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        reader.setEventHandler { @Sendable [weak self] in self?.readable() }
        reader.setCancelHandler { @Sendable in close(descriptor) }
        self.reader = reader
        reader.activate()
        on(.opened)
    }

    private func disconnect() {
        generation += 1
        // The device is left now, not when the sources have let go of the descriptor.
        if socket >= 0 { shutdown(socket, Int32(SHUT_RDWR)) }
        socket = -1
        reader?.cancel()
        writer?.cancel()
        reader = nil
        writer = nil
    }

    /// A request is far shorter than a new connection's buffer: what does not go at once never will.
    private func send(_ bytes: [UInt8]) {
        guard socket >= 0 else { return }
        let count = bytes.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        if count != bytes.count { on(count < 0 && errno == EPIPE ? .closed : .failed(reason(errno))) }
    }

    private func readable() {
        guard socket >= 0 else { return }
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = recv(socket, &buffer, buffer.count, 0)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        on(count > 0 ? .bytes(Array(buffer[..<count])) : .closed)
    }

    private func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}
