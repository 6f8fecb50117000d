import Feeds
import Foundation
import Synchronization
import TestKit

/// A server of another maker as a child process on a free port of 127.0.0.1; it ends with the value.
final class ForeignServer: Sendable {
    let port: Int
    private let child: Child

    /// Starts a program and waits until it listens.
    init(_ program: String, _ arguments: [String], port: Int, in folder: String) async throws {
        let errors = folder + "/server-errors-\(port)"
        let child = try Child(program, arguments, output: "/dev/null", errors: errors)
        self.child = child
        self.port = port
        let isUp = await eventually { Self.answers(port) || !child.isRunning }
        guard isUp, child.isRunning else {
            let text = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            throw ServerProblem(text: "\(program) does not come up: " + text.suffix(400))
        }
    }

    func kill() { child.kill() }

    static func freePort() -> Int {
        withSocket { descriptor, address in
            _ = bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            getsockname(descriptor, address, &length)
        }
    }

    private static func answers(_ port: Int) -> Bool {
        var isUp = false
        _ = withSocket(port) { descriptor, address in
            isUp = connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
        return isUp
    }

    private static func withSocket(_ port: Int = 0, _ body: (Int32, UnsafeMutablePointer<sockaddr>) -> Void) -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body(descriptor, $0) }
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

struct ServerProblem: Error { let text: String }

/// A child process in a group of its own, which is killed as a whole at the end; made without Foundation's `Process`,
/// whose way of waiting depends on descriptors that other children inherit.
final class Child: Sendable {
    private let number: pid_t
    private let ended = Mutex<Int32?>(nil)

    init(_ program: String, _ arguments: [String], output: String, errors: String = "/dev/null") throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Test threads block signals, and a server would inherit that.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var number: pid_t = 0
        guard posix_spawn(&number, program, &actions, &attributes, &words, environ) == 0 else {
            throw ServerProblem(text: "\(program) cannot be started")
        }
        self.number = number
    }

    deinit { kill() }

    var isRunning: Bool { look(WNOHANG) == nil }

    func kill() {
        guard isRunning else { return }
        _ = Foundation.kill(-number, SIGKILL)
        wait()
    }

    @discardableResult
    func wait() -> Int32 { look(0) ?? -1 }

    private func look(_ options: Int32) -> Int32? {
        ended.withLock { ended in
            var status: Int32 = 0
            if ended == nil, waitpid(number, &status, options) == number { ended = status }
            return ended
        }
    }
}

/// Runs a program to its end; its status as `waitpid` tells it.
@discardableResult
func run(_ program: String, _ arguments: [String], output: String = "/dev/null") throws -> Int32 {
    try Child(program, arguments, output: output).wait()
}

enum Foreign {
    static let python = Fixtures.root + "/.venv/bin/python"
    static let sshd = "/usr/sbin/sshd"
    static let nginx = "/usr/sbin/nginx"
    static let vsftpd = "/usr/sbin/vsftpd"
    static func has(_ program: String) -> Bool { FileManager.default.isExecutableFile(atPath: program) }

    static let hasFTP: Bool = has(python) && (try? run(python, ["-c", "import pyftpdlib"])) == 0
    static let hasFTPS: Bool = hasFTP && (try? run(python, ["-c", "import OpenSSL"])) == 0
    static let hasSSH = has(sshd) && has("/usr/lib/openssh/sftp-server") && has("/usr/bin/ssh-keygen")
}

/// pyftpdlib with the faults of `Tests/Foreign/remote_ftpd.py`.
final class FTPServer: Sendable {
    private let server: ForeignServer
    private let log: String
    var port: Int { server.port }

    init(_ folder: TemporaryFolder, port: Int = ForeignServer.freePort(), options: String = "{}") async throws {
        log = folder.file("ftp.log")
        server = try await ForeignServer(
            Foreign.python, [Fixtures.root + "/Tests/Foreign/remote_ftpd.py", "\(port)", folder.file("remote"), log, options],
            port: port, in: folder.path)
    }

    var url: String { "ftp://127.0.0.1:\(port)/" }
    func kill() { server.kill() }

