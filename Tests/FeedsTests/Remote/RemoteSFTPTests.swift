import Feeds
import Foundation
import Model
import Platform
import TestKit
import Testing

/// SFTP against OpenSSH, with keys.
@Suite(.serialized, .enabled(if: Foreign.hasSSH, "openssh-server is not installed: make test"))
struct RemoteSFTPTests {
    private func start(_ bench: RemoteBench, _ server: SSHServer, _ change: (inout RemoteFolder) -> Void = { _ in }) throws {
        let hosts = try server.knownHosts()
        bench.start(server.url) {
            $0.user = server.user
            $0.password = nil
            $0.keyFile = server.key()
            $0.hostKeys.knownHosts = hosts
            change(&$0)
        }
    }

    @Test("files are fetched with a key from a host that is known, in folders and with Chinese and odd names; links are left")
    func fetches() async throws {
        let bench = try RemoteBench()
        let server = try await SSHServer(bench.folder)
        let names = ["a.wav", "20261123/昆都仑 1.wav", "20261123/odd \"q\" \\b #%41.wav"]
        for (index, name) in names.enumerated() { try bench.put(name, RemoteBench.sound(400_000 + index)) }
        try bench.put("b.wav.filepart", [1])
        try FileManager.default.createSymbolicLink(
            atPath: bench.folder.file("remote/link.wav"), withDestinationPath: "/etc/hostname")
        try start(bench, server) { $0.afterwards = .delete }
        #expect(await eventually { bench.fetched.count == 3 })
        for (index, name) in names.enumerated() { #expect(bench.got(name) == RemoteBench.sound(400_000 + index)) }
        #expect(bench.status?.state == .live && bench.status?.adapter == "sftp")
        for name in names { try bench.takeAway(name) }
        #expect(await eventually { names.allSatisfy { !bench.isRemote($0) } })
        #expect(bench.isRemote("b.wav.filepart") && bench.isRemote("link.wav"))
        await bench.stop()
    }

    @Test("a name whose bytes are GBK is fetched under its readable name and deleted under its own")
    func gbk() async throws {
        let bench = try RemoteBench()
        let server = try await SSHServer(bench.folder)
        // 投诉.wav in GBK.
        let raw = Array(bench.folder.file("remote/").utf8) + [0xCD, 0xB6, 0xCB, 0xDF] + Array(".wav".utf8)
        let path = raw.map { CChar(bitPattern: $0) } + [0]
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o644)
        #expect(write(descriptor, "sound", 5) == 5)
        close(descriptor)
        try start(bench, server) {
            $0.encoding = .gbk
            $0.afterwards = .delete
        }
        #expect(await eventually { bench.got("投诉.wav") == Array("sound".utf8) })
        try bench.takeAway("投诉.wav")
        #expect(await eventually { access(path, F_OK) != 0 })
        await bench.stop()
    }

    @Test("an unknown host key is refused with its fingerprint, and believed once it is pinned")
    func unknownKey() async throws {
        let bench = try RemoteBench()
        let server = try await SSHServer(bench.folder)
        let fingerprint = try server.fingerprint()
        try bench.put("a.wav", RemoteBench.sound(3000))
        try start(bench, server) { $0.hostKeys = CurlHostKeys() }
        #expect(await eventually { bench.status?.state == .refused })
        #expect(bench.status?.detail.contains("is unknown: \(fingerprint); compare it") == true)
        await bench.stop()
        let empty = try bench.folder.write("", to: "no_hosts")
        try start(bench, server) { $0.hostKeys = CurlHostKeys(knownHosts: empty) }
        #expect(await eventually { bench.status?.state == .refused })
        #expect(bench.status?.detail.contains(fingerprint) == true && bench.got("a.wav") == nil)
        await bench.stop()
        try start(bench, server) { $0.hostKeys = CurlHostKeys(pin: fingerprint) }
        #expect(await eventually { bench.got("a.wav") != nil })
        await bench.stop()
    }

    @Test("a changed host key is refused, whether the old one was in the known hosts or pinned, and nothing is fetched")
    func changedKey() async throws {
        let bench = try RemoteBench()
        let first = try await SSHServer(bench.folder)
        let hosts = try first.knownHosts()
        let pin = try first.fingerprint()
        first.kill()
        let second = try await SSHServer(bench.folder, port: first.port, hostKey: "impostor")
        try bench.put("a.wav", RemoteBench.sound(3000))
        for keys in [CurlHostKeys(knownHosts: hosts), CurlHostKeys(pin: pin), CurlHostKeys(knownHosts: hosts, pin: pin)] {
            bench.start(second.url) {
                $0.user = second.user
                $0.password = nil
                $0.keyFile = second.key()
                $0.hostKeys = keys
            }
            #expect(await eventually { bench.status?.state == .refused })
            #expect(bench.status?.detail.contains("another than before: \(try second.fingerprint("impostor"))") == true)
            await bench.stop()
        }
        #expect(bench.got("a.wav") == nil && !second.log.contains("Accepted"))
    }

    @Test("a key that the server does not know is refused, and the agent's and home's keys are never tried")
    func wrongKey() async throws {
        let bench = try RemoteBench()
        let server = try await SSHServer(bench.folder)
        try start(bench, server) {
            $0.keyFile = server.key("stranger")
            $0.refusedRetry = Backoff(first: .minutes(5), longest: .hours(1))
        }
        #expect(await eventually { bench.status?.state == .refused })
        #expect(bench.status?.detail.contains("does not accept user or private key") == true)
        // The first connection was the look whether the server is up.
        #expect(server.log.components(separatedBy: "Connection from").count <= 3)
        await bench.stop()
    }

    @Test("a stopped download goes on where it was, from the offset and not from the beginning")
    func resumes() async throws {
        let bench = try RemoteBench()
        let sound = RemoteBench.sound(24 << 20)
        try bench.put("long.wav", sound)
        let server = try await SSHServer(bench.folder)
        let proxy = CuttingProxy(to: server.port, after: 8 << 20)
        let hosts = try server.knownHosts(port: proxy.port)
        bench.start("sftp://127.0.0.1:\(proxy.port)" + bench.folder.file("remote")) {
            $0.user = server.user
            $0.password = nil
            $0.keyFile = server.key()
            $0.hostKeys.knownHosts = hosts
        }
        #expect(await eventually { bench.got("long.wav") != nil })
        #expect(bench.got("long.wav") == sound)
        // Each connection brings 8 MiB at most: without resuming it would never end.
        #expect(proxy.connections >= 4)
        await bench.stop()
        proxy.stop()
    }

    @Test("a folder that is not there is said, and tried again without the pause of a refused password")
    func noFolder() async throws {
        let bench = try RemoteBench()
        let server = try await SSHServer(bench.folder)
        try FileManager.default.removeItem(atPath: bench.folder.file("remote"))
        try start(bench, server) { $0.refusedRetry = Backoff(first: .hours(1), longest: .hours(1)) }
        #expect(await eventually { bench.status?.detail.contains("there is no folder at sftp://") == true })
        try bench.put("a.wav", RemoteBench.sound(3000))
        #expect(await eventually { bench.got("a.wav") != nil })
        await bench.stop()
    }
}
