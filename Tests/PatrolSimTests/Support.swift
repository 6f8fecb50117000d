import Foundation
import Model
import PatrolSim
import Testing

/// Runs a command-line program to its end and gives back what it printed.
func run(_ program: String, _ arguments: [String]) async throws -> (status: Int32, output: [UInt8]) {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [program] + arguments
            let pipe = Pipe()
            process.standardOutput = pipe
            process.standardError = FileHandle.nullDevice
            do {
                try process.run()
                let output = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
                process.waitUntilExit()
                continuation.resume(returning: (process.terminationStatus, output))
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }
}

/// curl reading an alert stream into a file, as a client that knows nothing of the simulator.
final class CurlStream: Sendable {
    private let process: Process
    private let path: String

    init(_ url: String, password: String = "right-1", path streamPath: String = "/ISAPI/Event/notification/alertStream") throws {
        path = NSTemporaryDirectory() + "patrold-curl-" + UUID().uuidString
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "curl", "-s", "-N", "--digest", "-u", "admin:" + password, "--max-time", "900", "-o", path, url + streamPath,
        ]
        try process.run()
    }

    var bytes: [UInt8] { (FileManager.default.contents(atPath: path)).map { [UInt8]($0) } ?? [] }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var isRunning: Bool { process.isRunning }

    func count(_ needle: String) -> Int { text.components(separatedBy: needle).count - 1 }

    deinit {
        // Not SIGTERM: the child may have inherited a worker thread's mask, which blocks it.
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// One camera named `cam-1`, password `right-1`, with no heartbeat unless told.
func oneCamera(
    heartbeat: Span? = nil, change: (inout ISAPICameraSettings) -> Void = { _ in }
) async throws -> (ISAPICameraServer, ISAPICamera) {
    var settings = ISAPICameraSettings(name: "cam-1", password: "right-1", channelName: "钢铁大街")
    settings.heartbeat = heartbeat
    settings.clock = { Timestamp(seconds: 1_622_505_600) }
    change(&settings)
    let server = try await ISAPICameraServer.start([settings])
    return (server, try #require(server.cameras.first))
}

/// The HTTP status that curl gets with the right password; `000` where nobody answers.
func status(_ url: String) async throws -> (status: Int32, code: String) {
    let (status, output) = try await run(
        "curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "120", "--digest", "-u", "admin:right-1", url])
    return (status, String(decoding: output, as: UTF8.self))
}
