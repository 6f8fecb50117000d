import Feeds
import Model
import Testing

@Suite struct LivenessTests {
    private static let start: Int64 = 1_622_505_600
    private func at(_ seconds: Int64) -> Liveness.Moment {
        Liveness.Moment(uptime: .seconds(1000 + seconds), time: Timestamp(seconds: Self.start + seconds))
    }

    private func gaps(_ actions: [Liveness.Action]) -> [FeedGap] {
        actions.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
    }

    private func delays(_ actions: [Liveness.Action]) -> [Span] {
        actions.compactMap { if case .connect(let delay) = $0 { delay } else { nil } }
    }

    private func live() -> Liveness {
        var liveness = Liveness(feed: "cam")
        _ = liveness.on(.started(blindSince: nil), at: at(0))
        _ = liveness.on(.connected, at: at(1))
        _ = liveness.on(.heard, at: at(2))
        return liveness
    }

    @Test("a feed that hears its device at once has no gap")
    func straight() {
        var liveness = Liveness(feed: "cam")
        #expect(delays(liveness.on(.started(blindSince: nil), at: at(0))) == [.zero])
        #expect(liveness.on(.connected, at: at(1)).isEmpty && liveness.state == .connecting)
        let actions = liveness.on(.heard, at: at(2))
        #expect(liveness.state == .live && gaps(actions).isEmpty)
    }

    @Test("silence past the limit stops the stream, opens a gap from the last sign of life and connects anew")
    func silent() {
        var liveness = live()
        #expect(liveness.on(.tick, at: at(62)).isEmpty)
        let actions = liveness.on(.tick, at: at(63))
        #expect(liveness.state == .silent && actions.contains(.stopStream) && delays(actions).count == 1)
        #expect(gaps(actions) == [FeedGap(feed: "cam", state: .open, from: Timestamp(seconds: Self.start + 2), reason: "silent")])
    }

    @Test("a device that hangs after its headers is silent too")
    func hangs() {
        var liveness = Liveness(feed: "cam")
        _ = liveness.on(.started(blindSince: nil), at: at(0))
        _ = liveness.on(.connected, at: at(1))
        let actions = liveness.on(.tick, at: at(62))
        #expect(liveness.state == .silent)
        #expect(gaps(actions).first?.from == Timestamp(seconds: Self.start))
    }

    @Test("both ends of a gap carry its beginning, and one gap spans several failures")
    func gapEnds() {
        var liveness = live()
        let opened = gaps(liveness.on(.failed("broken"), at: at(10)))
        #expect(gaps(liveness.on(.failed("refused port"), at: at(12))).isEmpty)
        _ = liveness.on(.connected, at: at(20))
        let closed = gaps(liveness.on(.heard, at: at(21)))
        #expect(opened.first?.from == closed.first?.from && closed.first?.until == Timestamp(seconds: Self.start + 21))
        let ids = (opened + closed).map { $0.event(source: "s", received: at(0).time).id }
        #expect(ids == ["gap/cam/2021-06-01T08:00:10+08:00/open", "gap/cam/2021-06-01T08:00:10+08:00/closed"])
    }

    @Test("the minutes in which the daemon was down are a gap until the first sign of life")
    func daemonDown() {
        var liveness = Liveness(feed: "cam")
        let opened = gaps(liveness.on(.started(blindSince: at(-600).time), at: at(0)))
        #expect(opened.map(\.reason) == ["daemon-stopped"] && opened.first?.from == at(-600).time)
        #expect(gaps(liveness.on(.failed("down"), at: at(1))).isEmpty)
        _ = liveness.on(.connected, at: at(2))
        #expect(gaps(liveness.on(.heard, at: at(3))).first?.state == .closed)
    }

    @Test("delays double from one second to a minute and begin anew after a sign of life")
    func backoff() {
        var liveness = live()
        let seconds = (0..<8).flatMap { _ in delays(liveness.on(.failed("x"), at: at(10))) }.map(\.seconds)
        #expect(seconds == [1, 2, 4, 8, 16, 32, 60, 60])
        _ = liveness.on(.connected, at: at(200))
        _ = liveness.on(.heard, at: at(200))
        #expect(delays(liveness.on(.failed("x"), at: at(201), random: 1)) == [.milliseconds(1250)])
    }

    @Test("after a refused password it takes its time, so that the device does not lock us out")
    func refused() {
        var liveness = live()
        let seconds = (0..<7).flatMap { _ in delays(liveness.on(.refused("401"), at: at(10), random: 0)) }.map(\.seconds)
        #expect(seconds == [30, 60, 120, 240, 480, 600, 600])
        #expect(liveness.state == .refused)
    }

    @Test("a stream that we hold back is not silent")
    func held() {
        var liveness = live()
        _ = liveness.on(.held, at: at(60))
        #expect(liveness.on(.tick, at: at(100)).isEmpty && liveness.state == .live)
    }

    @Test("stopping closes the gap and nothing happens afterwards")
    func stopped() {
        var liveness = live()
        _ = liveness.on(.failed("x"), at: at(10))
        let actions = liveness.on(.stopped, at: at(15))
        #expect(gaps(actions).first?.state == .closed && liveness.state == .stopped)
        #expect(liveness.on(.heard, at: at(16)).isEmpty && liveness.on(.failed("y"), at: at(17)).isEmpty)
    }
}
