import Foundation
import TestKit

/// A real nginx with files of its own, as a child of the test; nothing where none is installed.
final class ChannelNginx: @unchecked Sendable {
    let folder: TemporaryFolder
    let port: Int
    // Only `init` and `deinit` touch it.
    private let process = Process()

    /// Where Debian installs it.
    static let binary = ["/usr/sbin/nginx", "/usr/bin/nginx"].first { FileManager.default.isExecutableFile(atPath: $0) }

    /// - Parameter locations: what stands within the server block.
    init?(locations: String) throws {
        guard let binary = Self.binary else { return nil }
        folder = try TemporaryFolder("patrold-nginx")
        port = try Self.freePort()
        try FileManager.default.createDirectory(atPath: folder.file("www"), withIntermediateDirectories: true)
        try folder.write(
            """
            daemon off; master_process off; pid \(folder.path)/nginx.pid; error_log \(folder.path)/error.log;
            events {}
            http {
              access_log \(folder.path)/access.log; default_type application/json; limit_req_zone $uri zone=one:1m rate=1r/s;
              client_body_temp_path \(folder.path)/t1; proxy_temp_path \(folder.path)/t2; fastcgi_temp_path \(folder.path)/t3;
              uwsgi_temp_path \(folder.path)/t4; scgi_temp_path \(folder.path)/t5;
              server { listen 127.0.0.1:\(port); root \(folder.path)/www; \(locations) }
            }

            """, to: "nginx.conf")
        process.executableURL = URL(fileURLWithPath: binary)
        process.arguments = ["-p", folder.path, "-c", folder.file("nginx.conf"), "-e", folder.file("error.log")]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var url: String { "http://127.0.0.1:\(port)" }

    /// Puts a file into place in one step.
    func put(_ text: String, at path: String) throws {
        let target = folder.file("www/" + path)
        try FileManager.default.createDirectory(
            atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try text.write(toFile: target, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: target)
    }

    /// Lines of the access log.
    var asked: [Substring] {
        ((try? String(contentsOfFile: folder.file("access.log"), encoding: .utf8)) ?? "").split(separator: "\n")
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard result == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
