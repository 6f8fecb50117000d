import Glibc
import Platform
import Synchronization

/// A real dovecot on a free port of loopback with one user and one mailbox, all of it in a folder that the caller gives.
package final class DovecotServer: Sendable {
    package static let user = "drop"
    package static let password = "geheim"

    package let folder: String
    package let port: Int
    /// Where it speaks TLS from the start, where it does; then it also offers STARTTLS.
    package let tlsPort: Int?
    private let process = Mutex<ChildProcess?>(nil)
    private let delivered = Mutex(0)

    /// Why it cannot run here; nothing where it can.
    package static var missing: String? {
        guard access(program, X_OK) == 0 else { return "dovecot is not installed" }
        guard getuid() != 0 || getpwnam("dovenull") != nil else { return "the user dovenull of dovecot is absent" }
        return nil
    }

    private static let program = "/usr/sbin/dovecot"

    /// Starts it; when this returns, clients can log in.
    ///
    /// - Parameter tls: with a certificate of its own making for 127.0.0.1, `certificate`.
    /// - Throws: `SystemError` where the program is absent, a file cannot be written, or nobody answers after 10 s.
    package static func start(in folder: String, tls: Bool = false) async throws -> DovecotServer {
        let port = try LoopbackAddress.freePort()
        let server = DovecotServer(folder: folder, port: port, tlsPort: tls ? try LoopbackAddress.freePort() : nil)
        if tls { try server.makeCertificate() }
        for name in ["mail/cur", "mail/new", "mail/tmp", "run"] { try Files.makeFolder(folder + "/" + name, mode: 0o755) }
        for name in ["", "/cur", "/new", "/tmp"] { server.give(folder + "/mail" + name) }
        try server.writeFiles()
        try await server.restart()
        return server
    }

    private init(folder: String, port: Int, tlsPort: Int?) {
        self.folder = folder
        self.port = port
        self.tlsPort = tlsPort
    }

    /// PEM file of its certificate.
    package var certificate: String { folder + "/certificate.pem" }

    private func makeCertificate() throws {
        let words = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
            "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder + "/key.pem", "-out", certificate,
        ]
        guard let child = ChildProcess("openssl", words), child.wait() == 0 else {
            throw SystemError("run", "openssl", number: ENOENT)
        }
    }

    deinit { kill() }

    /// Ends it and everything it started.
    package func kill() {
        let child = process.withLock { process -> ChildProcess? in
            defer { process = nil }
            return process
        }
        guard let child else { return }
        // Its children end with it only if it may tell them.
        Glibc.kill(child.number, SIGTERM)
        for _ in 0..<200 {
            var status: Int32 = 0
            if waitpid(child.number, &status, WNOHANG) != 0 { return }
            usleep(10_000)
        }
        child.kill()
    }

    package func restart() async throws {
        guard let child = ChildProcess(Self.program, ["-F", "-c", folder + "/dovecot.conf"]) else {
            throw SystemError("start", "dovecot", number: ENOENT)
        }
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
        throw SystemError("wait for", "dovecot", number: ETIMEDOUT)
    }

    /// Puts a mail into the mailbox as a mail server does.
    package func deliver(_ mail: [UInt8]) throws {
        let number = delivered.withLock { count in
            count += 1
            return count
        }
        let name = "\(1_600_000_000 + number).M\(number)P\(getpid()).sim"
        try Files.writeDurably(mail, to: folder + "/mail/tmp/" + name, mode: 0o644)
        give(folder + "/mail/tmp/" + name)
        guard rename(folder + "/mail/tmp/" + name, folder + "/mail/new/" + name) == 0 else {
            throw SystemError("deliver", name)
        }
    }

    /// The mails of a folder of the account with their flags, such as `S` for seen; in the order of their delivery.
    package func flags(in mailbox: String? = nil) -> [String] {
        let path = folder + "/mail" + (mailbox.map { "/." + $0 } ?? "")
        let names = ((try? Files.list(path + "/cur")) ?? []) + ((try? Files.list(path + "/new")) ?? [])
        return names.sorted().map { name in name.split(separator: ":2,", maxSplits: 1).dropFirst().first.map(String.init) ?? "" }
    }

    /// Forgets the numbers of the mails, as a rebuilt or restored mailbox does: UIDVALIDITY changes.
    package func renumber() async throws {
        kill()
        for name in try Files.list(folder + "/mail") where name.hasPrefix("dovecot") {
            try Files.remove(folder + "/mail/" + name)
        }
        // The new number is the time in seconds.
        try await Task.sleep(nanoseconds: 1_100_000_000)
        try await restart()
    }

    /// Mail processes never run as root.
    private func give(_ path: String) {
        guard getuid() == 0, let nobody = getpwnam("nobody") else { return }
        chown(path, nobody.pointee.pw_uid, nobody.pointee.pw_gid)
    }

    private func writeFiles() throws {
        try Files.writeDurably(Array("\(Self.user):{PLAIN}\(Self.password)\n".utf8), to: folder + "/users", mode: 0o644)
        try Files.writeDurably(Array(configuration.utf8), to: folder + "/dovecot.conf")
    }

    private var configuration: String {
        let isRoot = getuid() == 0
        let own = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "nobody"
        let group = getgrgid(getgid()).map { String(cString: $0.pointee.gr_name) } ?? "nogroup"
        let mailUser = isRoot ? "nobody" : own
        let mailGroup = isRoot ? "nogroup" : group
        return """
            base_dir = \(folder)/run
            state_dir = \(folder)/run
            log_path = \(folder)/dovecot.log
            \(tlsPort == nil ? "ssl = no" : "ssl = yes\nssl_cert = <\(certificate)\nssl_key = <\(folder)/key.pem")
            disable_plaintext_auth = no
            protocols = imap
            listen = 127.0.0.1
            default_internal_user = \(isRoot ? "dovecot" : own)
            default_internal_group = \(isRoot ? "dovecot" : group)
            default_login_user = \(isRoot ? "dovenull" : own)
            mail_uid = \(mailUser)
            mail_gid = \(mailGroup)
            first_valid_uid = 1
            first_valid_gid = 1
            mail_location = maildir:\(folder)/mail
            passdb {
              driver = passwd-file
              args = \(folder)/users
            }
            userdb {
              driver = static
              args = uid=\(mailUser) gid=\(mailGroup) home=\(folder)/mail
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = \(port)
              }
              inet_listener imaps {
                port = \(tlsPort ?? 0)
                ssl = yes
              }
            }
            service anvil {
              chroot =
            }
            service stats {
              chroot =
            }

            """
    }
}
