import Foundation
import Model
import Platform
import TestKit
import Testing

@testable import Feeds

@Suite struct SpoolCandidatesTests {
    private func signatures(_ sizes: [Int]) throws -> [FileSignature] {
        let folder = try TemporaryFolder()
        return try sizes.enumerated().map { index, size in
            let path = folder.file(String(index))
            try Files.writeDurably([UInt8](repeating: 1, count: size), to: path)
            let modified = Date(timeIntervalSince1970: 1_600_000_000 + Double(index))
            try FileManager.default.setAttributes([.modificationDate: modified], ofItemAtPath: path)
            return try FileSignature(path: path)
        }
    }

    private func candidates() -> SpoolCandidates {
        SpoolCandidates(stableAfter: .seconds(2), patience: .seconds(60), limit: 2)
    }

    @Test("a file that is just there is taken when it has stayed the same for as long as asked")
    func stable() throws {
        let states = try signatures([10, 20])
        var spool = candidates()
        #expect(spool.on(.listed(["a": states[0]]), at: .seconds(0)).isEmpty)
        #expect(spool.on(.listed(["a": states[1]]), at: .seconds(1)).isEmpty)
        #expect(spool.on(.listed(["a": states[1]]), at: .seconds(2)).isEmpty)
        #expect(spool.on(.listed(["a": states[1]]), at: .seconds(3)) == [.take("a", certain: false)])
    }

    @Test("a file that was renamed in is taken at once")
    func renamed() throws {
        let states = try signatures([10])
        var spool = candidates()
        _ = spool.on(.movedIn("a"), at: .seconds(0))
        #expect(spool.on(.listed(["a": states[0]]), at: .seconds(0)) == [.take("a", certain: true)])
    }

    @Test("a file that was made before our eyes waits for its close, or for the end of patience")
    func unclosed() throws {
        let states = try signatures([10])
        var spool = candidates()
        _ = spool.on(.created("a"), at: .seconds(0))
        #expect(spool.on(.listed(["a": states[0]]), at: .seconds(30)).isEmpty)
        var closed = spool
        _ = closed.on(.closed("a"), at: .seconds(31))
        #expect(closed.on(.listed(["a": states[0]]), at: .seconds(32)).isEmpty)
        #expect(closed.on(.listed(["a": states[0]]), at: .seconds(33)) == [.take("a", certain: false)])
        #expect(spool.on(.listed(["a": states[0]]), at: .seconds(60)) == [.take("a", certain: true)])
    }

    @Test("when hints were lost, stillness decides")
    func lost() throws {
        let states = try signatures([10])
        var spool = candidates()
        _ = spool.on(.created("a"), at: .seconds(0))
        _ = spool.on(.hintsLost, at: .seconds(1))
        #expect(spool.on(.listed(["a": states[0]]), at: .seconds(3)) == [.take("a", certain: false)])
    }

    @Test("no more files are under way than allowed, the oldest first")
    func limit() throws {
        let states = try signatures([1, 2, 3])
        var spool = candidates()
        let found = ["c": states[0], "b": states[1], "a": states[2]]
        _ = spool.on(.listed(found), at: .seconds(0))
        let first = spool.on(.listed(found), at: .seconds(2))
        #expect(first == [.take("c", certain: false), .take("b", certain: false)] && spool.taken == 2)
        _ = spool.on(.removed("c"), at: .seconds(2))
        let rest = ["b": states[1], "a": states[2]]
        #expect(spool.on(.listed(rest), at: .seconds(2)) == [.take("a", certain: false)])
    }

    @Test("a failure is tried again after 1, 2, 4 … seconds and at most a minute")
    func backOff() throws {
        let states = try signatures([10])
        var spool = candidates()
        _ = spool.on(.listed(["a": states[0]]), at: .seconds(0))
        var now: Int64 = 2
        for wait: Int64 in [1, 2, 4, 8, 16, 32, 60, 60] {
            #expect(spool.on(.listed(["a": states[0]]), at: .seconds(now)).count == 1)
            _ = spool.on(.failed("a"), at: .seconds(now))
            #expect(spool.on(.listed(["a": states[0]]), at: .seconds(now + wait - 1)).isEmpty)
            now += wait
        }
    }

    @Test("a delivered file that would not go is removed again later, and never delivered again as it is")
    func notRemoved() throws {
        let states = try signatures([10, 20])
        var spool = candidates()
        _ = spool.on(.listed(["a": states[0]]), at: .seconds(0))
        _ = spool.on(.listed(["a": states[0]]), at: .seconds(2))
        _ = spool.on(.notRemoved("a"), at: .seconds(2))
        #expect(spool.on(.listed(["a": states[0]]), at: .seconds(3)) == [.remove("a")])
        // New content under the name is a new file.
        _ = spool.on(.listed(["a": states[1]]), at: .seconds(4))
        #expect(spool.on(.listed(["a": states[1]]), at: .seconds(6)) == [.take("a", certain: false)])
    }
}
