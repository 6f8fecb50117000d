import Glibc
import Model
import Platform
import Synchronization

/// A real mosquitto on a free port of loopback, with a configuration of its own in a folder that the caller gives.
package final class MosquittoBroker: Sendable {
    package struct Settings: Sendable {
        /// An existing folder for configuration, passwords and persistence.
        package var folder: String
        /// Name and password; with none anybody may connect.
        package var users: [(name: String, password: String)] = []
        /// Lines for an access-control file, such as `user patrol` and `topic read frigate/#`.
        package var accessRules: [String] = []
        /// Certificate and key files: then it speaks TLS.
        package var certificate: (file: String, key: String)?
        /// Writes everything down at each change, so that a killed broker knows its sessions again.
        package var isDurable = false
        /// Messages under way to one client; mosquitto's own default is 20.
        package var window = 20
        /// A free one where it is 0.
        package var port = 0

        package init(folder: String) { self.folder = folder }
    }

    package let settings: Settings
    package let port: Int
    private let process = Mutex<ChildProcess?>(nil)

    /// Whether the program is installed.
    package static var isInstalled: Bool { program != nil }

    private static var program: String? {
        ["/usr/sbin/mosquitto", "/usr/bin/mosquitto", "/usr/local/sbin/mosquitto"].first { access($0, X_OK) == 0 }
    }

    /// Starts it; when this returns, clients can connect.
    ///
    /// - Throws: `SystemError` where the program is absent, a file cannot be written, or nobody answers after 10 s.
    package static func start(_ settings: Settings) async throws -> MosquittoBroker {
        let broker = MosquittoBroker(settings, port: settings.port == 0 ? try LoopbackAddress.freePort() : settings.port)
        try broker.writeFiles()
        try await broker.restart()
        return broker
    }

    private init(_ settings: Settings, port: Int) {
        self.settings = settings
        self.port = port
    }

    /// Ends it as a power cut does.
    package func kill() {
        let child = process.withLock { process -> ChildProcess? in
            defer { process = nil }
            return process
        }
        child?.kill()
    }

    /// Starts it again on the same port, with what it had written down.
    package func restart() async throws {
        guard let program = Self.program, let child = ChildProcess(program, ["-c", configuration]) else {
            throw SystemError("start", "mosquitto", number: ENOENT)
        }
        process.withLock { $0 = child }
        for _ in 0..<500 {
            if Self.answers(port) { return }
            try await Task.sleep(nanoseconds: 20_000_000)
        }
        kill()
        throw SystemError("wait for", "mosquitto", number: ETIMEDOUT)
    }

    private var configuration: String { settings.folder + "/mosquitto.conf" }

    private func writeFiles() throws {
        var lines = [
            "listener \(port) 127.0.0.1", "allow_anonymous \(settings.users.isEmpty)", "log_dest none",
            "persistence \(settings.isDurable)", "persistence_location \(settings.folder)/", "max_queued_messages 0",
            "max_inflight_messages \(settings.window)", "set_tcp_nodelay true",
        ]
        if settings.isDurable { lines += ["autosave_on_changes true", "autosave_interval 1"] }
        // Started as root it would become a user that may not read the folder.
        if getuid() == 0 { lines.append("user root") }
        if let certificate = settings.certificate {
            lines += ["certfile \(certificate.file)", "keyfile \(certificate.key)"]
        }
        if !settings.users.isEmpty {
            lines.append("password_file \(settings.folder)/passwords")
            try writePasswords()
        }
        if !settings.accessRules.isEmpty {
            lines.append("acl_file \(settings.folder)/rules")
            let rules = settings.accessRules.joined(separator: "\n") + "\n"
            try Files.writeDurably(Array(rules.utf8), to: settings.folder + "/rules")
        }
        try Files.writeDurably(Array((lines.joined(separator: "\n") + "\n").utf8), to: configuration)
    }

    private func writePasswords() throws {
        let path = settings.folder + "/passwords"
        let text = settings.users.map { "\($0.name):\($0.password)\n" }.joined()
        try Files.writeDurably(Array(text.utf8), to: path)
        // Hashes what stands there in plain text.
        guard let child = ChildProcess("mosquitto_passwd", ["-U", path]), child.wait() == 0 else {
            throw SystemError("run", "mosquitto_passwd", number: ENOENT)
        }
    }

    private static func answers(_ port: Int) -> Bool {
        let descriptor = LoopbackAddress.connect(port: port)
        guard descriptor >= 0 else { return false }
        close(descriptor)
        return true
    }

    deinit { kill() }
}
