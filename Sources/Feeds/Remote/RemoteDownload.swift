import Synchronization

/// Carries a transfer's bytes to the feed's queue and holds the sender back while the disk is slow.
///
/// At most a mebibyte waits between the two queues.
final class RemoteDownload: Sendable {
    private struct State {
        var transfer: CurlTransfer?
        var waiting = 0
        var isPaused = false
        var isOver = false
    }

    private static let high = 1 << 20
    private static let low = 256 << 10
    private let state = Mutex(State())

    /// Knows its transfer from now on.
    func set(_ transfer: CurlTransfer) {
        let isOver = state.withLock { state in
            state.transfer = transfer
            return state.isOver
        }
        if isOver { transfer.cancel() }
    }

    /// Bytes came from the network.
    func took(_ count: Int) {
        let pausing = state.withLock { state -> CurlTransfer? in
            state.waiting += count
            guard state.waiting > Self.high, !state.isPaused, let transfer = state.transfer else { return nil }
            state.isPaused = true
            return transfer
        }
        pausing?.pause()
    }

    /// Bytes reached the disk.
    func wrote(_ count: Int) {
        let resuming = state.withLock { state -> CurlTransfer? in
            state.waiting -= count
            guard state.isPaused, state.waiting < Self.low else { return nil }
            state.isPaused = false
            return state.transfer
        }
        resuming?.resume()
    }

    /// Gives the transfer up; its end still comes.
    func cancel() {
        let transfer = state.withLock { state in
            state.isOver = true
            return state.transfer
        }
        transfer?.cancel()
    }
}
