import Feeds
import Foundation
import Model
import Platform
import TestKit
import Testing

@Suite struct CDRFeedTests {
    @Test("what stands in the file and what is added to it is taken, once")
    func appended() async throws {
        let bench = try CDRBench()
        try bench.write(CDRBench.line(1) + CDRBench.line(2))
        bench.start()
        #expect(await eventually { bench.identities == bench.expected(1...2) })
        try bench.write(CDRBench.line(3))
        #expect(await eventually { bench.identities == bench.expected(1...3) })
        #expect(bench.status?.state == .live && bench.status?.name == "rec-1/cdr" && bench.journal.duplicates == 0)
        await bench.stop()
    }

    @Test("half a line is waited for")
    func half() async throws {
        let bench = try CDRBench()
        let line = CDRBench.line(2)
        try bench.write(CDRBench.line(1) + line.prefix(40))
        bench.start()
        #expect(await eventually { bench.identities == bench.expected([1]) })
        bench.clock.advance(.minutes(10))
        try bench.write(String(line.dropFirst(40)))
        #expect(await eventually { bench.identities == bench.expected(1...2) })
        #expect(bench.journal.unreadable.isEmpty)
        await bench.stop()
    }

    @Test("a restart goes on where the journal stood, without a line twice or none")
    func restart() async throws {
        let bench = try CDRBench()
        try bench.write((1...700).map { CDRBench.line($0) }.joined())
        bench.start()
        #expect(await eventually { bench.identities.count == 700 })
        await bench.stop()
        try bench.write(CDRBench.line(701))
        bench.start()
        #expect(await eventually { bench.identities.count == 701 })
        #expect(bench.identities == bench.expected(1...701) && bench.journal.duplicates == 0)
        await bench.stop()
    }

    @Test("lines whose commit nobody heard of are sent again and known")
    func unheard() async throws {
        let bench = try CDRBench()
        try bench.write(CDRBench.line(1))
        bench.journal.holdAnswers()
        bench.start()
        #expect(await eventually { bench.identities.count == 1 })
        // The daemon dies here: its answer never comes, and nothing is noted.
        #expect(!Files.exists(bench.folder.file("state/rec-1.cdr.json")))
        bench.journal.answerFromNow()
        bench.start()
        #expect(await eventually { bench.journal.duplicates == 1 })
        #expect(bench.identities == bench.expected([1]))
        await bench.stop()
    }

    @Test("a file that is renamed is read to its end, its last half line too, before the new one")
    func renamed() async throws {
        let bench = try CDRBench()
        try bench.write(CDRBench.line(1))
        bench.start()
        #expect(await eventually { bench.identities.count == 1 })
        try bench.write(CDRBench.line(2) + CDRBench.line(3, end: ""))
        try bench.rename("Master.csv", to: "Master.csv.1")
        try bench.write(CDRBench.line(4))
        #expect(await bench.runs { bench.identities.count == 4 })
        #expect(bench.identities == bench.expected(1...4))
        await bench.stop()
    }

    @Test("what was written and rotated twice while nobody ran is read in its order")
    func rotatedTwice() async throws {
        let bench = try CDRBench()
        try bench.write(CDRBench.line(1))
        bench.start()
        #expect(await eventually { bench.identities.count == 1 && Files.exists(bench.folder.file("state/rec-1.cdr.json")) })
        await bench.stop()
        try bench.write(CDRBench.line(2))
        try bench.rename("Master.csv", to: "Master.csv-20261123")
        try bench.write(CDRBench.line(3))
        try bench.rename("Master.csv", to: "Master.csv-20261124")
        try bench.write(CDRBench.line(4))
        bench.start()
        #expect(await bench.runs { bench.identities.count == 4 })
        #expect(bench.identities == bench.expected(1...4) && bench.journal.duplicates == 0)
        await bench.stop()
    }

