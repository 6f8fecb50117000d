import Dispatch
import Model

/// Looks whether a channel of a camera offers video, without beginning to play it.
///
/// One look is at most four short requests; each `DESCRIBE` starts an encoder session in some recorders, so looks want a
/// minute between them.
package struct RTSPProbe: Sendable {
    package var address: RTSPAddress
    package var user: String?
    /// Asked for at each look, so that a changed secret is used.
    package var password: @Sendable () -> String?
    package var permitsBasic = true
    /// How long one look may take, connecting included.
    package var limit = Span.seconds(10)

    package init(_ address: RTSPAddress, user: String? = nil, password: @escaping @Sendable () -> String? = { nil }) {
        self.address = address
        self.user = user
        self.password = password
    }

    /// Begins a look on a queue, on which the verdict comes too; ends it without one where `cancel` is called there.
    package func start(
        on queue: DispatchQueue, _ done: @escaping @Sendable (RTSPVerdict) -> Void
    ) -> @Sendable () -> Void {
        // Without a password nothing is tried: a wrong one counts towards a lock-out.
        let credentials = user.flatMap { user in
            password().map { RTSPCredentials(user: user, password: $0, permitsBasic: permitsBasic) }
        }
        let nonce = String(UInt64.random(in: .min ... .max), radix: 16)
        let exchange = RTSPExchange(address, credentials: credentials, nonce: nonce)
        let call = RTSPCall(address, exchange, limit: limit, queue: queue, done: done)
        call.start()
        return { call.cancel() }
    }

    /// One look, for a person who asks.
    package func look(on queue: DispatchQueue = DispatchQueue(label: "patrold.video.look")) async -> RTSPVerdict {
        await withCheckedContinuation { continuation in
            queue.async { _ = start(on: queue) { continuation.resume(returning: $0) } }
        }
    }
}
