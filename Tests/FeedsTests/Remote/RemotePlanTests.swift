import Model
import Platform
import TestKit
import Testing

@testable import Feeds

@Suite struct RemotePlanTests {
    private func file(_ name: String, _ stamp: String = "1") -> RemoteFile {
        RemoteFile(path: RemotePath(name), size: 10, stamp: stamp, local: name)
    }

    private func plan(deletes: Bool = false, records: [RemoteRecord] = []) -> RemotePlan {
        var rules = RemotePlan.Rules()
        rules.deletes = deletes
        return RemotePlan(rules, records: Dictionary(uniqueKeysWithValues: records.map { ($0.path, $0) }))
    }

    private func fetched(_ name: String, _ stamp: String = "1", _ state: RemoteRecord.State = .fetched) -> RemoteRecord {
        RemoteRecord(path: RemotePath(name), stamp: stamp, local: name, state: state)
    }

    @Test("a file is fetched when two listings far enough apart show it alike, one at a time, in the order of names")
    func stable() {
        var plan = plan()
        #expect(plan.on(.tick, at: .seconds(0)) { _ in false } == [.list])
        #expect(plan.on(.tick, at: .seconds(0)) { _ in false } == [])
        let both = [file("b"), file("a")]
        #expect(plan.on(.listed(both, unreadable: []), at: .seconds(1)) { _ in false } == [.wait(until: .seconds(11))])
        #expect(plan.on(.tick, at: .seconds(11)) { _ in false } == [.list])
        let next = plan.on(.listed([file("b", "2"), file("a")], unreadable: []), at: .seconds(11)) { _ in false }
        #expect(next == [.fetch(file("a"))])
        let after = plan.on(.fetched(file("a")), at: .seconds(12)) { _ in false }
        #expect(after == [.remember(fetched("a")), .wait(until: .seconds(21))])
        #expect(plan.waiting == 1)
    }

    @Test("a deletion needs a fresh listing that shows what was fetched, and the local file gone")
    func deletion() {
        let records = [fetched("gone"), fetched("here"), fetched("other", "0"), fetched("kept", "1", .kept)]
        let listing = ["gone", "here", "other", "kept"].map { file($0) }
        var plan = plan(deletes: true, records: records)
        _ = plan.on(.tick, at: .seconds(0)) { _ in false }
        let isPresent: (String) -> Bool = { $0 == "here" }
        #expect(plan.on(.listed(listing, unreadable: []), at: .seconds(1), isPresent: isPresent) == [.delete(file("gone"))])
        let refused = plan.on(.notDeleted(file("gone")), at: .seconds(2), isPresent: isPresent)
        #expect(refused.first == .remember(fetched("gone", "1", .kept)) && plan.kept == 2)
        var late = self.plan(deletes: true, records: [fetched("a"), fetched("b")])
        _ = late.on(.tick, at: .seconds(0)) { _ in false }
        #expect(late.on(.listed([file("a"), file("b")], unreadable: []), at: .seconds(1)) { _ in false } == [.delete(file("a"))])
        // The deletion took a minute: what the listing said of the other file is no longer fresh.
        let slow = late.on(.deleted(file("a")), at: .seconds(62)) { _ in false }
        #expect(slow.first == .forget([RemotePath("a")]) && !slow.contains(.delete(file("b"))))
    }

    @Test("what a complete listing lacks is forgotten, but not what lies in a folder that could not be listed")
    func forgets() {
        var plan = plan(records: [fetched("a"), fetched("d/b"), fetched("c")])
        _ = plan.on(.tick, at: .seconds(0)) { _ in false }
        let actions = plan.on(.listed([file("c")], unreadable: [RemotePath("d")]), at: .seconds(1)) { _ in false }
        #expect(actions.first == .forget([RemotePath("a")]))
        #expect(plan.records[RemotePath("d/b")] != nil)
        _ = plan.on(.failed, at: .seconds(2)) { _ in false }
        #expect(plan.records.count == 2)
    }

