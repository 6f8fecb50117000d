import Feeds
import Model
import Platform
import Synchronization

/// The machine's clock, with civil time shifted as a test likes.
struct RealClock: WallClock {
    var shift = Span.zero
    func now() -> Timestamp { Timestamp(microseconds: SystemClock.realtimeMicroseconds()) + shift }
    func uptime() -> Span { Span(microseconds: SystemClock.uptimeMicroseconds()) }
}

/// A journal for tests: keeps what is delivered, once, and refuses when told to.
final class MemoryJournal: Sendable {
    struct State {
        var events: [Event] = []
        var unreadable: [Unreadable] = []
        var duplicates = 0
        var refusal: DeliveryRefused.Code?
        var calls = 0
        var statuses: [FeedStatus] = []
        fileprivate var known: Set<String> = []
    }

    let state = Mutex(State())

    var deliver: Deliver {
        { [self] arrivals, answer in
            answer(
                state.withLock { state in
                    state.calls += 1
                    if let code = state.refusal { return .failure(DeliveryRefused(code: code, detail: "test")) }
                    return .success(Self.take(arrivals, &state))
                })
        }
    }

    var report: @Sendable (FeedStatus) -> Void {
        { [self] status in state.withLock { $0.statuses.append(status) } }
    }

    func surroundings(clock: any WallClock = RealClock(), blindSince: Timestamp? = nil) -> FeedSurroundings {
        FeedSurroundings(clock: clock, deliver: deliver, report: report, blindSince: blindSince)
    }

    private static func take(_ arrivals: [Arrival], _ state: inout State) -> Receipt {
        var receipt = Receipt()
        for (index, arrival) in arrivals.enumerated() {
            switch arrival {
            case .event(let event):
                if state.known.insert(event.source + "\n" + event.id).inserted {
                    state.events.append(event)
                    receipt.accepted += 1
                } else {
                    state.duplicates += 1
                    receipt.duplicate += 1
                }
            case .unreadable(let bytes):
                state.unreadable.append(bytes)
                receipt.quarantined.append(.init(index: index, reason: bytes.reason, quarantine: Int64(state.unreadable.count)))
            }
        }
        return receipt
    }

    var events: [Event] { state.withLock { $0.events } }
    var unreadable: [Unreadable] { state.withLock { $0.unreadable } }
    var status: FeedStatus? { state.withLock { $0.statuses.last } }
    var alarms: [CameraAlarm] { events.compactMap { $0.payload }.compactMap { CameraAlarm($0) } }
    var starts: [CameraAlarm] { alarms.filter { $0.state == .start } }
    var gaps: [FeedGap] { events.compactMap { $0.payload }.compactMap { FeedGap($0) } }
    var statuses: [CameraStatus] { events.compactMap { $0.payload }.compactMap { CameraStatus($0) } }

    func refuse(_ code: DeliveryRefused.Code?) { state.withLock { $0.refusal = code } }
}

extension DeviceProfile {
    /// A profile that tries again soon, and whose limits on time no slow machine reaches: a test of one sets it itself.
    static func quick(_ name: String, adapter: String, classes: [String: AlarmClass] = testClasses) -> DeviceProfile {
        var profile = DeviceProfile(name: name, adapter: adapter, classes: classes)
        profile.limits.silence = .seconds(60)
        profile.limits.retry = Backoff(first: .milliseconds(50), longest: .milliseconds(200))
        profile.limits.refusedRetry = Backoff(first: .milliseconds(300), longest: .milliseconds(600))
        profile.quiet = .hours(1)
        profile.skewLimit = .seconds(60)
        return profile
    }
}

let testClasses: [String: AlarmClass] = [
    "fielddetection": AlarmClass(name: "intrusion", label: "区域入侵"),
    "videoloss": AlarmClass(name: "video-loss", role: .status, status: .videoLoss, label: "视频丢失"),
    "shelteralarm": AlarmClass(name: "tampered", role: .status, status: .tampered, label: "遮挡"),
]
