import Feeds
import Foundation
import Model
import Platform
import TestKit
import Testing

/// FTP against pyftpdlib.
@Suite(.serialized, .enabled(if: Foreign.hasFTP, "pyftpdlib is not installed: make test"))
struct RemoteFTPTests {
    @Test("complete files are fetched whole, those in folders too, and temporary names and other endings are left")
    func fetches() async throws {
        let bench = try RemoteBench()
        let server = try await FTPServer(bench.folder)
        let sounds = ["a.wav", "20261123/CH01/b c#1%25.WAV", "x.wav.part", ".hidden.wav", "upload.tmp", "notes.txt"]
        for (index, name) in sounds.enumerated() { try bench.put(name, RemoteBench.sound(5000 + index)) }
        bench.start(server.url) { $0.suffixes = [".wav", ".tmp"] }
        #expect(await eventually { bench.got("a.wav") != nil && bench.got("20261123/CH01/b c#1%25.WAV") != nil })
        #expect(bench.got("a.wav") == RemoteBench.sound(5000))
        #expect(bench.got("20261123/CH01/b c#1%25.WAV") == RemoteBench.sound(5001))
        // Two more listings pass without the others.
        let seen = server.commands.filter { $0.hasPrefix("MLSD") }.count
        #expect(await eventually { server.commands.filter { $0.hasPrefix("MLSD") }.count > seen + 6 })
        let retrieved = server.commands.filter { $0.hasPrefix("RETR") }
        #expect(retrieved.count == 2 && !retrieved.contains { $0.contains("part") })
        #expect(bench.status?.state == .live)
        #expect(bench.status?.detail == "")
        #expect(bench.status?.adapter == "ftp")
        await bench.stop()
        #expect(bench.status?.state == .stopped)
    }

