import Foundation
import Glibc
import Model
import TestKit

/// A client of other people's making that runs as a child process and writes what it saw into a file.
final class ForeignClient {
    private let process = Process()
    private let folder: TemporaryFolder
    private var out: String { folder.file("result.json") }

    /// The checkout's Python, where it has that package.
    static func python(with package: String) -> String? {
        let tests = URL(fileURLWithPath: Fixtures.root + "/Tests").resolvingSymlinksInPath()
        let root = tests.deletingLastPathComponent().path + "/.venv"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root + "/lib")) ?? []
        let isThere = versions.contains { FileManager.default.fileExists(atPath: "\(root)/lib/\($0)/site-packages/\(package)") }
        return isThere ? root + "/bin/python3" : nil
    }

    /// Runs `Tests/Foreign/<script>`; the file for the result is its last argument.
    init(_ script: String, package: String, _ arguments: [String]) throws {
        folder = try TemporaryFolder("patrold-foreign")
        process.executableURL = URL(fileURLWithPath: Self.python(with: package) ?? "/bin/false")
        process.arguments = [Fixtures.root + "/Tests/Foreign/" + script] + arguments + [folder.file("result.json")]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Waits until its stream is open.
    func isReady() async -> Bool {
        await eventually { FileManager.default.fileExists(atPath: out + ".ready") || !process.isRunning }
    }

    /// Waits for its end.
    func result() async throws -> JSON? {
        guard await eventually({ !process.isRunning }), let data = FileManager.default.contents(atPath: out) else { return nil }
        return try JSON(parsing: [UInt8](data))
    }
}
