import Dispatch
import Glibc

/// The UDP socket: reads what is there, sends and forgets.
///
/// Confined to its endpoint's queue, hence `@unchecked Sendable`.
final class SIPDatagrams: @unchecked Sendable {
    /// Read at one go, so that timers and connections have their turn in a flood.
    private static let batch = 64

    private let descriptor: Int32
    private let source: any DispatchSourceRead
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let port: UInt16
    private let onDatagram: @Sendable ([UInt8], SIPPeer) -> Void

    init(_ descriptor: Int32, queue: DispatchQueue, onDatagram: @escaping @Sendable ([UInt8], SIPPeer) -> Void) {
        self.descriptor = descriptor
        self.onDatagram = onDatagram
        port = SIPSocket.port(of: descriptor)
        source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        source.setCancelHandler { @Sendable in _ = Glibc.close(descriptor) }
        source.setEventHandler { @Sendable [weak self] in self?.read() }
        source.activate()
    }

    private func read() {
        for _ in 0..<Self.batch {
            var address = SIPSocket.Address()
            let count = address.withMutablePointer { pointer, length in
                recvfrom(descriptor, &buffer, buffer.count, 0, pointer, length)
            }
            guard count >= 0 else { return }
            guard let place = address.place else { continue }
            onDatagram(Array(buffer[..<count]), SIPPeer(.udp, host: place.host, port: place.port))
        }
    }

    /// A datagram that cannot go out is as good as one lost on its way: it is sent again in time.
    func send(_ bytes: [UInt8], to peer: SIPPeer) {
        guard var address = SIPSocket.Address(host: peer.host, port: peer.port) else { return }
        _ = address.withPointer { sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, $1) }
    }

    func close() { source.cancel() }
}
