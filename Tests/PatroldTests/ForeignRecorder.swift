import Foundation
import PatrolSim
import TestKit

/// A recorder's folder behind a server of another maker, which ends with the value.
///
/// `@unchecked Sendable`: a test drives it from one task.
final class ForeignRecorder: @unchecked Sendable {
    enum Way: String, Sendable, CaseIterable {
        case ftp, sftp

        /// The script under `Tests/Foreign`, and the Python package that it needs.
        fileprivate var script: String { self == .ftp ? "remote_ftpd.py" : "remote_sftpd.py" }
        fileprivate var package: String { self == .ftp ? "pyftpdlib" : "asyncssh" }
    }

    private static let python = Fixtures.root + "/.venv/bin/python"
    private let process = Process()
    private let folder: TemporaryFolder
    private let way: Way
    private let port: Int

    /// Why there is none, as a sentence; nothing where there is.
    static func lack(_ way: Way) -> String? {
        let needed = [python, "/usr/bin/ssh-keygen"]
        guard needed.allSatisfy({ FileManager.default.isExecutableFile(atPath: $0) }),
            (try? run(python, ["-c", "import " + way.package])) == 0
        else { return "\(way.package) is not installed: make test" }
        return nil
    }

    init(_ way: Way, _ folder: TemporaryFolder) async throws {
        self.way = way
        self.folder = folder
        port = try LoopbackAddress.freePort()
        try FileManager.default.createDirectory(atPath: folder.file("remote"), withIntermediateDirectories: true)
        for (name, text) in [("recorder-password", "right\n"), ("recorder-token", "t-1\n")] {
            chmod(try folder.write(text, to: name), 0o600)
        }
        var arguments = [Fixtures.root + "/Tests/Foreign/" + way.script, "\(port)", folder.file("remote")]
        if way == .sftp {
            _ = try Self.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", folder.file("host")])
            arguments.append(folder.file("host"))
        }
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = arguments + [folder.file("remote.log"), "{}"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Path of a file over there.
    func path(_ name: String) -> String { folder.file("remote/" + name) }

    /// The recorder's entry in a configuration, with its records posted.
    ///
    /// A file must stand still for longer than a busy machine may hold up whoever writes it.
    func entry() throws -> String {
        let server = way == .ftp ? "" : "host_key: \"\(try fingerprint())\", "
        return """
            recorders:
              - {name: rec-1, adapter: \(way.rawValue), url: "\(way.rawValue)://127.0.0.1:\(port)/", user: recorder, \(server)
                 password: {file: recorder-password}, after: delete, every: 1s, stable_after: 10s, stable: 200ms, patience: 2s,
                 pair: 2d, calls: {push: {token: {file: recorder-token}}}}
            """
    }

    private func fingerprint() throws -> String {
        let pipe = Pipe()
        _ = try Self.run("/usr/bin/ssh-keygen", ["-l", "-f", folder.file("host.pub")], output: pipe)
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return text.split(separator: " ").first { $0.hasPrefix("SHA256:") }.map(String.init) ?? ""
    }

    private static func run(_ program: String, _ arguments: [String], output: Pipe? = nil) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        if let output { process.standardOutput = output } else { process.standardOutput = FileHandle.nullDevice }
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
