/// The endless answer of one device, opened anew as often as needed: what an earlier one still brings is not heard.
///
/// Confined to the queue of its `CurlMulti`, which is the feed's queue, hence `@unchecked Sendable`. After each handler
/// the feed settles.
final class DeviceStream: @unchecked Sendable {
    /// What the owner does with the stream; each is called on the queue.
    struct Handlers: Sendable {
        var onHead: @Sendable (CurlHead, DeviceFeed) -> Void
        var onBytes: @Sendable (UnsafeRawBufferPointer, DeviceFeed) -> Void
        var onEnd: @Sendable (Result<CurlHead, CurlError>, DeviceFeed) -> Void
    }

    let multi: CurlMulti
    private var transfer: CurlTransfer?
    /// Counts the openings and closings; an answer that belongs to another count is stale.
    private(set) var generation = 0

    init(_ multi: CurlMulti) {
        self.multi = multi
    }

    func open(_ request: CurlRequest, _ feed: DeviceFeed, _ handlers: Handlers) {
        generation += 1
        let hear = hearing(generation, feed)
        transfer = multi.stream(
            request,
            onHead: { head in hear { handlers.onHead(head, $0) } },
            onBytes: { bytes in hear { handlers.onBytes(bytes, $0) } },
            onEnd: { result in hear { handlers.onEnd(result, $0) } })
        if feed.isHeld { transfer?.pause() }
    }

    func close() {
        generation += 1
        transfer?.cancel()
        transfer = nil
    }

    func hold() { transfer?.pause() }

    func goOn() { transfer?.resume() }

    /// Calls back with the feed where both are alive and the stream is still the same.
    private func hearing(_ stream: Int, _ feed: DeviceFeed) -> @Sendable ((DeviceFeed) -> Void) -> Void {
        { [weak self, weak feed] body in
            guard let self, let feed, stream == generation else { return }
            body(feed)
            feed.settle()
        }
    }

    /// The sentence for a stream that is no more.
    static func sentence(_ result: Result<CurlHead, CurlError>) -> String {
        switch result {
        case .success: "the device closed the stream"
        case .failure(let error): "no stream from the device (\(error.code.rawValue)): \(error.detail)"
        }
    }
}
