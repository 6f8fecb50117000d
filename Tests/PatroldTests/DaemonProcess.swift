import Foundation
import Model
import TestKit

/// The built program as tests run it: the daemon in the background, commands to their end.
enum Program {
    /// Beside the test runner, where the package manager puts every product.
    static let path: String = {
        let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = URL(fileURLWithPath: runner).deletingLastPathComponent().appendingPathComponent("patrold").path
        return FileManager.default.isExecutableFile(atPath: beside) ? beside : Fixtures.root + "/.build/debug/patrold"
    }()

    struct Outcome {
        let status: Int32
        let output: String
        let errors: String

        /// The first line of output as JSON.
        var json: JSON? { output.split(separator: "\n").first.flatMap { try? JSON(parsing: String($0)) } }
    }

    /// Runs a command to its end.
    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(["LANG": "C.UTF-8"]) { $1 }.merging(environment) { $1 }
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        // Both pipes are read as they fill, so that neither can block the command.
        let collected = ErrorCollector(errors)
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: text, as: UTF8.self), errors: collected.text())
    }
}

/// Reads standard error beside standard output.
///
/// `@unchecked Sendable`: `data` is read only after `group` was left.
private final class ErrorCollector: @unchecked Sendable {
    private var data = Data()
    private let group = DispatchGroup()

    init(_ pipe: Pipe) {
        group.enter()
        DispatchQueue(label: "patrold.test.stderr").async { [self] in
            data = pipe.fileHandleForReading.readDataToEndOfFile()
            group.leave()
        }
    }

    func text() -> String {
        group.wait()
        return String(decoding: data, as: UTF8.self)
    }
}

/// A running daemon of a test; ended with its object at the latest.
///
/// `@unchecked Sendable`: a test drives it from one task.
final class DaemonProcess: @unchecked Sendable {
    let config: String
    private(set) var port = 0
    private let process = Process()
    private let log: String

    /// Starts `patrold run` and returns once it listens.
    init(config: String, log: String, arguments: [String] = []) async throws {
        self.config = config
        self.log = log
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.executableURL = URL(fileURLWithPath: Program.path)
        process.arguments = ["run", "--config", config] + arguments
        process.standardError = FileHandle(forWritingAtPath: log)
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let ready = await eventually(within: 180) { self.listeningPort() != nil || !self.process.isRunning }
        guard ready, let port = listeningPort() else { throw NotReady(log: logText) }
        self.port = port
    }

    struct NotReady: Error {
        let log: String
    }

    var logText: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    private func listeningPort() -> Int? {
        guard let line = logText.split(separator: "\n").first(where: { $0.contains(" listening ") }) else { return nil }
        return line.split(separator: ":").last.flatMap { Int($0) }
    }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Ends it at once, as a power cut of the process would.
    func killHard() {
        signal(SIGKILL)
        process.waitUntilExit()
    }

    /// Asks it to stop and returns its exit status.
    func stop() -> Int32 {
        signal(SIGTERM)
        process.waitUntilExit()
        return process.terminationStatus
    }

    deinit {
        if process.isRunning { killHard() }
    }
}

/// Writes a configuration for a test's daemon and returns its path.
func writeConfiguration(_ folder: TemporaryFolder, _ more: String = "") throws -> String {
    let secret = try folder.write("test-token\n", to: "token")
    chmod(secret, 0o600)
    return try folder.write(
        """
        bureau: {name: 昆都仑区城市管理综合执法局, district: "150203"}
        data: {folder: data}
        listen: {http: "127.0.0.1:0", socket: patrold.sock}
        alive: 1s
        sources:
          - {name: test, scopes: [write, read], file: token}
        \(more)
        """, to: "patrold.yaml")
}
