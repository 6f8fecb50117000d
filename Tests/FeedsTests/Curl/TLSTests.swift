import Feeds
import Foundation
import TestKit
import Testing

/// Certificates are checked unless somebody says in so many words that they are not.
@Suite struct TLSTests {
    @Test("an unknown certificate is refused by default, believed with its authority's file, and ignored only on request")
    func verification() async throws {
        let folder = try TemporaryFolder()
        let server = try await TLSServer(folder)
        let multi = CurlMulti(label: "test.tls")
        func status(_ trust: CurlTrust) async -> String {
            var request = CurlRequest(url: "https://localhost:\(server.port)/")
            request.trust = trust
            do {
                return String(try await multi.send(request).status)
            } catch {
                return (error as? CurlError)?.code.rawValue ?? "\(error)"
            }
        }
        let refused = await status(.system)
        #expect(Int(refused) == nil, "the unknown certificate was believed")
        #expect(await status(.authority(file: folder.file("certificate.pem"))) == "200")
        #expect(await status(.insecure) == "200")
    }
}

/// Python's web server with a certificate of its own making.
private final class TLSServer: Sendable {
    let port: Int
    private let process: Process

    init(_ folder: TemporaryFolder) async throws {
        let certificate = folder.file("certificate.pem")
        let key = folder.file("key.pem")
        let openssl = Process()
        openssl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        openssl.arguments =
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
            + ["-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate]
        openssl.standardError = FileHandle.nullDevice
        try openssl.run()
        openssl.waitUntilExit()
        let program = """
            import http.server, ssl, sys
            server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(sys.argv[1], sys.argv[2])
            server.socket = context.wrap_socket(server.socket, server_side=True)
            open(sys.argv[3] + ".tmp", "w").write(str(server.server_port))
            import os; os.rename(sys.argv[3] + ".tmp", sys.argv[3])
            server.serve_forever()
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program, certificate, key, folder.file("port")]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        try process.run()
        _ = await eventually { FileManager.default.fileExists(atPath: folder.file("port")) }
        guard let port = (try? String(contentsOfFile: folder.file("port"), encoding: .utf8)).flatMap({ Int($0) }) else {
            kill(process.processIdentifier, SIGKILL)
            throw CocoaError(.fileReadUnknown)
        }
        self.port = port
        self.process = process
    }

    /// Children inherit the test threads' blocked signals, so asking politely would not end it.
    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
