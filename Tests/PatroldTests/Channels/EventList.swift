import Model
import Platform
import Synchronization

/// Keeps what is delivered, once.
final class EventList: Sendable {
    private let list = Mutex<[Event]>([])

    var events: [Event] { list.withLock { $0 } }

    var deliver: Deliver {
        { [self] arrivals, answer in
            let count = list.withLock { list in
                for case .event(let event) in arrivals {
                    let isKnown = list.contains { $0.source == event.source && $0.id == event.id }
                    if !isKnown { list.append(event) }
                }
                return list.count
            }
            answer(.success(Receipt(accepted: arrivals.count, position: Position(count))))
        }
    }
}

/// The machine's clock.
struct MachineClock: WallClock {
    func now() -> Timestamp { Timestamp(microseconds: SystemClock.realtimeMicroseconds()) }
    func uptime() -> Span { Span(microseconds: SystemClock.uptimeMicroseconds()) }
}
