import Feeds
import Model
import Synchronization
import TestKit
import Testing

@Suite("Running patrols") struct PatrolRunnerTests {
    private let journal = MemoryJournal()
    private let clock = ManualClock()
    private let cameras: [String: ScriptedCamera] = ["cam-1": ScriptedCamera(), "cam-2": ScriptedCamera()]
    private let board = Board()

    final class Board: Sendable {
        let plans = Mutex<[PatrolStatus]>([])
        let stored = Mutex<[String]>([])
        let refusesPictures = Mutex(false)
    }

    private func runner(past: PatrolPast? = nil) -> PatrolRunner {
        let (cameras, board) = (cameras, board)
        return PatrolRunner(
            in: PatrolSurroundings(
                clock: clock, control: { cameras[$0] },
                storePicture: { bytes in
                    if board.refusesPictures.withLock({ $0 }) { return nil }
                    return board.stored.withLock { stored in
                        stored.append("\(bytes.count)")
                        return "hash-\(stored.count)"
                    }
                }, deliver: journal.deliver, past: { _ in past }, report: { plans in board.plans.withLock { $0 = plans } }))
    }

    private func plan(_ name: String = "p", spots: [(String, String)] = [("a", "cam-1"), ("b", "cam-2")]) -> PatrolPlan {
        PatrolPlan(
            name: name, recurrence: .every(.minutes(30)),
            spots: spots.map { PatrolSpot(name: $0.0, section: "钢铁大街", camera: $0.1, preset: "7", stay: .zero) })
    }

    private var visits: [PatrolVisit] { journal.events.compactMap { $0.payload }.compactMap { PatrolVisit($0) } }

    /// Goes on by the manual clock until the next round is due.
    private func reachNextRound(_ runner: PatrolRunner) {
        clock.advance(.minutes(30))
        runner.wake()
    }

    private func stop(_ runner: PatrolRunner) async {
        await withCheckedContinuation { done in runner.stop { done.resume() } }
    }

    @Test("a round turns each camera, keeps its picture, and is told with ids that a repeat reproduces")
    func wholeRound() async throws {
        let runner = runner()
        runner.apply([plan()])
        #expect(await eventually { board.plans.withLock { $0.first?.next != nil } })
        reachNextRound(runner)
        #expect(await eventually { visits.count == 2 })
        #expect(visits.map(\.spot) == ["a", "b"] && visits.allSatisfy { $0.state == .done })
        #expect(visits.map(\.snapshot) == ["hash-1", "hash-2"])
        #expect(cameras["cam-1"]?.asked == ["go 7", "picture"])
        let event = try #require(journal.events.first)
        #expect(event.source == "patrold:/patrols/p" && event.id == "2021-06-01T08:30:00+08:00/a")
        #expect(event.type == EventType.patrolVisit)
        #expect(await eventually { board.plans.withLock { $0.first?.last?.done } == 2 })
        #expect(board.plans.withLock { $0.first?.json["last"]?["missed"]?.int } == 0)
        await stop(runner)
    }

    @Test("what goes wrong is told with its reason, and the next spot is visited")
    func problems() async throws {
        let runner = runner()
        runner.apply([plan(spots: [("a", "cam-1"), ("x", "cam-9"), ("b", "cam-2"), ("c", "cam-1")])])
        cameras["cam-1"]?.set { $0.turning = DeviceProblem(.refused, "the user may not turn the camera") }
        cameras["cam-2"]?.set { $0.pictures = [[1, 2, 3]] }
        #expect(await eventually { board.plans.withLock { $0.count } == 1 })
        reachNextRound(runner)
        #expect(await eventually { visits.count == 4 })
        #expect(visits.allSatisfy { $0.state == .missed && $0.snapshot == nil })
        #expect(visits[0].reason == "the user may not turn the camera")
        #expect(visits[1].reason?.contains("there is no camera cam-9") == true)
        #expect(visits[2].reason?.contains("sent no picture") == true)
        #expect(await eventually { board.plans.withLock { $0.first?.reason?.hasPrefix("c: ") } == true })
        board.refusesPictures.withLock { $0 = true }
        cameras["cam-1"]?.set { $0.turning = nil }
        reachNextRound(runner)
        #expect(await eventually { visits.count == 8 })
        #expect(visits[4].reason?.contains("could not be kept") == true)
        await stop(runner)
    }

