import Model
import Testing

@testable import Feeds

@Suite("Judging a camera's video") struct VideoWatchTests {
    private let alive = RTSPVerdict(.alive, "a")

    @Test("the same picture three times is frozen, another one is not; two of them are not yet")
    func frozen() {
        var judge = PictureJudge()
        let picture = ScriptedCamera.picture(1)
        #expect((1...4).map { _ in judge.judge(.success(picture)).outcome } == [.picture, .picture, .frozen, .frozen])
        #expect(judge.judge(.success(ScriptedCamera.picture(2))).outcome == .picture)
        #expect(judge.judge(.success(picture)).outcome == .picture)
    }

    @Test("what is too small or no JPEG is no picture, and breaks a row of equal ones")
    func noPicture() {
        var judge = PictureJudge()
        let page = Array("<html>".utf8) + [UInt8](repeating: 0x20, count: 5000)
        let cut = Array(ScriptedCamera.picture(1).dropLast(200))
        for bytes in [[], [0xFF, 0xD8, 0xFF, 0xD9], ScriptedCamera.picture(1, bytes: 900), page, cut] {
            let verdict = judge.judge(.success(bytes))
            #expect(verdict.outcome == .none)
            #expect(verdict.sentence.contains("\(bytes.count) bytes"))
        }
        let padded = ScriptedCamera.picture(1) + [0, 0, 0, 0]
        #expect(judge.judge(.success(padded)).outcome == .picture)
        #expect(judge.judge(.success(padded)).outcome == .picture)
        #expect(judge.judge(.success([])).outcome == .none)
        #expect(judge.judge(.success(padded)).outcome == .picture)
    }

    @Test("a camera that was fine is doubted once for a passing failure; a new one is not")
    func passing() {
        var watch = VideoWatch()
        let busy = RTSPVerdict(.busy, "busy")
        #expect(watch.on(stream: busy, picture: nil) == [.failed("busy")])
        #expect(watch.on(stream: alive, picture: nil) == [.heard])
        #expect(watch.on(stream: busy, picture: nil) == [.doubt])
        #expect(watch.on(stream: alive, picture: nil) == [.heard])
        #expect(watch.on(stream: RTSPVerdict(.unreachable, "gone"), picture: nil) == [.doubt])
        #expect(watch.on(stream: busy, picture: nil) == [.failed("busy")])
        #expect(watch.on(stream: busy, picture: nil) == [.failed("busy")])
    }

    @Test("lost video is told once, and its return once")
    func lost() {
        var watch = VideoWatch()
        let none = RTSPVerdict(.noChannel, "no video")
        #expect(watch.on(stream: alive, picture: nil) == [.heard])
        #expect(watch.on(stream: none, picture: nil) == [.lost("no video"), .failed("no video")])
        #expect(watch.on(stream: none, picture: nil) == [.failed("no video")])
        let frozen = PictureVerdict(.frozen, "frozen")
        #expect(watch.on(stream: alive, picture: frozen) == [.failed("frozen")])
        #expect(watch.on(stream: RTSPVerdict(.unreachable, "gone"), picture: nil) == [.failed("gone")])
        #expect(watch.on(stream: alive, picture: PictureVerdict(.picture, "")) == [.heard, .back("the video is there again")])
        #expect(watch.on(stream: alive, picture: PictureVerdict(.picture, "")) == [.heard])
    }

    @Test("a refusal is believed at once, and a camera without pictures is judged by its stream")
    func refused() {
        var watch = VideoWatch()
        _ = watch.on(stream: alive, picture: nil)
        #expect(watch.on(stream: RTSPVerdict(.refused, "password"), picture: nil) == [.refused("password")])
        let unsupported = PictureVerdict(.problem(.unsupported), "cannot")
        #expect(watch.on(stream: alive, picture: unsupported) == [.heard])
        #expect(watch.on(stream: nil, picture: unsupported) == [.refused("cannot")])
        #expect(watch.on(stream: nil, picture: PictureVerdict(.problem(.locked), "locked")) == [.refused("locked")])
        #expect(watch.on(stream: alive, picture: PictureVerdict(.problem(.unreadable), "page")) == [.failed("page")])
    }

    @Test("one host has one turn at a time, in the order of asking, with a pause between two starts")
    func turns() {
        var turns = ProbeTurns(limit: 2, pause: .milliseconds(100))
        for (name, host) in [("a", "1"), ("b", "1"), ("c", "2"), ("d", "3")] { turns.ask(name, host: host) }
        #expect(turns.next(at: .seconds(1)) == "a")
        #expect(turns.next(at: .seconds(1)) == nil)
        #expect(turns.deadline == .milliseconds(1100))
        #expect(turns.next(at: .milliseconds(1100)) == "c")
        #expect(turns.next(at: .seconds(20)) == nil && turns.deadline == nil)
        turns.end("c")
        #expect(turns.next(at: .seconds(21)) == "d")
        turns.ask("a", host: "1")
        turns.end("a")
        #expect(turns.next(at: .seconds(22)) == "b")
        turns.ask("b", host: "1")
        turns.end("d")
        #expect(turns.next(at: .seconds(23)) == nil && turns.deadline == nil)
    }

    @Test("any number of cameras take turns: no host twice at once, never more than the limit, and everybody comes")
    func manyTurns() {
        var numbers = SystemRandomNumberGenerator()
        var turns = ProbeTurns(limit: 5, pause: .milliseconds(10))
        let hosts = Dictionary(uniqueKeysWithValues: (0..<60).map { ("cam-\($0)", "host-\($0 % 17)") })
        for (name, host) in hosts { turns.ask(name, host: host) }
        var (running, seen) = (Set<String>(), [String]())
        for step in 0..<5000 {
            if let name = turns.next(at: .milliseconds(Int64(step) * 10)) {
                #expect(!running.contains { hosts[$0] == hosts[name] })
                running.insert(name)
                seen.append(name)
            }
            #expect(running.count <= 5)
            if let over = running.randomElement(using: &numbers), Bool.random(using: &numbers) {
                running.remove(over)
                turns.end(over)
            }
        }
        #expect(Set(seen).count == 60 && seen.count == 60)
    }
}
