import Model
import TestKit
import Testing

@testable import Incidents

@Suite("When the outbox sends")
struct OutboxPlanTests {
    private static let start = Timestamp(seconds: 1_622_505_600)

    private static func entry(
        _ message: String, to recipient: String = "channel:a", about subject: String? = nil, _ position: Position = 1,
        tries: Int = 0, tried: Timestamp? = nil, queued: Timestamp = start
    ) -> OutboxEntry {
        OutboxEntry(
            key: .init(message: message, recipient: recipient), subject: subject ?? message, position: position, queued: queued,
            tries: tries, tried: tried)
    }

    @Test("what is new goes at once, oldest first")
    func atOnce() {
        let turn = OutboxPlan().turn([Self.entry("2", 2), Self.entry("1", 1)], inFlight: [], at: Self.start)
        #expect(turn.send.map(\.key.message) == ["1", "2"])
        #expect(turn.next == nil)
    }

    @Test("after a failure it waits, each time twice as long, from ten seconds to an hour")
    func distances() {
        let plan = OutboxPlan()
        for tries in 1...60 {
            let entry = Self.entry("m", tries: tries, tried: Self.start)
            let waits = plan.due(entry) - Self.start
            let full = min(Span.hours(1), .seconds(10 << Int64(min(tries - 1, 20))))
            #expect(waits <= full)
            #expect(waits >= max(.seconds(10), Span(microseconds: full.microseconds / 4 * 3)))
            let early = plan.turn([entry], inFlight: [], at: Self.start + waits - Span(microseconds: 1))
            #expect(early.send.isEmpty)
            #expect(early.next == Self.start + waits)
            #expect(plan.turn([entry], inFlight: [], at: Self.start + waits).send == [entry])
        }
    }

    @Test("messages that failed together do not come back together")
    func jitter() {
        let due = Set((0..<100).map { OutboxPlan().due(Self.entry("m\($0)", tries: 5, tried: Self.start)) })
        #expect(due.count > 80)
    }

    @Test("of one subject a recipient hears in order; another subject and another recipient do not wait")
    func order() {
        let late = Self.entry("1", about: "a/1", 1, tries: 3, tried: Self.start)
        let next = Self.entry("2", about: "a/1", 2)
        let apart = Self.entry("3", about: "a/9", 3)
        let elsewhere = Self.entry("2", to: "mail:x@y", about: "a/1", 2)
        let turn = OutboxPlan().turn([late, next, apart, elsewhere], inFlight: [], at: Self.start)
        #expect(turn.send == [elsewhere, apart])
        #expect(turn.next == OutboxPlan().due(late))
        // While the first is under way the second waits as well.
        #expect(OutboxPlan().turn([Self.entry("1", about: "a/1", 1), next], inFlight: [late.key], at: Self.start).send.isEmpty)
    }

    @Test("a recipient that does not answer takes its share of the places and no more")
    func bounded() {
        let many = (1...50).map { Self.entry("a\($0)", Position($0)) }
        let others = (1...3).map { Self.entry("b\($0)", to: "channel:b", Position(50 + $0)) }
        let turn = OutboxPlan().turn(many + others, inFlight: [], at: Self.start)
        #expect(turn.send.filter { $0.key.recipient == "channel:a" }.count == 4)
        #expect(turn.send.filter { $0.key.recipient == "channel:b" }.count == 3)
        let busy = Set(many.prefix(4).map(\.key))
        #expect(OutboxPlan().turn(many, inFlight: busy, at: Self.start).send.isEmpty)
        let all = (1...40).map { Self.entry("m", to: "channel:\($0)", Position($0)) }
        #expect(OutboxPlan().turn(all, inFlight: [], at: Self.start).send.count == 16)
    }

    @Test("after a week without success it is given up; what was never tried is tried first")
    func expires() {
        let late = Self.start + .days(8)
        let tried = Self.entry("1", tries: 100, tried: late - .hours(2))
        #expect(OutboxPlan().turn([tried], inFlight: [], at: late).expired == [tried])
        #expect(OutboxPlan().turn([Self.entry("1")], inFlight: [], at: late).expired.isEmpty)
    }

    @Test("a clock that was set back holds nothing up")
    func clockBack() {
        let entry = Self.entry("1", tries: 9, tried: Self.start + .hours(5))
        #expect(OutboxPlan().turn([entry], inFlight: [], at: Self.start).send == [entry])
        let queued = Self.entry("1", queued: Self.start + .hours(5))
        #expect(OutboxPlan().turn([queued], inFlight: [], at: Self.start).send == [queued])
    }

    @Test(
        "against recipients that fail at will, all is delivered in order and once under each name",
        arguments: 1...5 as ClosedRange<UInt64>)
    func simulation(seed: UInt64) {
        var numbers = SeededNumbers(seed)
        let plan = OutboxPlan()
        var rows = (1...60).map { number in
            Self.entry("m\(number)", to: "channel:\(number % 3)", about: "s\(number % 7)", Position(number))
        }
        var delivered: [OutboxEntry] = []
        var now = Self.start
        for _ in 0..<5000 where !rows.isEmpty {
            let turn = plan.turn(rows, inFlight: [], at: now)
            for entry in turn.send {
                guard let index = rows.firstIndex(of: entry) else { continue }
                if Int.random(in: 0..<4, using: &numbers) == 0 {
                    delivered.append(rows.remove(at: index))
                } else {
                    rows[index] = Self.entry(
                        entry.key.message, to: entry.key.recipient, about: entry.subject, entry.position,
                        tries: entry.tries + 1, tried: now)
                }
            }
            if turn.send.isEmpty { now = turn.next ?? now }
        }
        #expect(rows.isEmpty)
        for (_, line) in Dictionary(grouping: delivered, by: { $0.key.recipient + $0.subject }) {
            #expect(line.map(\.position) == line.map(\.position).sorted())
        }
    }
}
