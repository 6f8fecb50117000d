import Feeds
import Foundation
import Model
import Platform
import TestKit
import Testing

/// FTP under TLS, with an authority of our own making.
@Suite(.serialized, .enabled(if: Foreign.hasFTPS, "pyftpdlib or pyOpenSSL is not installed: make test"))
struct RemoteTLSTests {
    private func certificate(_ folder: TemporaryFolder) throws -> (certificate: String, key: String) {
        let files = (folder.file("server.pem"), folder.file("server.key"))
        try run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", files.1, "-out", files.0,
            ])
        return files
    }

    @Test("a certificate is refused until its authority is named; then password, listing and file pass under TLS")
    func explicit() async throws {
        let bench = try RemoteBench()
        let (certificate, key) = try certificate(bench.folder)
        try bench.put("a.wav", RemoteBench.sound(300_000))
        let server = try await FTPServer(
            bench.folder, options: #"{"certificate": "\#(certificate)", "key": "\#(key)"}"#)
        bench.start(server.url) { $0.requiresTLS = true }
        #expect(await eventually { bench.status?.state == .refused })
        #expect(bench.status?.detail.contains("the certificate or the encryption of ftp://127.0.0.1") == true)
        #expect(!server.commands.contains { $0.hasPrefix("USER") || $0.hasPrefix("PASS") })
        await bench.stop()
        bench.start(server.url) {
            $0.requiresTLS = true
            $0.trust = .authority(file: certificate)
            $0.afterwards = .delete
        }
        #expect(await eventually { bench.got("a.wav") == RemoteBench.sound(300_000) })
        #expect(server.commands.contains { $0.hasPrefix("AUTH") } && server.commands.contains { $0.hasPrefix("PROT P") })
        try bench.takeAway("a.wav")
        #expect(await eventually { !bench.isRemote("a.wav") })
        await bench.stop()
    }

    @Test("where TLS is required and the server has none, no password is sent")
    func downgrade() async throws {
        let bench = try RemoteBench()
        let server = try await FTPServer(bench.folder)
        bench.start(server.url) { $0.requiresTLS = true }
        #expect(await eventually { bench.status?.state == .refused })
        #expect(bench.status?.detail.contains("offers no TLS, and it is required") == true)
        #expect(!server.commands.contains { $0.hasPrefix("PASS") })
        await bench.stop()
    }
}