    @Test("a refused login waits five minutes, then longer, and a success makes the pause short again")
    func lockout() {
        var plan = plan()
        var now = Span.seconds(0)
        var pauses: [Int64] = []
        for _ in 0..<6 {
            #expect(plan.on(.tick, at: now) { _ in false } == [.list])
            guard case .wait(let until)? = plan.on(.refused, at: now, isPresent: { _ in false }).last else {
                Issue.record("no pause")
                return
            }
            #expect(plan.on(.tick, at: Span(microseconds: until.microseconds - 1)) { _ in false } == [.wait(until: until)])
            pauses.append((until.microseconds - now.microseconds) / 60_000_000)
            now = until
        }
        #expect(pauses == [5, 10, 20, 40, 60, 60])
        _ = plan.on(.tick, at: now) { _ in false }
        _ = plan.on(.listed([], unreadable: []), at: now) { _ in false }
    }

    @Test("a file that cannot be fetched does not hold up the others, and is tried again later")
    func misses() {
        var plan = plan()
        _ = plan.on(.tick, at: .seconds(0)) { _ in false }
        let files = [file("a"), file("b")]
        _ = plan.on(.listed(files, unreadable: []), at: .seconds(0)) { _ in false }
        _ = plan.on(.tick, at: .seconds(10)) { _ in false }
        #expect(plan.on(.listed(files, unreadable: []), at: .seconds(10)) { _ in false } == [.fetch(file("a"))])
        #expect(plan.on(.missed(file("a")), at: .seconds(10)) { _ in false } == [.fetch(file("b"))])
        _ = plan.on(.fetched(file("b")), at: .seconds(11)) { _ in false }
        #expect(plan.on(.tick, at: .seconds(70)) { _ in false } == [.list])
        #expect(plan.on(.listed(files, unreadable: []), at: .seconds(70)) { _ in false } == [.fetch(file("a"))])
    }

    @Test("where the disk is full the same file is tried again, and deletions go on")
    func noRoom() {
        var plan = plan()
        _ = plan.on(.tick, at: .seconds(0)) { _ in false }
        _ = plan.on(.listed([file("a")], unreadable: []), at: .seconds(0)) { _ in false }
        _ = plan.on(.tick, at: .seconds(10)) { _ in false }
        #expect(plan.on(.listed([file("a")], unreadable: []), at: .seconds(10)) { _ in false } == [.fetch(file("a"))])
        #expect(plan.on(.noRoom(file("a")), at: .seconds(11)) { _ in false } == [.wait(until: .seconds(41))])
        #expect(plan.on(.tick, at: .seconds(41)) { _ in false } == [.fetch(file("a"))])
    }

    @Test("the memory survives torn and foreign lines, keeps the last word of a name and stays small")
    func memory() throws {
        let folder = try TemporaryFolder()
        var memory = try RemoteMemory(folder: folder.path)
        let odd = RemotePath([0xCD, 0xB6, 0x0A, 0x22])
        try memory.remember(fetched("a", "1", .part))
        try memory.remember(fetched("a"))
        try memory.remember(RemoteRecord(path: odd, stamp: "5 x", local: "投", state: .kept, boot: "b", tag: "\"t\""))
        try memory.remember(fetched("gone"))
        try memory.forget([RemotePath("gone"), RemotePath("never")])
        #expect(try RemoteMemory(folder: folder.path).records == memory.records && memory.records.count == 2)
        let text = try Files.read(memory.path)
        try folder.write(String(decoding: text, as: UTF8.self) + "{\"name\":\"b\",\"stam", to: ".fetched")
        #expect(try RemoteMemory(folder: folder.path).records == memory.records)
        for round in 0..<3000 { try memory.remember(fetched("a", "\(round)")) }
        #expect(try Files.read(memory.path).split(separator: 0x0A).count < 1100)
        #expect(try RemoteMemory(folder: folder.path).records == memory.records)
    }
}
