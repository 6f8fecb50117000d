import CCurl
import Dispatch
import Platform

/// Many transfers on one serial queue: libcurl's multi interface driven by Dispatch sources.
///
/// Every call into libcurl and every callback runs on `queue`. Confined to it, hence `@unchecked Sendable`; the entries
/// below may be called from anywhere. Transfers under way end as `cancelled` when the object goes.
package final class CurlMulti: @unchecked Sendable {
    static let queueKey = DispatchSpecificKey<ObjectIdentifier>()

    /// The queue on which all callbacks run.
    package let queue: DispatchQueue
    private let handle: UnsafeMutableRawPointer
    private let sockets: CurlSockets
    private let timer: CurlTimer
    private var transfers: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    /// Turns everything while FTP is under way; nothing otherwise.
    private var nudge: RepeatingTimer?

    /// Begins with no connection.
    ///
    /// - Parameters:
    ///   - maxHostConnections: connections to one host and port at a time, 0 for no limit; further transfers wait.
    ///     Streams count and keep their connection, so it must not be less than the streams of one host.
    ///   - maxConnections: connections at a time in all, streams included.
    package init(label: String = "patrold.curl", maxHostConnections: Int = 0, maxConnections: Int = 4096) {
        _ = Self.library
        queue = DispatchQueue(label: label, qos: .userInitiated)
        queue.setSpecific(key: Self.queueKey, value: ObjectIdentifier(queue))
        guard let handle = curl_multi_init() else { preconditionFailure("libcurl has no memory for its first handle") }
        self.handle = handle
        sockets = CurlSockets(queue: queue)
        timer = CurlTimer(queue: queue)
        curl_multi_set_socket(handle, curlSocketChanged, Unmanaged.passUnretained(sockets).toOpaque())
        curl_multi_set_timer(handle, curlTimerChanged, Unmanaged.passUnretained(timer).toOpaque())
        curl_multi_set_long(handle, CURLMOPT_MAX_HOST_CONNECTIONS, maxHostConnections)
        curl_multi_set_long(handle, CURLMOPT_MAX_TOTAL_CONNECTIONS, maxConnections)
        curl_multi_set_long(handle, CURLMOPT_MAXCONNECTS, 64)
        sockets.onReady = { [weak self] descriptor, mask in self?.act(on: descriptor, mask) }
        timer.onTimeout = { [weak self] in self?.act(on: CURL_SOCKET_BAD, 0) }
        timer.start()
    }

    /// `curl_global_init`, once in the process; 3 is `CURL_GLOBAL_ALL`.
    private static let library: CURLcode = curl_global_init(3)

    deinit {
        // libcurl hands its descriptors back during the clean-up, so that must happen on the queue as well;
        // the sockets and the timer stay until then, this object does not.
        // Safe to hand over: nobody else refers to this object any more, and the block runs once, on `queue`.
        nonisolated(unsafe) let handle = handle
        nonisolated(unsafe) let easies = Array(transfers.keys)
        let (sockets, timer, rest) = (sockets, timer, Array(transfers.values))
        queue.async {
            withExtendedLifetime((sockets, timer)) {
                for easy in easies {
                    curl_multi_remove_handle(handle, easy)
                    curl_easy_cleanup(easy)
                }
                curl_multi_cleanup(handle)
            }
            for transfer in rest { transfer.end(.failure(CurlError(code: .cancelled, detail: "the client was closed"))) }
        }
    }

    /// Sends a request; the completion runs once, on `queue`.
    @discardableResult
    package func send(
        _ request: CurlRequest, completion: @escaping @Sendable (Result<CurlResponse, CurlError>) -> Void
    ) -> CurlTransfer {
        let body = ResponseBody()
        let sink = CurlTransfer.Sink(
            onBytes: { body.bytes.append(contentsOf: $0) },
            onEnd: { result in completion(result.map { CurlResponse(head: $0, body: body.bytes) }) })
        return start(CurlTransfer(request, isStream: false, sink: sink, queue: queue))
    }

    /// Begins an endless response; all callbacks run on `queue`, in order.
    ///
    /// - Parameters:
    ///   - onHead: once, when the final response's headers are there.
    ///   - onBytes: a piece of the body; the buffer is valid during the call only.
    ///   - onEnd: once: the server closed in order, or why it ended.
    package func stream(
        _ request: CurlRequest, onHead: @escaping @Sendable (CurlHead) -> Void,
        onBytes: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
        onEnd: @escaping @Sendable (Result<CurlHead, CurlError>) -> Void
    ) -> CurlTransfer {
        let sink = CurlTransfer.Sink(onHead: onHead, onBytes: onBytes, onEnd: onEnd)
        return start(CurlTransfer(request, isStream: true, sink: sink, queue: queue))
    }

    /// How many descriptors are open or watched; for tests and metrics.
    package func descriptorCount() -> Int { queue.sync { sockets.live } }
}