    @Test("a file that is copied and emptied is read on in its copy", arguments: [true, false])
    func copied(isRunning: Bool) async throws {
        let bench = try CDRBench()
        try bench.write(CDRBench.line(1) + CDRBench.line(2))
        bench.start()
        #expect(await eventually { bench.identities.count == 2 && Files.exists(bench.folder.file("state/rec-1.cdr.json")) })
        await bench.stop()
        try bench.write(CDRBench.line(3))
        if isRunning {
            bench.start()
            #expect(await eventually { bench.identities.count == 3 })
        }
        try FileManager.default.copyItem(atPath: bench.path, toPath: bench.path + ".1")
        #expect(truncate(bench.path, 0) == 0)
        try bench.write(CDRBench.line(4))
        if !isRunning { bench.start() }
        #expect(await bench.runs { bench.identities.count == 4 })
        #expect(bench.identities == bench.expected(1...4))
        await bench.stop()
    }

    @Test("a new file under the old name is known by its content, though it is longer")
    func replaced() async throws {
        let bench = try CDRBench()
        try bench.write(CDRBench.line(1))
        bench.start()
        #expect(await eventually { bench.identities.count == 1 && Files.exists(bench.folder.file("state/rec-1.cdr.json")) })
        await bench.stop()
        #expect(truncate(bench.path, 0) == 0)
        try bench.write((2...9).map { CDRBench.line($0) }.joined())
        bench.start()
        #expect(await bench.runs { bench.identities.count == 9 })
        #expect(await eventually { bench.status?.detail.contains("may be missing") == true })
        await bench.stop()
    }

    @Test("a bad line is in quarantine with its number, and the lines around it are calls")
    func badLine() async throws {
        let bench = try CDRBench()
        try bench.write(CDRBench.line(1) + "rubbish\n" + "\"open quote,1,2\n\n" + CDRBench.line(4))
        bench.start()
        #expect(await eventually { bench.identities == bench.expected([1, 4]) })
        #expect(bench.journal.unreadable.map(\.reason).map { $0.prefix(7) } == ["line 2:", "line 3:"])
        #expect(bench.journal.unreadable.map(\.adapter) == ["cdr", "cdr"])
        #expect(await eventually { bench.status?.detail.contains("line 3") == true })
        let again = CDRFeed.replay(
            Array(CDRBench.line(9).utf8), device: "rec-1", format: .asterisk, received: bench.clock.now())
        #expect(again.count == 1)
        await bench.stop()
    }

    @Test("a journal that refuses is asked again, and the mark waits")
    func refused() async throws {
        let bench = try CDRBench()
        bench.journal.refuse(2)
        try bench.write(CDRBench.line(1))
        bench.start()
        #expect(await eventually { bench.status?.detail.contains("the journal does not take calls") == true })
        #expect(bench.identities.isEmpty && !Files.exists(bench.folder.file("state/rec-1.cdr.json")))
        #expect(await bench.runs { bench.identities.count == 1 })
        #expect(bench.journal.deliveries == 3)
        await bench.stop()
    }

    @Test("a file that is not there is told, and taken when it comes")
    func missing() async throws {
        let bench = try CDRBench()
        bench.start()
        #expect(await eventually { bench.status?.state == .unreachable })
        #expect(bench.status?.detail.contains(bench.path) == true)
        try bench.write(CDRBench.line(1))
        #expect(await eventually { bench.identities.count == 1 })
        await bench.stop()
    }

    @Test("a line without end is taken apart and kept, and does not stop the file")
    func endless() async throws {
        let bench = try CDRBench()
        try bench.write(String(repeating: "x", count: 400_000) + "\n" + CDRBench.line(2))
        bench.start()
        #expect(await eventually { bench.identities == bench.expected([2]) })
        #expect(bench.journal.unreadable.reduce(0) { $0 + $1.bytes.count } == 400_001)
        await bench.stop()
    }

    @Test("a file that stays still for longer than expected is silent")
    func silence() async throws {
        let bench = try CDRBench()
        try bench.write(CDRBench.line(1))
        bench.start(idleLimit: .minutes(10))
        #expect(await eventually { bench.status?.state == .live && bench.identities.count == 1 })
        bench.clock.advance(.minutes(11))
        #expect(await eventually { bench.status?.state == .silent })
        await bench.stop()
    }
}