    /// The commands so far.
    var commands: [String] {
        ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }
}

/// OpenSSH with a host key and users' keys of its own making; the user is the one who runs the tests.
final class SSHServer: Sendable {
    private let server: ForeignServer
    private let folder: TemporaryFolder
    var port: Int { server.port }
    var user: String { NSUserName() }

    init(_ folder: TemporaryFolder, port: Int = ForeignServer.freePort(), hostKey: String = "host") async throws {
        if getuid() == 0 {
            try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        }
        for key in [hostKey, "user", "stranger"] where !FileManager.default.fileExists(atPath: folder.file(key)) {
            try run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", folder.file(key)])
        }
        let config = """
            ListenAddress 127.0.0.1
            Port \(port)
            HostKey \(folder.file(hostKey))
            AuthorizedKeysFile \(folder.file("user.pub"))
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PidFile none
            PermitRootLogin yes
            Subsystem sftp /usr/lib/openssh/sftp-server -l VERBOSE -e
            LogLevel VERBOSE

            """
        try folder.write(config, to: "sshd.config")
        self.folder = folder
        server = try await ForeignServer(
            Foreign.sshd, ["-D", "-e", "-f", folder.file("sshd.config")], port: port, in: folder.path)
    }

    func kill() { server.kill() }
    var url: String { "sftp://127.0.0.1:\(port)" + folder.file("remote") + "/" }
    func key(_ name: String = "user") -> String { folder.file(name) }

    /// `[127.0.0.1]:port ssh-ed25519 …` of a key, as a file.
    func knownHosts(_ key: String = "host", port: Int? = nil) throws -> String {
        let words = try String(contentsOfFile: folder.file(key + ".pub"), encoding: .utf8).split(separator: " ")
        return try folder.write("[127.0.0.1]:\(port ?? self.port) \(words[0]) \(words[1])\n", to: "known_hosts")
    }

    /// `SHA256:…` as `ssh-keygen` shows it.
    func fingerprint(_ key: String = "host") throws -> String {
        try run("/usr/bin/ssh-keygen", ["-l", "-f", folder.file(key + ".pub")], output: folder.file("fingerprint"))
        let text = try String(contentsOfFile: folder.file("fingerprint"), encoding: .utf8)
        return text.split(separator: " ").first { $0.hasPrefix("SHA256:") }.map(String.init) ?? "none"
    }

    var log: String { (try? String(contentsOfFile: folder.file("server-errors-\(port)"), encoding: .utf8)) ?? "" }
}

/// nginx that shows `remote` under `/files/` (HTML), `/json/` and, with the faults of the field, under other names.
final class WebServer: Sendable {
    private let server: ForeignServer
    private let folder: TemporaryFolder
    var port: Int { server.port }

    init(_ folder: TemporaryFolder, port: Int = ForeignServer.freePort(), extra: String = "") async throws {
        let remote = folder.file("remote") + "/"
        let config = """
            pid \(folder.file("nginx.pid"));
            error_log \(folder.file("nginx-error.log"));
            \(getuid() == 0 ? "user root;" : "")
            events {}
            http {
              access_log \(folder.file("nginx-access.log"));
              client_body_temp_path \(folder.file("t1")); proxy_temp_path \(folder.file("t2"));
              fastcgi_temp_path \(folder.file("t3")); uwsgi_temp_path \(folder.file("t4")); scgi_temp_path \(folder.file("t5"));
              server {
                listen 127.0.0.1:\(port);
                location /files/ { alias \(remote); autoindex on; }
                location /json/ { alias \(remote); autoindex on; autoindex_format json; }
                location /broken/ { return 500; }
                location /secret/ { return 401; }
                \(extra)
              }
            }

            """
        try folder.write(config, to: "nginx.conf")
        self.folder = folder
        server = try await ForeignServer(
            Foreign.nginx, ["-c", folder.file("nginx.conf"), "-p", folder.path, "-g", "daemon off; master_process off;"],
            port: port, in: folder.path)
    }

    func kill() { server.kill() }
    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }
    var log: String { (try? String(contentsOfFile: folder.file("nginx-access.log"), encoding: .utf8)) ?? "" }
}
