import Crypto
import Foundation
import Model
import TestKit
import Testing

@testable import Journal

@Suite("Inclusion in the journal's tree") struct InclusionProofTests {
    /// RFC 6962, section 2.1.1, read literally.
    private static func path(_ index: Int, _ leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
        if leaves.count == 1 { return [] }
        var half = 1
        while half * 2 < leaves.count { half *= 2 }
        let middle = leaves.startIndex + half
        return index < half
            ? path(index, leaves[..<middle]) + [root(leaves[middle...])]
            : path(index - half, leaves[middle...]) + [root(leaves[..<middle])]
    }

    private static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        if leaves.count == 1 { return leaves.first ?? [] }
        var half = 1
        while half * 2 < leaves.count { half *= 2 }
        let middle = leaves.startIndex + half
        return Array(SHA256.hash(data: [1] + root(leaves[..<middle]) + root(leaves[middle...])))
    }

    @Test("the path of every position in every size fits the recursion of RFC 6962, whatever the commits were")
    func everyPosition() async throws {
        let bench = try JournalBench()
        try await bench.withJournal { journal async throws in
            var total = 0
            for size in [1, 2, 5, 1, 16, 3, 9, 30] {
                _ = try await journal.append(bench.arrivals((total..<(total + size)).map { "\($0)" }))
                total += size
            }
            let leaves = try journal.reader.events(after: 0, limit: .max).map(\.leaf)
            for size in 1...total {
                for position in 1...size {
                    let found = try journal.reader.inclusion(of: Position(position), size: Position(size))
                    let proof = try #require(found)
                    #expect(proof.path == Self.path(position - 1, leaves[..<size]), "position \(position) of \(size)")
                    #expect(proof.holds && proof.root == Self.root(leaves[..<size]))
                }
            }
        }
    }

    @Test("high subtrees are taken from the commits' edges and fit the recursion all the same")
    func highSubtrees() async throws {
        let bench = try JournalBench()
        try await bench.withJournal { journal async throws in
            var total = 0
            for size in [2500, 1, 2047, 900, 3000, 700] {
                _ = try await journal.append(bench.arrivals((total..<(total + size)).map { "\($0)" }))
                total += size
            }
            let leaves = try journal.reader.events(after: 0, limit: .max).map(\.leaf)
            for size in [4096, 4097, 6143, 8192, total] {
                for position in [1, 1024, 2048, 2049, 4096, size] {
                    let proof = try #require(try journal.reader.inclusion(of: Position(position), size: Position(size)))
                    #expect(proof.path == Self.path(position - 1, leaves[..<size]), "position \(position) of \(size)")
                }
            }
        }
    }

    @Test("a proof ends at the journal's root of that size, and a journal without the event has none")
    func bounds() async throws {
        let bench = try JournalBench()
        try await bench.withJournal { journal async throws in
            #expect(try journal.reader.inclusion(of: 1) == nil)
            _ = try await journal.append(bench.arrivals(["a", "b", "c"]))
            let proof = try #require(try journal.reader.inclusion(of: 2))
            let root = try journal.reader.root(size: 3)
            #expect(proof.size == 3 && proof.root == root)
            #expect(try journal.reader.inclusion(of: 0) == nil)
            #expect(try journal.reader.inclusion(of: 4) == nil)
            #expect(try journal.reader.inclusion(of: 3, size: 2) == nil)
            #expect(try journal.reader.inclusion(of: 1, size: 4) == nil)
        }
    }

    @Test("a proof with anything changed does not hold")
    func changed() async throws {
        let bench = try JournalBench()
        try await bench.withJournal { journal async throws in
            _ = try await journal.append(bench.arrivals((0..<13).map { "\($0)" }))
            for position in 1...13 as ClosedRange<Position> {
                let good = try #require(try journal.reader.inclusion(of: position))
                func holds(
                    position: Position? = nil, size: Position? = nil, input: [UInt8]? = nil, leaf: [UInt8]? = nil,
                    path: [[UInt8]]? = nil, root: [UInt8]? = nil
                ) -> Bool {
                    TreeInclusion(
                        position: position ?? good.position, size: size ?? good.size, input: input ?? good.input,
                        leaf: leaf ?? good.leaf, path: path ?? good.path, root: root ?? good.root
                    ).holds
                }
                #expect(holds())
                #expect(!holds(position: good.position % 13 + 1) && !holds(position: 0) && !holds(position: 14))
                // The same path under another size: only the walk's end tells.
                #expect(!holds(size: 1000) && !holds(size: good.position - 1))
                #expect(!holds(input: good.input + [0]) && !holds(leaf: good.root) && !holds(root: good.leaf))
                #expect(!holds(path: good.path + [good.root]) && !holds(path: Array(good.path.dropLast())))
                #expect(!holds(path: good.path.reversed() + [[1]]) && !holds(path: [[]]))
            }
        }
    }

    @Test("a leaf that was changed in the file is told and not proved")
    func damaged() async throws {
        let bench = try JournalBench()
        try await bench.withJournal { journal async throws in
            _ = try await journal.append(bench.arrivals((0..<9).map { "\($0)" }))
        }
        try bench.sql("UPDATE event SET leaf = zeroblob(32) WHERE position = 4")
        let reader = try JournalReader(path: bench.path)
        #expect { try reader.inclusion(of: 4) } throws: { ($0 as? JournalError)?.code == .damaged }
    }

    /// RFC 9162, section 2.1.3.2, in another language.
    private static let independent = """
        import hashlib, json, sys
        proof = json.load(sys.stdin)
        h = lambda data: hashlib.sha256(data).digest()
        node = h(b"\\x00" + bytes.fromhex(proof["input"]))
        index, last = proof["position"] - 1, proof["size"] - 1
        for sibling in map(bytes.fromhex, proof["path"]):
            if index % 2 == 1 or index == last:
                node = h(b"\\x01" + sibling + node)
                while index % 2 == 0 and index != 0:
                    index, last = index >> 1, last >> 1
            else:
                node = h(b"\\x01" + node + sibling)
            index, last = index >> 1, last >> 1
        print("holds" if last == 0 and node.hex() == proof["root"] else "fails")
        """

    @Test("an independent program follows the proof from the event to the root", arguments: [1, 6, 7, 11] as [Position])
    func independentProgram(position: Position) async throws {
        let bench = try JournalBench()
        let proof = try await bench.withJournal { journal async throws in
            _ = try await journal.append(bench.arrivals((0..<7).map { "\($0)" }))
            _ = try await journal.append(bench.arrivals((7..<11).map { "\($0)" }))
            return try #require(try journal.reader.inclusion(of: position))
        }
        let text: JSON = [
            "position": .int(proof.position), "size": .int(proof.size), "input": .string(hexadecimal(proof.input)),
            "root": .string(hexadecimal(proof.root)), "path": .array(proof.path.map { .string(hexadecimal($0)) }),
        ]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.independent]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(text.bytes))
        try input.fileHandleForWriting.close()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(String(decoding: printed, as: UTF8.self) == "holds\n")
    }

    @Test("a proof reads a few commits and not the whole tree")
    func readsFew() {
        let size: Int64 = 1_000_003
        var asked: [Int64] = []
        var leavesRead = 0
        let path = try? InclusionProof.path(
            of: 12_345, in: size,
            edge: { size in
                asked.append(size)
                return Frontier(size: size, bytes: [UInt8](repeating: 0, count: size.nonzeroBitCount * 32)) ?? Frontier()
            },
            leaves: { range in
                leavesRead += range.count
                return range.map { _ in [UInt8](repeating: 0, count: 32) }
            })
        #expect(path?.count == 20)
        #expect(asked.count <= 11 && leavesRead <= 2100)
    }
}
