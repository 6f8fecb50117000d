import Foundation
import Platform
import TestKit
import Testing

@Suite struct FilesTests {
    @Test("what is written durably reads back, and leaves no temporary name")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try Files.writeDurably(bytes, to: folder.file("a.bin"))
        #expect(try Files.read(folder.file("a.bin")) == bytes)
        #expect(try Files.list(folder.path) == ["a.bin"])
    }

    @Test("writing durably replaces what was there")
    func replaces() throws {
        let folder = try TemporaryFolder()
        try Files.writeDurably([1, 2, 3], to: folder.file("a"))
        try Files.writeDurably([4], to: folder.file("a"))
        #expect(try Files.read(folder.file("a")) == [4])
    }

    @Test("a file longer than the limit is refused")
    func limit() throws {
        let folder = try TemporaryFolder()
        try Files.writeDurably([UInt8](repeating: 7, count: 300_000), to: folder.file("a"))
        #expect {
            try Files.read(folder.file("a"), limit: 100)
        } throws: { ($0 as? SystemError)?.number == EFBIG }
    }

    @Test("a missing file names the call, the path and the reason")
    func missing() {
        #expect {
            try Files.read("/nonexistent/x")
        } throws: { ($0 as? SystemError)?.description == "open /nonexistent/x: No such file or directory" }
    }

    @Test("folders are made with those above them, and again is fine")
    func folders() throws {
        let folder = try TemporaryFolder()
        try Files.makeFolder(folder.file("a/b/c"))
        try Files.makeFolder(folder.file("a/b/c"))
        #expect(Files.exists(folder.file("a/b/c")))
        #expect(Files.folder(of: "/a/b") == "/a")
        #expect(Files.folder(of: "/a") == "/")
        #expect(Files.folder(of: "a") == ".")
        #expect(Files.name(of: "/a/b.wav") == "b.wav")
    }
}
