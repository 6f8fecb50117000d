import Foundation
import TestKit

/// vsftpd, which shows the test's folder to a user without an account whose password it knows from a file.
///
/// It knows neither `MLSD` nor UTF-8: names are the bytes of the disk. It drops root, so only root can run it.
final class VsftpdServer: Sendable {
    enum Way: String, Sendable, CaseIterable {
        case plain
        /// `AUTH TLS` on the port of FTP, nothing without.
        case explicit
        /// TLS from the first byte.
        case implicit
    }

    static let canRun = Foreign.has(Foreign.vsftpd) && getuid() == 0
    static let user = "anonymous"

    private let server: ForeignServer
    private let folder: TemporaryFolder
    let port: Int
    /// Its own certificate's file, which is its authority too.
    let certificate: String
    private let way: Way

    init(_ folder: TemporaryFolder, _ way: Way = .plain, port: Int = ForeignServer.freePort()) async throws {
        self.folder = folder
        self.way = way
        self.port = port
        certificate = folder.file("vsftpd.pem")
        // Its user may pass the folder and write into `remote` only.
        chmod(folder.path, 0o755)
        chmod(folder.file("remote"), 0o777)
        try FileManager.default.createDirectory(atPath: folder.file("empty"), withIntermediateDirectories: true)
        try folder.write("right\n", to: "vsftpd.passwords")
        if way != .plain, !FileManager.default.fileExists(atPath: certificate) { try Self.makeCertificate(folder) }
        try folder.write(Self.configuration(folder, way, port), to: "vsftpd.conf")
        server = try await ForeignServer(Foreign.vsftpd, [folder.file("vsftpd.conf")], port: port, in: folder.path)
    }

    var url: String { (way == .implicit ? "ftps" : "ftp") + "://127.0.0.1:\(port)/remote/" }
    func kill() { server.kill() }

    /// The commands so far, passwords starred out.
    var commands: [String] {
        let text = (try? String(contentsOfFile: folder.file("vsftpd.log"), encoding: .isoLatin1)) ?? ""
        return text.split(separator: "\n").compactMap { line in
            guard line.contains("FTP command:") else { return nil }
            return line.split(separator: "\"").last.map(String.init)
        }
    }

    private static func makeCertificate(_ folder: TemporaryFolder) throws {
        try run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", folder.file("vsftpd.key"), "-out",
                folder.file("vsftpd.pem"),
            ])
    }

    private static func configuration(_ folder: TemporaryFolder, _ way: Way, _ port: Int) -> String {
        let tls = """
            ssl_enable=YES
            allow_anon_ssl=YES
            force_anon_logins_ssl=YES
            force_anon_data_ssl=YES
            implicit_ssl=\(way == .implicit ? "YES" : "NO")
            rsa_cert_file=\(folder.file("vsftpd.pem"))
            rsa_private_key_file=\(folder.file("vsftpd.key"))
            ssl_ciphers=HIGH

            """
        return """
            listen=YES
            background=NO
            listen_address=127.0.0.1
            listen_port=\(port)
            anonymous_enable=YES
            local_enable=NO
            anon_root=\(folder.path)
            secure_chroot_dir=\(folder.file("empty"))
            seccomp_sandbox=NO
            write_enable=YES
            anon_upload_enable=YES
            anon_other_write_enable=YES
            anon_world_readable_only=NO
            secure_email_list_enable=YES
            email_password_file=\(folder.file("vsftpd.passwords"))
            xferlog_enable=YES
            xferlog_std_format=NO
            log_ftp_protocol=YES
            vsftpd_log_file=\(folder.file("vsftpd.log"))
            delay_failed_login=0

            """ + (way == .plain ? "" : tls)
    }
}
