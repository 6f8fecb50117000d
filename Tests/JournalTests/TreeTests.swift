import Crypto
import Foundation
import Model
import TestKit
import Testing

@testable import Journal

@Suite("The journal's Merkle tree")
struct TreeTests {
    /// RFC 6962, section 2.1, read literally: split at the largest power of two below the size.
    private static func naiveRoot(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        if leaves.isEmpty { return Array(SHA256.hash(data: [UInt8]())) }
        if leaves.count == 1 { return leaves.first ?? [] }
        var half = 1
        while half * 2 < leaves.count { half *= 2 }
        let middle = leaves.startIndex + half
        return Array(SHA256.hash(data: [1] + naiveRoot(leaves[..<middle]) + naiveRoot(leaves[middle...])))
    }

    private static func leaf(_ number: Int) -> [UInt8] { Array(SHA256.hash(data: [0] + Array("leaf \(number)".utf8))) }

    @Test("the root of each size fits the recursion of RFC 6962", arguments: 0...40)
    func rootFitsRecursion(size: Int) {
        let leaves = (0..<size).map(Self.leaf)
        var frontier = Frontier()
        for leaf in leaves { frontier.append(leaf) }
        #expect(frontier.root == Self.naiveRoot(leaves[...]))
        #expect(frontier.size == Int64(size))
        #expect(frontier.bytes.count == size.nonzeroBitCount * 32)
    }

    @Test("the empty tree's root is the hash of nothing")
    func emptyRoot() {
        #expect(
            hexadecimal(Frontier().root) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("a restored frontier goes on as if it had never been put away", arguments: 0...40)
    func restoring(size: Int) throws {
        var whole = Frontier()
        for number in 0..<size { whole.append(Self.leaf(number)) }
        var restored = try #require(Frontier(size: Int64(size), bytes: whole.bytes))
        #expect(restored == whole)
        for number in size..<(size + 9) {
            whole.append(Self.leaf(number))
            restored.append(Self.leaf(number))
        }
        #expect(restored.root == whole.root)
    }

    @Test("a frontier of the wrong length is none")
    func wrongLength() {
        #expect(Frontier(size: 3, bytes: [UInt8](repeating: 0, count: 32)) == nil)
        #expect(Frontier(size: 1, bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(Frontier(size: -1, bytes: []) == nil)
        #expect(Frontier(size: 0, bytes: []) == Frontier())
    }

    @Test("the journal gives the root of every size, whatever the commits were")
    func rootsOfTheJournal() async throws {
        let bench = try JournalBench()
        try await bench.withJournal { journal async throws in
            var total = 0
            for size in [1, 2, 5, 1, 16, 3, 12] {
                _ = try await journal.append(bench.arrivals((total..<(total + size)).map { "\($0)" }))
                total += size
            }
            let leaves = try journal.reader.events(after: 0, limit: .max).map(\.leaf)
            #expect(leaves.count == 40)
            for size in 0...40 {
                #expect(try journal.reader.root(size: Position(size)) == Self.naiveRoot(leaves[..<size]), "size \(size)")
            }
        }
    }

    @Test("a leaf does not depend on its position, and every attribute changes it")
    func leafCoversEverything() {
        let event = Event(
            source: "s", id: "i", type: "t", subject: "u", time: "2021", received: Timestamp(microseconds: 1),
            contentType: "c", data: [1], extensions: [2])
        let changes: [(inout Event) -> Void] = [
            { $0.source = "S" }, { $0.id = "I" }, { $0.type = "T" }, { $0.subject = "U" }, { $0.subject = nil },
            { $0.time = "2022" }, { $0.time = nil }, { $0.received.microseconds = 2 }, { $0.contentType = "C" },
            { $0.data = [2] }, { $0.data = [] }, { $0.extensions = [1] }, { $0.extensions = [] },
            // Moving a border must not move the hash.
            {
                $0.source = "si"
                $0.id = ""
            },
        ]
        var hashes: Set<[UInt8]> = [TreeHash.leaf(event)]
        for change in changes {
            var other = event
            change(&other)
            hashes.insert(TreeHash.leaf(other))
        }
        #expect(hashes.count == changes.count + 1)
    }

    /// The leaf as docs describe it, written a second time in another language.
    private static let independentLeaf = """
        import hashlib, sys
        fields = [
            'urn:source:\u{6606}', 'id-1', 'cn.patrold.camera.alarm', '', '2021-06-01T08:00:00+08:00',
            '1622505600123456', 'application/json', '{"region":"150203"}', '{"device":"cam-1"}',
        ]
        line = b'patrold/1\\n'
        for field in fields:
            raw = field.encode('utf-8')
            line += str(len(raw)).encode() + b':' + raw + b','
        print(hashlib.sha256(b'\\x00' + line).hexdigest())
        """

    @Test("a leaf is what an independent program makes of the event")
    func leafOfIndependentProgram() throws {
        let event = Event(
            source: "urn:source:昆", id: "id-1", type: EventType.cameraAlarm, time: "2021-06-01T08:00:00+08:00",
            received: Timestamp(microseconds: 1_622_505_600_123_456), data: Array(#"{"device":"cam-1"}"#.utf8),
            extensions: Array(#"{"region":"150203"}"#.utf8))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.independentLeaf]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(String(decoding: printed, as: UTF8.self) == hexadecimal(TreeHash.leaf(event)) + "\n")
    }
}
