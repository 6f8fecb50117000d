import Dispatch
import Glibc

/// The TCP listener.
///
/// Confined to its endpoint's queue, hence `@unchecked Sendable`.
final class SIPListener: @unchecked Sendable {
    private let descriptor: Int32
    private let queue: DispatchQueue
    private let source: any DispatchSourceRead
    private let onConnection: @Sendable (Int32, SIPPeer) -> Void
    let port: UInt16
    private var isClosed = false
    private var isResting = false

    init(_ descriptor: Int32, queue: DispatchQueue, onConnection: @escaping @Sendable (Int32, SIPPeer) -> Void) {
        self.descriptor = descriptor
        self.queue = queue
        self.onConnection = onConnection
        port = SIPSocket.port(of: descriptor)
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setCancelHandler { @Sendable in _ = Glibc.close(descriptor) }
        source.setEventHandler { @Sendable [weak self] in self?.accept() }
        source.activate()
    }

    private func accept() {
        var address = SIPSocket.Address()
        let accepted = address.withMutablePointer { pointer, length in
            Glibc.accept(descriptor, pointer, length)
        }
        if accepted >= 0 {
            _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
            _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        }
        if accepted >= 0, let place = address.place {
            onConnection(accepted, SIPPeer(.tcp, host: place.host, port: place.port))
        } else if accepted >= 0 {
            Glibc.close(accepted)
        } else if errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM {
            rest()
        }
    }

    /// Without free descriptors the listener would be told of the same caller for ever.
    private func rest() {
        isResting = true
        source.suspend()
        queue.asyncAfter(deadline: .now() + .seconds(1)) { [self] in
            isResting = false
            source.resume()
        }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        source.cancel()
    }
}
