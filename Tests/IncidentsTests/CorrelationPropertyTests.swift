import Incidents
import Model
import TestKit
import Testing

@Suite("Correlation does not depend on when the ledger catches up")
struct CorrelationPropertyTests {
    private static func events(_ seed: UInt64) -> [Event] {
        var numbers = SeededNumbers(seed)
        var at: Int64 = 0
        return (0..<300).map { _ in
            at += Int64.random(in: 0...200, using: &numbers)
            let device = "cam-\(Int.random(in: 1...2, using: &numbers))"
            let number = "A\(Int.random(in: 1...5, using: &numbers))"
            return switch Int.random(in: 0..<8, using: &numbers) {
            case 0...2: Facts.alarm(at, device: device)
            case 3: Facts.complaint(number, at)
            case 4: Facts.complaintClosed(number, at)
            case 5: Facts.gap(.open, at, feed: device)
            case 6: Facts.gap(.closed, at, feed: device)
            default: Facts.recording(at, .inbound, sha256: number)
            }
        }
    }

    @Test("the same events give the same decisions at every lag", arguments: 1...20 as ClosedRange<UInt64>)
    func sameAtEveryLag(seed: UInt64) {
        let events = Self.events(seed)
        var reference = MemoryDesk()
        for event in events { reference.pass(event) }
        #expect(reference.decisions.count > 50)
        for lag in [1, 2, 3, 10, 64, 1000] {
            var desk = MemoryDesk(lag: lag)
            for (index, event) in events.enumerated() {
                let made = desk.pass(event)
                let expected = reference.decisions.filter { $0.cause == Position(index + 1) }
                #expect(made == expected, "seed \(seed), lag \(lag), event \(index + 1)")
                if made != expected { return }
            }
        }
    }

    @Test("each cause has at most one decision, and each incident is opened once", arguments: 1...5 as ClosedRange<UInt64>)
    func oneDecisionEach(seed: UInt64) {
        var desk = MemoryDesk(lag: 7)
        for event in Self.events(seed) { desk.pass(event) }
        let causes = desk.decisions.compactMap(\.cause)
        #expect(causes.count == desk.decisions.count)
        #expect(Set(causes).count == causes.count)
        let opened = desk.decisions.filter { $0.action == .opened }.map(\.incident)
        #expect(Set(opened).count == opened.count)
        #expect(Set(desk.decisions.map(\.incident)) == Set(opened))
    }
}
