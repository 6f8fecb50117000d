import Feeds
import Foundation
import Model
import Platform
import TestKit
import Testing

/// SFTP with a password, against a server that is not OpenSSH.
@Suite(.serialized, .enabled(if: PasswordServer.canRun, "asyncssh is not installed: make test"))
struct RemotePasswordTests {
    private func start(
        _ bench: RemoteBench, _ server: PasswordServer, _ change: (inout RemoteFolder) -> Void = { _ in }
    ) throws {
        let pin = try server.fingerprint()
        bench.start(server.url) {
            $0.hostKeys = CurlHostKeys(pin: pin)
            change(&$0)
        }
    }

    @Test(
        "a password logs in, said at once or when asked for, and files are fetched and deleted",
        arguments: ["password", "keyboard"])
    func fetches(way: String) async throws {
        let bench = try RemoteBench()
        let server = try await PasswordServer(bench.folder, way: way)
        let names = ["a.wav", "20261123/昆都仑 1.wav"]
        for (index, name) in names.enumerated() { try bench.put(name, RemoteBench.sound(100_000 + index)) }
        try start(bench, server) { $0.afterwards = .delete }
        #expect(await eventually { bench.fetched.count == 2 }, "\(bench.status?.detail ?? "")")
        for (index, name) in names.enumerated() { #expect(bench.got(name) == RemoteBench.sound(100_000 + index)) }
        #expect(server.log.contains(way == "password" ? "password recorder" : "questions recorder"))
        for name in names { try bench.takeAway(name) }
        #expect(await eventually { names.allSatisfy { !bench.isRemote($0) } })
        await bench.stop()
    }

    @Test("a wrong password is said without showing it and not tried again before its pause is over")
    func wrong() async throws {
        let bench = try RemoteBench()
        let server = try await PasswordServer(bench.folder, way: "password")
        try start(bench, server) {
            $0.password = "geheim-77"
            $0.refusedRetry = Backoff(first: .minutes(5), longest: .hours(1))
        }
        #expect(await eventually { bench.status?.state == .refused })
        #expect(bench.status?.detail.contains("does not accept user or password; correct the configuration") == true)
        #expect(!bench.said.contains { $0.detail.contains("geheim") })
        #expect(server.log.split(separator: "\n").filter { $0.hasPrefix("password") }.count == 1)
        await bench.stop()
    }

    @Test("a server whose key is not the pinned one sees no password")
    func impostor() async throws {
        let bench = try RemoteBench()
        let server = try await PasswordServer(bench.folder, way: "password")
        try start(bench, server) { $0.hostKeys = CurlHostKeys(pin: "SHA256:" + String(repeating: "A", count: 43)) }
        #expect(await eventually { bench.status?.state == .refused })
        #expect(bench.status?.detail.contains("another than before: \(try server.fingerprint())") == true)
        #expect(!server.log.contains("password"))
        await bench.stop()
    }
}

/// asyncssh with one user, by `Tests/Foreign/remote_sftpd.py`.
final class PasswordServer: Sendable {
    static let canRun =
        Foreign.has("/usr/bin/ssh-keygen") && Foreign.has(Foreign.python)
        && (try? run(Foreign.python, ["-c", "import asyncssh"])) == 0

    private let server: ForeignServer
    private let folder: TemporaryFolder

    init(_ folder: TemporaryFolder, way: String) async throws {
        self.folder = folder
        try run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", folder.file("host")])
        let port = ForeignServer.freePort()
        server = try await ForeignServer(
            Foreign.python,
            [
                Fixtures.root + "/Tests/Foreign/remote_sftpd.py", "\(port)", folder.file("remote"), folder.file("host"),
                folder.file("sftp.log"), #"{"way": "\#(way)"}"#,
            ], port: port, in: folder.path)
    }

    var url: String { "sftp://127.0.0.1:\(server.port)/" }
    var log: String { (try? String(contentsOfFile: folder.file("sftp.log"), encoding: .utf8)) ?? "" }

    func fingerprint() throws -> String {
        try run("/usr/bin/ssh-keygen", ["-l", "-f", folder.file("host.pub")], output: folder.file("fingerprint"))
        let text = try String(contentsOfFile: folder.file("fingerprint"), encoding: .utf8)
        return text.split(separator: " ").first { $0.hasPrefix("SHA256:") }.map(String.init) ?? "none"
    }
}
