import Feeds
import Model
import TestKit

extension PeriodicProfile {
    /// A profile that asks again and again within a test.
    static func quick(_ name: String, _ adapter: String, every: Span = .milliseconds(50)) -> PeriodicProfile {
        var profile = PeriodicProfile(name: name, adapter: adapter, every: every)
        profile.retry = Backoff(first: .milliseconds(20), longest: .milliseconds(50))
        profile.refusedRetry = Backoff(first: .milliseconds(20), longest: .milliseconds(50))
        return profile
    }
}

extension PeriodicFeed {
    func stopped() async {
        await withCheckedContinuation { done in stop { done.resume() } }
    }
}

extension MemoryJournal {
    func events(_ type: String) -> [Event] { events.filter { $0.type == type } }

    var complaints: [Complaint] {
        events(EventType.complaintReceived).compactMap { $0.payload }.compactMap { Complaint($0) }
    }

    /// Everything that was told in statuses and reasons, for a search for secrets.
    var words: String {
        state.withLock { state in
            (state.statuses.map(\.detail) + state.unreadable.map(\.reason)).joined(separator: "\n")
        }
    }

    func waits(for state: FeedState, saying words: String = "") async -> Bool {
        await eventually { status?.state == state && (words.isEmpty || status?.detail.contains(words) == true) }
    }
}
