import Evidence
import Foundation
import Model
import Platform
import TestKit
import Testing

@Suite struct EvidenceStoreTests {
    private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test("content stands under its SHA-256, readable and complete")
    func name() throws {
        let folder = try TemporaryFolder()
        let store = EvidenceStore(folder: folder.file("evidence"))
        #expect(try store.store(Array("abc".utf8)) == abc)
        #expect(store.path(of: abc) == folder.file("evidence/ba/78/\(abc)"))
        #expect(try Files.read(store.path(of: abc)) == Array("abc".utf8))
        #expect(store.holds(abc))
        #expect(try Files.list(folder.file("evidence/incoming")).isEmpty)
    }

    @Test("a file longer than the buffer is copied whole and stays where it was")
    func bigFile() throws {
        let folder = try TemporaryFolder()
        let store = EvidenceStore(folder: folder.file("evidence"))
        let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try Files.writeDurably(bytes, to: folder.file("a.wav"))
        let stored = try store.take(file: folder.file("a.wav"))
        #expect(stored.bytes == 1_000_003)
        #expect(try stored.sha256 == store.store(bytes))
        #expect(try Files.read(store.path(of: stored.sha256)) == bytes)
        #expect(Files.exists(folder.file("a.wav")))
    }

    @Test("storing the same content again neither writes nor fails")
    func again() throws {
        let folder = try TemporaryFolder()
        let store = EvidenceStore(folder: folder.path)
        try store.store(Array("abc".utf8))
        let before = try inode(store.path(of: abc))
        try store.store(Array("abc".utf8))
        #expect(try inode(store.path(of: abc)) == before)
        #expect(try Files.list(folder.file("incoming")).isEmpty)
    }

    @Test("a damaged file in the store is reported and not overwritten")
    func damaged() throws {
        let folder = try TemporaryFolder()
        let store = EvidenceStore(folder: folder.path)
        try Files.makeFolder(Files.folder(of: store.path(of: abc)))
        try Files.writeDurably([1], to: store.path(of: abc))
        #expect {
            try store.store(Array("abc".utf8))
        } throws: { ($0 as? EvidenceError)?.code == .damaged }
        #expect(try Files.read(store.path(of: abc)) == [1])
    }

    @Test("symbolic links and folders are no evidence")
    func links() throws {
        let folder = try TemporaryFolder()
        let store = EvidenceStore(folder: folder.file("evidence"))
        try folder.write("x", to: "real")
        try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: folder.file("real"))
        #expect(throws: (any Error).self) { try store.take(file: folder.file("link")) }
        #expect(throws: (any Error).self) { try store.take(file: folder.path) }
    }

    @Test("what an interrupted write left is swept when it is old, and only then")
    func sweep() throws {
        let folder = try TemporaryFolder()
        let store = EvidenceStore(folder: folder.path)
        try store.store(Array("abc".utf8))
        try folder.write("half", to: "incoming/abandoned")
        store.sweep(before: Timestamp(seconds: 1))
        #expect(try Files.list(folder.file("incoming")).count == 1)
        store.sweep(before: Timestamp(seconds: 4_000_000_000))
        #expect(try Files.list(folder.file("incoming")).isEmpty)
        #expect(store.holds(abc))
    }

    private func inode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? Int
    }
}