extension CurlMulti {
    /// Sends a request; cancelling the task gives the transfer up.
    ///
    /// - Throws: `CurlError`.
    package func send(_ request: CurlRequest) async throws -> CurlResponse {
        let waiting = WaitingTransfer()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiting.set(send(request) { continuation.resume(with: $0) })
            }
        } onCancel: {
            waiting.cancel()
        }
    }

    private func start(_ transfer: CurlTransfer) -> CurlTransfer {
        transfer.multi = self
        queue.async { self.add(transfer) }
        return transfer
    }

    private func add(_ transfer: CurlTransfer) {
        do throws(CurlError) {
            let easy = try transfer.prepare(sockets: sockets)
            transfers[easy] = transfer
            nudgeFTP()
            let result = curl_multi_add_handle(handle, easy)
            guard result == CURLM_OK else {
                throw CurlError(code: .failed, detail: String(cString: curl_multi_strerror(result)))
            }
        } catch {
            finish(transfer, failure: error)
        }
    }

    private func act(on descriptor: curl_socket_t, _ mask: Int32) {
        dispatchPrecondition(condition: .onQueue(queue))
        var running: Int32 = 0
        curl_multi_socket_action(handle, descriptor, mask, &running)
        collect()
    }

    /// Begins or ends the nudging of FTP.
    ///
    /// Between FTP's two connections libcurl 7.88 sometimes waits for an event that has passed, until a timer of ten
    /// seconds wakes it; a turn of everything each 50 ms costs little and never finds it waiting longer.
    private func nudgeFTP() {
        let wanted = transfers.values.contains { $0.request.file.map { $0.family != .sftp } ?? false }
        if !wanted {
            nudge?.cancel()
            nudge = nil
        } else if nudge == nil {
            nudge = RepeatingTimer(every: 50, on: queue) { [weak self] in
                guard let self else { return }
                var running: Int32 = 0
                curl_multi_perform(self.handle, &running)
                self.collect()
            }
        }
    }

    /// Ends the transfers that libcurl reports as done.
    func collect() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(handle, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let transfer = transfers[easy]
            else { continue }
            // Read before the handle is removed: the message goes with it.
            let result = message.pointee.data.result
            finish(transfer, failure: result == CURLE_OK ? nil : transfer.error(result))
        }
    }

    /// Takes a transfer out of libcurl and reports its end; does nothing where that has happened already.
    func finish(_ transfer: CurlTransfer, failure: CurlError?) {
        dispatchPrecondition(condition: .onQueue(queue))
        guard !transfer.hasEnded else { return }
        if let easy = transfer.easy {
            transfer.easy = nil
            if transfers.removeValue(forKey: easy) != nil { curl_multi_remove_handle(handle, easy) }
            curl_easy_cleanup(easy)
            nudgeFTP()
        }
        transfer.end(failure.map { .failure($0) } ?? .success(()))
    }
}
