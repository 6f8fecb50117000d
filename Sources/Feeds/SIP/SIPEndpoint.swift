import Dispatch
import Glibc
import Model
import Platform

/// Where SIP messages come in and go out: one UDP socket, one TCP listener, the transactions of both.
///
/// Confined to `queue`, hence `@unchecked Sendable`; `open` and `close` may be called from anywhere.
package final class SIPEndpoint: @unchecked Sendable {
    package struct Settings: Sendable {
        /// A numeric address of ours.
        package var host = "0.0.0.0"
        package var port: UInt16 = 5060
        package var usesUDP = true
        package var usesTCP = true
        /// TCP connections at a time; later ones are closed at once.
        package var connections = 1024
        /// A TCP connection on which nothing was heard for so long is closed.
        package var idle = Span.minutes(10)
        /// The first interval between a request and its repeat (RFC 3261 §17.1.2.1).
        package var t1 = Span.milliseconds(500)
        package var limits = SIPLimits()

        package init() {}
    }

    /// A request that waits for `answer`, `ignore` or for nothing at all.
    package struct Incoming: Sendable {
        package let message: SIPMessage
        package let peer: SIPPeer
        let key: SIPServerTransactions.Key
    }

    /// What comes in, on the queue.
    package struct Handlers: Sendable {
        package var request: @Sendable (Incoming) -> Void
        /// Bytes that are no message: whole datagrams, or what was framed between two messages of a stream.
        package var unreadable: @Sendable (_ bytes: [UInt8], SIPError, SIPPeer) -> Void

        package init(
            request: @escaping @Sendable (Incoming) -> Void,
            unreadable: @escaping @Sendable (_ bytes: [UInt8], SIPError, SIPPeer) -> Void
        ) {
            self.request = request
            self.unreadable = unreadable
        }
    }

    package typealias Answered = @Sendable (SIPOutcome) -> Void

    package let queue: DispatchQueue
    package let settings: Settings
    let clock: any WallClock
    let handlers: Handlers
    var server: SIPServerTransactions
    var client: SIPClientTransactions
    var waiting: [String: Answered] = [:]
    var datagrams: SIPDatagrams?
    var listener: SIPListener?
    var connections: [Int: SIPConnection] = [:]
    var lastConnection = 0
    private let timer: any DispatchSourceTimer
    private var alarmed: Span?

    /// - Parameter queue: a serial one; the feeds of the protocol live on it, too.
    package init(_ settings: Settings, queue: DispatchQueue, clock: any WallClock, handlers: Handlers) {
        self.settings = settings
        self.queue = queue
        self.clock = clock
        self.handlers = handlers
        server = SIPServerTransactions(lifetime: Span(microseconds: settings.t1.microseconds * 64))
        client = SIPClientTransactions(t1: settings.t1, t2: Span(microseconds: settings.t1.microseconds * 8))
        timer = DispatchSource.makeTimerSource(queue: queue)
        timer.setEventHandler { @Sendable [weak self] in self?.timeHasCome() }
        timer.schedule(deadline: .distantFuture)
        timer.activate()
    }

    deinit { timer.cancel() }

    /// Binds the sockets and begins to listen.
    ///
    /// - Returns: the port, where the settings' port is 0 a free one that both transports share.
    /// - Throws: `SystemError` with the address that cannot be bound.
    @discardableResult
    package func open() throws(SystemError) -> UInt16 {
        let result: Result<UInt16, SystemError> = queue.sync {
            do throws(SystemError) { return .success(try bind()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private func bind() throws(SystemError) -> UInt16 {
        var tries = settings.port == 0 ? 16 : 1
        while true {
            tries -= 1
            do throws(SystemError) {
                return try bindBoth()
            } catch {
                // A free UDP port may be taken for TCP.
                guard tries > 0, error.number == EADDRINUSE else { throw error }
            }
        }
    }

    private func bindBoth() throws(SystemError) -> UInt16 {
        var port = settings.port
        var udp: Int32?
        if settings.usesUDP {
            let descriptor = try SIPSocket.bound(.datagrams, host: settings.host, port: port)
            udp = descriptor
            port = SIPSocket.port(of: descriptor)
        }
        if settings.usesTCP {
            do throws(SystemError) {
                let descriptor = try SIPSocket.bound(.listener, host: settings.host, port: port)
                port = SIPSocket.port(of: descriptor)
                listener = SIPListener(descriptor, queue: queue) { [weak self] in self?.accepted($0, from: $1) }
            } catch {
                if let udp { Glibc.close(udp) }
                throw error
            }
        }
        if let udp {
            datagrams = SIPDatagrams(udp, queue: queue) { [weak self] in self?.received($0, from: $1) }
        }
        return port
    }

    /// Ends listening and lets every connection go; requests of ours end unreachable.
    package func close() {
        queue.async { [self] in
            datagrams?.close()
            datagrams = nil
            listener?.close()
            listener = nil
            for connection in connections.values { connection.close() }
            connections = [:]
            let left = waiting
            waiting = [:]
            for answered in left.values { answered(.unreachable) }
        }
    }

    private func timeHasCome() {
        alarmed = nil
        let now = clock.uptime()
        perform(client.tick(at: now))
        server.tick(at: now)
        for (number, connection) in connections where !connection.isPaused {
            if connection.lastHeard + settings.idle <= now || !connection.isOpen { lose(connection: number) }
        }
        setTimer()
    }

    func setTimer() {
        var next = client.deadline
        if !connections.isEmpty {
            // Idle connections are looked for now and then, not each to the second.
            let sweep = clock.uptime() + Span(microseconds: max(settings.idle.microseconds / 4, 50_000))
            next = min(next ?? sweep, alarmed ?? sweep, sweep)
        }
        guard let next else { return }
        if let alarmed, alarmed <= next { return }
        alarmed = next
        let wait = max(0, next.microseconds - clock.uptime().microseconds)
        timer.schedule(deadline: .now() + .microseconds(Int(wait)), leeway: .milliseconds(5))
    }
}
