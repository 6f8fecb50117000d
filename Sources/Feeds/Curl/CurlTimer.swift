import CCurl
import Dispatch

/// libcurl's one timer as one Dispatch source for life; each setting replaces the one before.
///
/// Confined to the queue of its `CurlMulti`, hence `@unchecked Sendable`.
final class CurlTimer: @unchecked Sendable {
    private let queue: DispatchQueue
    private let source: any DispatchSourceTimer
    /// What to do when the time is up; set once before the first use.
    var onTimeout: @Sendable () -> Void = {}

    init(queue: DispatchQueue) {
        self.queue = queue
        source = DispatchSource.makeTimerSource(queue: queue)
    }

    func start() {
        source.setEventHandler { @Sendable [weak self] in self?.onTimeout() }
        source.schedule(deadline: .distantFuture)
        source.activate()
    }

    /// Sets the timer; it only ever marks the time, because libcurl forbids being called back from here.
    func set(milliseconds: Int) {
        dispatchPrecondition(condition: .onQueue(queue))
        if milliseconds < 0 {
            source.schedule(deadline: .distantFuture)
        } else {
            source.schedule(deadline: .now() + .milliseconds(milliseconds), leeway: .milliseconds(1))
        }
    }

    deinit { source.cancel() }
}

/// `CURLMOPT_TIMERFUNCTION`.
let curlTimerChanged: curl_multi_timer_callback = { _, milliseconds, context in
    guard let context else { return 0 }
    Unmanaged<CurlTimer>.fromOpaque(context).takeUnretainedValue().set(milliseconds: milliseconds)
    return 0
}