    @Test("a refused delivery is repeated until the journal takes it, once")
    func refusedDelivery() async throws {
        let runner = runner()
        runner.apply([plan()])
        #expect(await eventually { board.plans.withLock { $0.count } == 1 })
        journal.refuse(.unwritable)
        reachNextRound(runner)
        #expect(
            await eventually {
                clock.advance(.seconds(2))
                runner.wake()
                return journal.state.withLock { $0.calls } > 2
            })
        #expect(journal.events.isEmpty)
        journal.refuse(nil)
        #expect(
            await eventually {
                clock.advance(.seconds(2))
                runner.wake()
                return visits.count == 2
            })
        #expect(visits.map { $0.round + " " + $0.spot } == ["a", "b"].map { "2021-06-01T08:30:00+08:00 " + $0 })
        #expect(journal.state.withLock { $0.duplicates } == 0)
        await stop(runner)
    }

    @Test("an answer that comes after its spot was given up is not taken for the next one's")
    func lateAnswer() async throws {
        let runner = runner()
        runner.apply([plan()])
        #expect(await eventually { board.plans.withLock { $0.count } == 1 })
        for camera in cameras.values { camera.set { $0.hangs = true } }
        reachNextRound(runner)
        #expect(await eventually { cameras["cam-1"]?.asked.count == 1 })
        clock.advance(.seconds(61))
        runner.wake()
        #expect(await eventually { cameras["cam-2"]?.asked == ["go 7"] })
        cameras["cam-1"]?.set { $0.hangs = false }
        #expect(await eventually { cameras["cam-1"]?.state.withLock { $0.atOnce } == 0 })
        // What the first camera says late passes the queue among these.
        for _ in 1...500 { await withCheckedContinuation { done in runner.turnToken { done.resume() } } }
        #expect(cameras["cam-2"]?.asked == ["go 7"])
        cameras["cam-2"]?.set { $0.hangs = false }
        #expect(await eventually { visits.count == 2 })
        #expect(visits[0].spot == "a" && visits[0].reason?.contains("did not answer within 60 s") == true)
        #expect(visits[1].spot == "b" && visits[1].state == .done)
        #expect(cameras["cam-2"]?.asked == ["go 7", "picture"])
        #expect(cameras["cam-2"]?.state.withLock { $0.mostAtOnce } == 1)
        await stop(runner)
    }

    @Test("two patrols never have one camera at the same time, and both get it")
    func sharedCamera() async throws {
        let runner = runner()
        let names = (1...4).map { "p\($0)" }
        runner.apply(names.map { plan($0, spots: [("a", "cam-1"), ("b", "cam-1"), ("c", "cam-2")]) })
        #expect(await eventually { board.plans.withLock { $0.count } == 4 })
        reachNextRound(runner)
        #expect(await eventually { visits.count == 12 })
        #expect(visits.allSatisfy { $0.state == .done })
        for camera in cameras.values {
            let asked = camera.asked
            // Each picture follows its own turn: nobody else had the camera in between.
            #expect(asked.enumerated().allSatisfy { $1 == ($0 % 2 == 0 ? "go 7" : "picture") })
            #expect(camera.state.withLock { $0.mostAtOnce } == 1)
        }
        await stop(runner)
    }

    @Test("a restart in the middle of a round goes on with what is left, and repeats nothing")
    func restart() async throws {
        let first = runner()
        first.apply([plan()])
        #expect(await eventually { board.plans.withLock { $0.count } == 1 })
        cameras["cam-2"]?.set { $0.hangs = true }
        reachNextRound(first)
        #expect(await eventually { visits.count == 1 && cameras["cam-2"]?.asked.count == 1 })
        await stop(first)
        cameras["cam-2"]?.set { $0.hangs = false }
        clock.advance(.minutes(5))
        let round = try #require(Timestamp("2021-06-01T08:30:00+08:00"))
        let second = runner(past: PatrolPast(round: round, told: ["a"]))
        second.apply([plan()])
        #expect(await eventually { visits.count == 2 })
        #expect(visits.map(\.spot) == ["a", "b"] && visits.allSatisfy { $0.state == .done })
        #expect(Set(visits.map(\.round)).count == 1)
        #expect(cameras["cam-1"]?.asked.count == 2)
        await stop(second)
    }

    @Test("a plan that is removed or changed ends its round; one that stays is not disturbed")
    func reload() async throws {
        let runner = runner()
        runner.apply([plan("p"), plan("q", spots: [("a", "cam-2")])])
        #expect(await eventually { board.plans.withLock { $0.count } == 2 })
        cameras["cam-1"]?.set { $0.hangs = true }
        reachNextRound(runner)
        #expect(await eventually { visits.map(\.plan) == ["q"] })
        runner.apply([plan("q", spots: [("a", "cam-2")])])
        #expect(await eventually { visits.count == 3 })
        #expect(visits.suffix(2).allSatisfy { $0.plan == "p" && $0.reason == "the plan was removed" })
        #expect(await eventually { board.plans.withLock { $0.map(\.plan) } == ["q"] })
        cameras["cam-1"]?.set { $0.hangs = false }
        reachNextRound(runner)
        #expect(await eventually { visits.count == 4 })
        #expect(visits.last?.plan == "q" && visits.last?.state == .done)
        await stop(runner)
    }

    @Test("a stop delivers what was seen, and gives up when the journal takes nothing more")
    func stopping() async throws {
        let runner = runner()
        runner.apply([plan()])
        #expect(await eventually { board.plans.withLock { $0.count } == 1 })
        journal.refuse(.stopping)
        reachNextRound(runner)
        #expect(await eventually { journal.state.withLock { $0.calls } > 0 })
        let clock = clock
        let ticking = Task {
            while !Task.isCancelled {
                clock.advance(.seconds(1))
                runner.wake()
                try? await Task.sleep(nanoseconds: 1_000_000)
            }
        }
        await stop(runner)
        ticking.cancel()
        #expect(journal.events.isEmpty)
    }
}
