import Synchronization

/// The body of a response as it grows; touched on the queue of its `CurlMulti` only, hence `@unchecked Sendable`.
final class ResponseBody: @unchecked Sendable {
    var bytes: [UInt8] = []
}

/// A transfer that an async caller waits for; cancelling may come before the transfer exists.
final class WaitingTransfer: Sendable {
    private struct State {
        var transfer: CurlTransfer?
        var cancelled = false
    }

    private let state = Mutex(State())

    func set(_ transfer: CurlTransfer) {
        let late = state.withLock { state in
            state.transfer = transfer
            return state.cancelled
        }
        if late { transfer.cancel() }
    }

    func cancel() {
        let transfer = state.withLock { state in
            state.cancelled = true
            return state.transfer
        }
        transfer?.cancel()
    }
}
