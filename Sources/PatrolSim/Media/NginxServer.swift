import Glibc
import Platform
import Synchronization

/// A real nginx on a free port of loopback that serves files of a folder, and under other paths fails as outlets do.
///
/// `/slow/…` sends 1 KiB a second, `/fault` answers 500, `/busy` 503 with `Retry-After: 120`, `/hang-up` nothing,
/// `/moved` leads to `/feed.xml`, `/locked/…` wants `reader` and `geheim`; all else is a file of `www`.
package final class NginxServer: Sendable {
    package let folder: String
    package let port: Int
    private let process = Mutex<ChildProcess?>(nil)

    private static let program = "/usr/sbin/nginx"
    package static var isInstalled: Bool { access(program, X_OK) == 0 }

    /// Starts it; when this returns, clients can connect.
    package static func start(in folder: String) async throws -> NginxServer {
        let server = NginxServer(folder: folder, port: try LoopbackAddress.freePort())
        for name in ["www", "tmp"] { try Files.makeFolder(folder + "/" + name, mode: 0o755) }
        try Files.writeDurably(Array("reader:{PLAIN}geheim\n".utf8), to: folder + "/passwords", mode: 0o644)
        try Files.writeDurably(Array(server.configuration.utf8), to: folder + "/nginx.conf")
        try await server.restart()
        return server
    }

    private init(folder: String, port: Int) {
        self.folder = folder
        self.port = port
    }

    deinit { kill() }

    package var url: String { "http://127.0.0.1:\(port)" }

    package func kill() {
        let child = process.withLock { process -> ChildProcess? in
            defer { process = nil }
            return process
        }
        child?.kill()
    }

    package func restart() async throws {
        let arguments = ["-p", folder, "-e", folder + "/error.log", "-c", folder + "/nginx.conf"]
        guard let child = ChildProcess(Self.program, arguments) else { throw SystemError("start", "nginx", number: ENOENT) }
        process.withLock { $0 = child }
        for _ in 0..<500 {
            let descriptor = LoopbackAddress.connect(port: port)
            if descriptor >= 0 {
                close(descriptor)
                return
            }
            try await Task.sleep(nanoseconds: 20_000_000)
        }
        kill()
        throw SystemError("wait for", "nginx", number: ETIMEDOUT)
    }

    /// Puts a file under `www`, at once in all its length.
    package func put(_ bytes: [UInt8], as name: String) throws {
        try Files.writeDurably(bytes, to: folder + "/www/" + name, mode: 0o644)
    }

    /// The lines of its access log: status, path, and the condition of the request.
    package var log: [String] {
        let bytes = (try? Files.read(folder + "/access.log")) ?? []
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private var configuration: String {
        """
        daemon off;
        master_process off;
        \(getuid() == 0 ? "user root;" : "")
        error_log \(folder)/error.log;
        pid \(folder)/nginx.pid;
        events {}
        http {
          log_format short '$status $request_uri "$http_if_none_match"';
          access_log \(folder)/access.log short;
          client_body_temp_path \(folder)/tmp;
          proxy_temp_path \(folder)/tmp;
          fastcgi_temp_path \(folder)/tmp;
          uwsgi_temp_path \(folder)/tmp;
          scgi_temp_path \(folder)/tmp;
          types { application/rss+xml xml; }
          server {
            listen 127.0.0.1:\(port);
            root \(folder)/www;
            etag on;
            location /slow/ { alias \(folder)/www/; limit_rate 1k; }
            location = /fault { return 500; }
            location = /busy { add_header Retry-After 120 always; return 503; }
            location = /hang-up { return 444; }
            location = /moved { return 301 /feed.xml; }
            location /locked/ { auth_basic "news"; auth_basic_user_file \(folder)/passwords; alias \(folder)/www/; }
          }
        }

        """
    }
}
