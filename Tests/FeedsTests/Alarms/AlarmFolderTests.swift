import Feeds
import Model
import Testing

@Suite struct AlarmFolderTests {
    private func sight(
        _ type: String = "fielddetection", channel: Int = 1, region: String? = nil, active: Bool? = true,
        time: String = "2021-06-01T08:00:00+08:00"
    ) -> AlarmSighting {
        AlarmSighting(
            channel: channel, rawType: type, region: region, active: active, time: time, received: Timestamp(seconds: 0))
    }

    private let events = AlarmEvents(source: "s", device: "cam", adapter: "isapi", classes: [:])

    private func ids(_ edges: [AlarmEdge]) -> [String] {
        edges.compactMap { events.event(for: $0, received: Timestamp(seconds: 0))?.id }
    }

    @Test("repeats of an active alarm are one start and, after inactive, one stop that counts them")
    func folds() {
        var folder = AlarmFolder()
        #expect(folder.on(sight(), at: .seconds(0)).map(\.state) == [.start])
        for second in 1...9 { #expect(folder.on(sight(), at: .seconds(Int64(second))).isEmpty) }
        let stop = folder.on(sight(active: false), at: .seconds(10))
        #expect(stop.map(\.state) == [.stop] && stop.first?.repeats == 9)
        #expect(folder.on(sight(active: false), at: .seconds(11)).isEmpty)
    }

    @Test("an alarm not seen for the quiet time is over, one that is seen is not")
    func quiet() {
        var folder = AlarmFolder(quiet: .seconds(5))
        _ = folder.on(sight(), at: .seconds(0))
        _ = folder.on(sight(), at: .seconds(4))
        #expect(folder.deadline.map { $0 <= .seconds(9) } == true)
        #expect(folder.tick(at: .seconds(8)).isEmpty)
        #expect(folder.deadline == .seconds(9))
        #expect(folder.tick(at: .seconds(9)).map(\.state) == [.stop])
        #expect(folder.deadline == nil)
    }

    @Test("channels, types and regions are alarms of their own with ids of their own")
    func keys() {
        var folder = AlarmFolder()
        let all = [sight(), sight(channel: 2), sight("linedetection"), sight("VMD", region: "1"), sight("VMD", region: "2")]
        let edges = all.flatMap { folder.on($0, at: .zero) }
        #expect(edges.map(\.state) == [.start, .start, .start, .start, .start])
        #expect(Set(ids(edges)).count == 5)
    }

    @Test("a sight without region repeats the regions that last, and its inactive ends them")
    func withoutRegion() {
        var folder = AlarmFolder()
        _ = folder.on(sight(region: "1"), at: .zero)
        _ = folder.on(sight(region: "2"), at: .zero)
        #expect(folder.on(sight(), at: .seconds(1)).isEmpty)
        #expect(folder.on(sight(active: false), at: .seconds(2)).compactMap(\.first.region) == ["1", "2"])
    }

    @Test("the same fact sent again has the same id, also after its end was seen")
    func reproducible() {
        var folder = AlarmFolder()
        var first = folder.on(sight(region: "1"), at: .zero)
        first += folder.tick(at: .seconds(60))
        var again = sight(region: "1")
        again.isRetransmission = true
        var second = folder.on(again, at: .seconds(100))
        second += folder.tick(at: .seconds(160))
        #expect(ids(first) == ids(second))
        #expect(Set(ids(first)).count == 2)
    }

    @Test("a fact sent again does not vanish in an alarm that lasts now")
    func retransmissionApart() {
        var folder = AlarmFolder()
        _ = folder.on(sight(time: "2021-06-01T09:00:00+08:00"), at: .zero)
        var old = sight(time: "2021-06-01T08:30:00+08:00")
        old.isRetransmission = true
        #expect(folder.on(old, at: .seconds(1)).map(\.state) == [.start])
    }

    @Test("an end without a beginning is told once")
    func orphan() {
        var folder = AlarmFolder()
        #expect(folder.on(sight(active: false), at: .zero).map(\.state) == [.stop])
        #expect(folder.on(sight(active: false), at: .seconds(1)).isEmpty)
        #expect(folder.on(sight(), at: .seconds(2)).map(\.state) == [.start])
    }

    @Test("momentary alarms and those without a state are pulses")
    func pulses() {
        var folder = AlarmFolder()
        #expect(folder.on(sight(active: nil), at: .zero).map(\.state) == [.pulse])
        var plate = sight("ANPR")
        plate.isMomentary = true
        #expect(folder.on(plate, at: .zero).map(\.state) == [.pulse])
        #expect(folder.on(plate, at: .zero).map(\.state) == [.pulse])
    }

    @Test("a device that invents alarms without end takes bounded memory")
    func bounded() {
        var folder = AlarmFolder()
        var states: [CameraAlarm.State] = []
        for number in 0..<6000 { states += folder.on(sight("type-\(number)"), at: .zero).map(\.state) }
        #expect(states.filter { $0 == .start }.count == 4096 && states.last == .pulse)
    }
}

@Suite struct ClockSkewTests {
    @Test("two readings over the limit tell a wrong clock, and only well below it is it right again")
    func hysteresis() {
        var skew = ClockSkew(limit: .seconds(5))
        #expect(skew.read(.seconds(7)) == nil)
        #expect(skew.read(.seconds(7)) == .wrong(.seconds(7)))
        #expect(skew.read(.milliseconds(4500)) == nil && skew.read(.milliseconds(4500)) == nil)
        #expect(skew.read(.seconds(1)) == nil)
        #expect(skew.read(.seconds(-1)) == .right(.seconds(-1)))
    }

    @Test("one late message is no wrong clock")
    func outlier() {
        var skew = ClockSkew()
        for offset in [0, -9, 0, -9, 1] { #expect(skew.read(.seconds(Int64(offset))) == nil) }
    }
}
