import Dispatch
import Feeds
import Model
import Synchronization
import TestKit
import Testing

/// The core that all device protocols share, with a device that calls us.
@Suite struct DeviceFeedTests {
    private let queue = DispatchQueue(label: "test.device")
    private let journal = MemoryJournal()

    private func makeFeed(silence: Span = .seconds(60)) -> DeviceFeed {
        var profile = DeviceProfile.quick("cam-1", adapter: "test")
        profile.limits.silence = silence
        let feed = DeviceFeed(
            profile, queue: queue, connection: PassiveConnection(), in: journal.surroundings())
        feed.start()
        return feed
    }

    private func stop(_ feed: DeviceFeed) async {
        await withCheckedContinuation { done in feed.stop { done.resume() } }
    }

    private func alarm(_ feed: DeviceFeed, _ number: Int, answer: @escaping DeviceFeed.Settled) {
        feed.run { feed in
            let now = feed.moment()
            feed.called(at: now)
            var sighting = AlarmSighting(rawType: "fielddetection", received: now.time)
            sighting.identity = String(number)
            feed.take([sighting], at: now)
            feed.whenDurable(answer)
        }
    }

    @Test("a device is told that its alarm is durable after the journal has it, never before")
    func acknowledged() async {
        let feed = makeFeed()
        let answers = Mutex<[Int]>([])
        journal.refuse(.unwritable)
        for number in 1...3 {
            alarm(feed, number) { answer in
                if case .success = answer { answers.withLock { $0.append(number) } }
            }
        }
        #expect(await eventually { journal.state.withLock { $0.calls } > 1 })
        #expect(answers.withLock { $0 }.isEmpty)
        journal.refuse(nil)
        #expect(await eventually { answers.withLock { $0 } == [1, 2, 3] })
        #expect(journal.alarms.count == 3)
        await stop(feed)
    }

    @Test("who waits while the feed stops and the journal refuses is told so")
    func abandoned() async {
        let feed = makeFeed()
        let refused = Mutex(false)
        journal.refuse(.stopping)
        alarm(feed, 1) { answer in
            if case .failure = answer { refused.withLock { $0 = true } }
        }
        await stop(feed)
        #expect(refused.withLock { $0 })
    }

    @Test("a repeat that is folded away is acknowledged only with the alarm that it repeats")
    func folded() async {
        let feed = makeFeed()
        let answers = Mutex(0)
        journal.refuse(.full)
        for _ in 1...2 {
            feed.run { feed in
                let now = feed.moment()
                feed.called(at: now)
                feed.take([AlarmSighting(rawType: "fielddetection", active: true, received: now.time)], at: now)
                feed.whenDurable { if case .success = $0 { answers.withLock { $0 += 1 } } }
            }
        }
        #expect(await eventually { journal.state.withLock { $0.calls } > 1 })
        #expect(answers.withLock { $0 } == 0)
        journal.refuse(nil)
        #expect(await eventually { answers.withLock { $0 } == 2 })
        #expect(journal.starts.count == 1)
        await stop(feed)
    }

    @Test("a device that never calls is silent after its limit, with a gap from the beginning; a call ends both")
    func silent() async {
        let feed = makeFeed(silence: .milliseconds(1500))
        #expect(await eventually { journal.status?.state == .silent })
        #expect(await eventually { journal.gaps.count == 1 })
        feed.run { feed in feed.called(at: feed.moment()) }
        // It falls silent again soon, so what counts is that it was live.
        #expect(await eventually { journal.state.withLock { $0.statuses.contains { $0.state == .live } } })
        #expect(await eventually { journal.gaps.map(\.state).starts(with: [.open, .closed]) })
        await stop(feed)
    }
}