    @Test("a download that the server's death cuts off is continued where it stopped, and the bytes are the same")
    func resumes() async throws {
        let bench = try RemoteBench()
        let sound = RemoteBench.sound(6 << 20)
        try bench.put("long.wav", sound)
        let slow = try await FTPServer(bench.folder, options: #"{"slow": 400000}"#)
        bench.start(slow.url)
        #expect(await eventually { bench.partBytes > 1 << 20 })
        slow.kill()
        #expect(await eventually { bench.status?.state == .unreachable })
        let kept = bench.partBytes
        #expect(kept > 1 << 20 && kept < sound.count)
        let quick = try await FTPServer(bench.folder, port: slow.port)
        #expect(await eventually { bench.got("long.wav") != nil })
        #expect(bench.got("long.wav") == sound)
        let rest = quick.commands.filter { $0.hasPrefix("REST ") }.compactMap { Int64($0.dropFirst(5)) }.max() ?? 0
        #expect(rest >= 1 << 20 && rest <= sound.count)
        #expect(await eventually { bench.status?.state == .live })
        await bench.stop()
    }

    @Test("a part of a file that changed meanwhile is thrown away, and the new file comes from its beginning")
    func changedWhileAway() async throws {
        let bench = try RemoteBench()
        try bench.put("long.wav", RemoteBench.sound(4 << 20, seed: 1))
        let slow = try await FTPServer(bench.folder, options: #"{"slow": 250000}"#)
        bench.start(slow.url)
        #expect(await eventually { bench.partBytes > 1 << 19 })
        await bench.stop()
        slow.kill()
        let other = RemoteBench.sound(3 << 20, seed: 2)
        try bench.put("long.wav", other)
        let quick = try await FTPServer(bench.folder)
        bench.start(quick.url)
        #expect(await eventually { bench.got("long.wav") != nil })
        #expect(bench.got("long.wav") == other)
        await bench.stop()
    }

    @Test("a part is continued by the next start of the feed")
    func resumesAfterRestart() async throws {
        let bench = try RemoteBench()
        let sound = RemoteBench.sound(4 << 20)
        try bench.put("long.wav", sound)
        let slow = try await FTPServer(bench.folder, options: #"{"slow": 250000}"#)
        bench.start(slow.url)
        #expect(await eventually { bench.partBytes > 1 << 19 })
        await bench.stop()
        let kept = bench.partBytes
        slow.kill()
        let quick = try await FTPServer(bench.folder)
        bench.start(quick.url)
        #expect(await eventually { bench.got("long.wav") == sound })
        #expect(quick.commands.contains("REST \(kept)"))
        await bench.stop()
    }

    @Test("a server that cannot begin in the middle sends the file from its beginning")
    func noRest() async throws {
        let bench = try RemoteBench()
        let sound = RemoteBench.sound(4 << 20)
        try bench.put("long.wav", sound)
        let slow = try await FTPServer(bench.folder, options: #"{"slow": 250000}"#)
        bench.start(slow.url)
        #expect(await eventually { bench.partBytes > 1 << 19 })
        await bench.stop()
        slow.kill()
        let quick = try await FTPServer(bench.folder, options: #"{"rest": false}"#)
        bench.start(quick.url)
        #expect(await eventually { bench.got("long.wav") == sound })
        await bench.stop()
    }

    @Test("a file that ends before the length that was listed is never handed over")
    func short() async throws {
        let bench = try RemoteBench()
        try bench.put("long.wav", RemoteBench.sound(200_000))
        let server = try await FTPServer(bench.folder, options: #"{"short": 50000}"#)
        bench.start(server.url)
        #expect(await eventually { server.commands.filter { $0.hasPrefix("RETR") }.count > 2 })
        #expect(bench.got("long.wav") == nil)
        await bench.stop()
    }

    @Test("a file that still grows is not taken before it stands still")
    func growing() async throws {
        let bench = try RemoteBench()
        let clock = ManualClock()
        let server = try await FTPServer(bench.folder)
        let sound = RemoteBench.sound(100_000)
        let path = bench.folder.file("remote/live.wav")
        #expect(FileManager.default.createFile(atPath: path, contents: nil))
        let writer = try #require(FileHandle(forWritingAtPath: path))
        // However long a step takes, its clock goes on by far less than the file must stand still.
        bench.start(server.url, clock: clock) { $0.stableAfter = .hours(6) }
        func looks(_ step: Span, until condition: () -> Bool) async -> Bool {
            await eventually {
                clock.advance(step)
                return condition()
            }
        }
        var sent = 0
        while sent < sound.count {
            try writer.write(contentsOf: sound[sent..<min(sent + 25_000, sound.count)])
            sent += 25_000
            let seen = server.commands.filter { $0.hasPrefix("MLSD") }.count
            #expect(await looks(.milliseconds(250)) { server.commands.filter { $0.hasPrefix("MLSD") }.count > seen + 1 })
        }
        #expect(!server.commands.contains { $0.hasPrefix("RETR") })
        try writer.close()
        #expect(await looks(.minutes(10)) { bench.got("live.wav") == sound })
        #expect(server.commands.filter { $0.hasPrefix("RETR") }.count == 1)
        await bench.stop()
    }

    @Test("a name in GBK arrives readable, from a server without MLSD too", arguments: [true, false])
    func gbk(mlsd: Bool) async throws {
        let bench = try RemoteBench()
        try bench.put("昆都仑/投诉电话 2号.wav", RemoteBench.sound(3000))
        let server = try await FTPServer(bench.folder, options: #"{"encoding": "gb18030", "mlsd": \#(mlsd)}"#)
        bench.start(server.url) { $0.encoding = .gbk }
        #expect(await eventually { bench.got("昆都仑/投诉电话 2号.wav") == RemoteBench.sound(3000) })
        #expect(server.commands.contains { $0.hasPrefix(mlsd ? "MLSD" : "LIST") })
        await bench.stop()
    }

    @Test("a kept file is fetched once, over a restart of the feed as well, and again only when it changes")
    func keeps() async throws {
        let bench = try RemoteBench()
        try bench.put("a.wav", RemoteBench.sound(3000))
        let server = try await FTPServer(bench.folder)
        bench.start(server.url)
        #expect(await eventually { bench.got("a.wav") != nil })
        try bench.takeAway("a.wav")
        await bench.stop()
        bench.start(server.url)
        let seen = server.commands.filter { $0.hasPrefix("MLSD") }.count
        #expect(await eventually { server.commands.filter { $0.hasPrefix("MLSD") }.count > seen + 3 })
        #expect(server.commands.filter { $0.hasPrefix("RETR") }.count == 1 && bench.got("a.wav") == nil)
        try bench.put("a.wav", RemoteBench.sound(4000, seed: 2))
        #expect(await eventually { bench.got("a.wav") == RemoteBench.sound(4000, seed: 2) })
        #expect(bench.isRemote("a.wav") && !server.commands.contains { $0.hasPrefix("DELE") })
        await bench.stop()
        try bench.takeAway("a.wav")
        try FileManager.default.removeItem(atPath: bench.folder.file("local/.fetched"))
        bench.start(server.url)
        // Without its memory it costs a download.
        #expect(await eventually { bench.got("a.wav") != nil })
        await bench.stop()
    }

    @Test("a file is deleted over there only when it is gone from the local folder, with its own name in its own folder")
    func deletes() async throws {
        let bench = try RemoteBench()
        try bench.put("20261123/call #1 \"a\".wav", RemoteBench.sound(3000))
        try bench.put("b.wav", RemoteBench.sound(3001))
        let server = try await FTPServer(bench.folder)
        bench.start(server.url) { $0.afterwards = .delete }
        #expect(await eventually { bench.fetched.count == 2 })
        let seen = server.commands.filter { $0.hasPrefix("MLSD") }.count
        #expect(await eventually { server.commands.filter { $0.hasPrefix("MLSD") }.count > seen + 4 })
        #expect(bench.isRemote("b.wav") && !server.commands.contains { $0.hasPrefix("DELE") })
        try bench.takeAway("20261123/call #1 \"a\".wav")
        #expect(await eventually { !bench.isRemote("20261123/call #1 \"a\".wav") })
        #expect(bench.isRemote("b.wav"))
        await bench.stop()
        // Durable while the feed was away.
        try bench.takeAway("b.wav")
        bench.start(server.url) { $0.afterwards = .delete }
        #expect(await eventually { !bench.isRemote("b.wav") })
        #expect(server.commands.filter { $0.hasPrefix("RETR") }.count == 2)
        await bench.stop()
    }

    @Test("a file that changed since it was fetched is not deleted but fetched anew")
    func changedSince() async throws {
        let bench = try RemoteBench()
        try bench.put("a.wav", RemoteBench.sound(3000))
        let server = try await FTPServer(bench.folder)
        bench.start(server.url) { $0.afterwards = .delete }
        #expect(await eventually { bench.got("a.wav") != nil })
        await bench.stop()
        try bench.put("a.wav", RemoteBench.sound(5000, seed: 2))
        try bench.takeAway("a.wav")
        bench.start(server.url) { $0.afterwards = .delete }
        #expect(await eventually { bench.got("a.wav") == RemoteBench.sound(5000, seed: 2) })
        #expect(bench.isRemote("a.wav") && !server.commands.contains { $0.hasPrefix("DELE") })
        // A second file of that name waits until the first has been taken.
        try bench.put("a.wav", RemoteBench.sound(6000, seed: 3))
        let seen = server.commands.filter { $0.hasPrefix("MLSD") }.count
        #expect(await eventually { server.commands.filter { $0.hasPrefix("MLSD") }.count > seen + 4 })
        #expect(bench.got("a.wav") == RemoteBench.sound(5000, seed: 2))
        try bench.takeAway("a.wav")
        #expect(await eventually { bench.got("a.wav") == RemoteBench.sound(6000, seed: 3) })
        await bench.stop()
    }

    @Test("a server that refuses deletion is told once, says so in the status, and its file is not fetched again")
    func refusesDeletion() async throws {
        let bench = try RemoteBench()
        try bench.put("a.wav", RemoteBench.sound(3000))
        let server = try await FTPServer(bench.folder, options: #"{"delete": false}"#)
        bench.start(server.url) { $0.afterwards = .delete }
        #expect(await eventually { bench.got("a.wav") != nil })
        try bench.takeAway("a.wav")
        #expect(await eventually { bench.status?.detail.contains("does not let us delete (1 fetched") == true })
        let seen = server.commands.filter { $0.hasPrefix("MLSD") }.count
        #expect(await eventually { server.commands.filter { $0.hasPrefix("MLSD") }.count > seen + 3 })
        #expect(server.commands.filter { $0.hasPrefix("DELE") }.count == 1)
        #expect(server.commands.filter { $0.hasPrefix("RETR") }.count == 1)
        await bench.stop()
    }

    @Test("a wrong password is said without showing it and is not tried again before its pause is over")
    func wrongPassword() async throws {
        let bench = try RemoteBench()
        let server = try await FTPServer(bench.folder)
        bench.start(server.url) {
            $0.password = "geheim-77"
            $0.refusedRetry = Backoff(first: .minutes(5), longest: .hours(1))
        }
        #expect(await eventually { bench.status?.state == .refused })
        #expect(bench.status?.detail.contains("does not accept user or password; correct the configuration") == true)
        #expect(!bench.said.contains { $0.detail.contains("geheim") || $0.detail.contains("recorder:") })
        #expect(server.commands.filter { $0.hasPrefix("PASS") }.count == 1)
        await bench.stop()
    }

    @Test("a server that is full is no wrong password, and nobody there is said to be nobody there")
    func unreachable() async throws {
        let bench = try RemoteBench()
        let server = try await FTPServer(bench.folder, options: #"{"busy": true}"#)
        bench.start(server.url)
        #expect(await eventually { bench.status?.state == .unreachable })
        #expect(bench.status?.detail.contains("takes no further login now (421)") == true)
        server.kill()
        #expect(await eventually { bench.status?.detail.contains("nobody listens at ftp://127.0.0.1") == true })
        await bench.stop()
        bench.start("ftp://recorder:secret@127.0.0.1/")
        #expect(await eventually { bench.status?.detail.contains("must name a host and no user") == true })
        #expect(bench.status?.detail.contains("secret") == false)
        await bench.stop()
    }

    @Test("a listing that is cut off counts as no listing: what was fetched is not forgotten")
    func cutListing() async throws {
        let bench = try RemoteBench()
        for index in 0..<40 { try bench.put("call-\(index).wav", RemoteBench.sound(100 + index)) }
        let server = try await FTPServer(bench.folder)
        bench.start(server.url)
        #expect(await eventually { bench.fetched.count == 40 })
        for name in bench.fetched { try bench.takeAway(name) }
        await bench.stop()
        server.kill()
        let dying = try await FTPServer(bench.folder, port: server.port, options: #"{"dies": 20}"#)
        bench.start(server.url)
        #expect(await eventually { bench.status?.state == .unreachable })
        dying.kill()
        let again = try await FTPServer(bench.folder, port: server.port)
        #expect(await eventually { bench.status?.state == .live })
        let seen = again.commands.filter { $0.hasPrefix("MLSD") }.count
        #expect(await eventually { again.commands.filter { $0.hasPrefix("MLSD") }.count > seen + 3 })
        #expect(bench.fetched.isEmpty && again.commands.filter { $0.hasPrefix("RETR") }.count == 40)
        await bench.stop()
    }

    @Test("a full disk stops the fetching, is said, and is over by itself")
    func diskFull() async throws {
        let bench = try RemoteBench()
        bench.setFree(1000)
        try bench.put("a.wav", RemoteBench.sound(3000))
        let server = try await FTPServer(bench.folder)
        bench.start(server.url)
        #expect(await eventually { bench.status?.detail.contains("is full, so nothing is fetched") == true })
        #expect(bench.status?.state == .live && !server.commands.contains { $0.hasPrefix("RETR") })
        bench.setFree(1 << 40)
        #expect(await eventually { bench.got("a.wav") != nil && bench.status?.detail == "" })
        await bench.stop()
    }
}
