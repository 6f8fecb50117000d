import Feeds
import Foundation
import Model
import Platform
import TestKit
import Testing

/// FTP and FTPS against vsftpd.
@Suite(.serialized, .enabled(if: VsftpdServer.canRun, "vsftpd is not installed (make test), or this is not root"))
struct RemoteVsftpdTests {
    private func start(_ bench: RemoteBench, _ server: VsftpdServer, _ change: (inout RemoteFolder) -> Void = { _ in }) {
        bench.start(server.url) {
            $0.user = VsftpdServer.user
            $0.requiresTLS = server.url.hasPrefix("ftp:") && Files.exists(server.certificate)
            if Files.exists(server.certificate) { $0.trust = .authority(file: server.certificate) }
            change(&$0)
        }
    }

    /// Readable for vsftpd's own user, and its folder writable.
    private func put(_ bench: RemoteBench, _ name: String, _ bytes: [UInt8]) throws {
        try bench.put(name, bytes)
        let path = bench.folder.file("remote/" + name)
        chmod(path, 0o644)
        chmod((path as NSString).deletingLastPathComponent, 0o777)
    }

    @Test(
        "files are listed, fetched and deleted, plain, under explicit and under implicit TLS",
        arguments: VsftpdServer.Way.allCases)
    func fetches(way: VsftpdServer.Way) async throws {
        let bench = try RemoteBench()
        let server = try await VsftpdServer(bench.folder, way)
        let names = ["a.wav", "20261123/CH 01/b c#1%25.wav"]
        for (index, name) in names.enumerated() { try put(bench, name, RemoteBench.sound(300_000 + index)) }
        try put(bench, "20261123/c.wav.part", [1])
        start(bench, server) { $0.afterwards = .delete }
        #expect(await eventually { bench.fetched.count == 2 }, "\(bench.status?.detail ?? "")")
        for (index, name) in names.enumerated() {
            let isSame = bench.got(name) == RemoteBench.sound(300_000 + index)
            #expect(isSame, "\(name) is another file")
        }
        #expect(bench.status?.state == .live && bench.status?.adapter == (way == .implicit ? "ftps" : "ftp"))
        // Asked once for what it does not know.
        #expect(server.commands.filter { $0.hasPrefix("MLSD") }.count == 1)
        #expect(server.commands.contains { $0.hasPrefix("PROT P") } == (way != .plain))
        #expect(server.commands.contains { $0.hasPrefix("AUTH") } == (way == .explicit))
        for name in names { try bench.takeAway(name) }
        #expect(await eventually { names.allSatisfy { !bench.isRemote($0) } })
        #expect(bench.isRemote("20261123/c.wav.part"))
        await bench.stop()
    }

    @Test(
        "a name whose bytes are GBK arrives readable and is deleted by its bytes", arguments: [VsftpdServer.Way.plain, .implicit])
    func gbk(way: VsftpdServer.Way) async throws {
        let bench = try RemoteBench()
        let server = try await VsftpdServer(bench.folder, way)
        // 投诉 2号.wav in GBK.
        let name: [UInt8] = [0xCD, 0xB6, 0xCB, 0xDF, 0x20, 0x32, 0xBA, 0xC5] + Array(".wav".utf8)
        let path = (Array(bench.folder.file("remote/").utf8) + name).map { CChar(bitPattern: $0) } + [0]
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
        #expect(write(descriptor, "sound", 5) == 5)
        close(descriptor)
        start(bench, server) {
            $0.encoding = .gbk
            $0.afterwards = .delete
        }
        #expect(await eventually { bench.got("投诉 2号.wav") == Array("sound".utf8) }, "\(bench.status?.detail ?? "")")
        try bench.takeAway("投诉 2号.wav")
        #expect(await eventually { access(path, F_OK) != 0 })
        await bench.stop()
    }

    @Test(
        "a download that breaks goes on with REST, plain and under implicit TLS", arguments: [VsftpdServer.Way.plain, .implicit])
    func resumes(way: VsftpdServer.Way) async throws {
        let bench = try RemoteBench()
        let sound = RemoteBench.sound(24 << 20)
        let server = try await VsftpdServer(bench.folder, way)
        try put(bench, "long.wav", sound)
        start(bench, server)
        #expect(await eventually(every: 0.001) { bench.partBytes > 0 || bench.got("long.wav") != nil })
        await bench.stop()
        let kept = bench.partBytes
        start(bench, server)
        #expect(await eventually { bench.got("long.wav") == sound }, "\(bench.status?.detail ?? "")")
        // On a quick machine the whole may be here before the stop.
        #expect(kept == 0 || server.commands.contains("REST \(kept)"))
        await bench.stop()
    }

    @Test("a wrong password is refused once; a certificate that nobody vouches for sees no password")
    func refused() async throws {
        let bench = try RemoteBench()
        let server = try await VsftpdServer(bench.folder, .implicit)
        let pause = Backoff(first: .minutes(5), longest: .hours(1))
        start(bench, server) {
            $0.password = "falsch"
            $0.refusedRetry = pause
        }
        #expect(await eventually { bench.status?.state == .refused })
        #expect(bench.status?.detail.contains("does not accept user or password") == true)
        #expect(server.commands.filter { $0.hasPrefix("PASS") }.count == 1)
        await bench.stop()
        start(bench, server) {
            $0.trust = .system
            $0.refusedRetry = pause
        }
        #expect(await eventually { bench.status?.detail.contains("the certificate or the encryption") == true })
        #expect(server.commands.filter { $0.hasPrefix("PASS") }.count == 1)
        await bench.stop()
    }
}
