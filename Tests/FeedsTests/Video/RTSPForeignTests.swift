import Foundation
import Model
import PatrolSim
import TestKit
import Testing

/// The simulator is held honest by a client that is not ours: libcurl, driven from Python.
@Suite("A foreign RTSP client at the simulated server") struct RTSPForeignTests {
    private static let python = ["/usr/bin/python3"].first { FileManager.default.isExecutableFile(atPath: $0) }

    /// What the client prints, nothing where it is absent.
    private func ask(_ url: String, password: String) async throws -> JSON? {
        guard let python = Self.python else { return nil }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [Fixtures.root + "/Tests/Foreign/rtsp_describe.py", url, "patrol", password]
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer { kill(process.processIdentifier, SIGKILL) }
        let bytes = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: output.fileHandleForReading.readDataToEndOfFile()) }
        }
        process.waitUntilExit()
        guard process.terminationStatus != 77 else { return nil }
        return try JSON(parsing: [UInt8](bytes))
    }

    @Test(
        "libcurl logs in with digest and gets the description", arguments: [[], [.oldDigest], [.singleBytes]] as [Set<RTSPFault>])
    func digest(faults: Set<RTSPFault>) async throws {
        var settings = RTSPServerSettings()
        settings.faults = faults
        let server = try await RTSPServer.start(settings)
        let answer = try await ask(server.url(), password: "secret")
        let wrong = try await ask(server.url(), password: "wrong")
        await server.stop()
        guard let answer else { return print("skipped: no python3, or no libcurl with RTSP") }
        #expect(answer["options"]?["status"]?.int == 200, "\(answer.text)")
        #expect(answer["describe"]?["status"]?.int == 200, "\(answer.text)")
        #expect(answer["describe"]?["body"]?.string?.contains("m=video 0 RTP/AVP 96") == true)
        #expect(wrong?["describe"]?["status"]?.int == 401)
    }

    @Test("libcurl is told that a channel does not exist")
    func noChannel() async throws {
        let server = try await RTSPServer.start(RTSPServerSettings())
        let answer = try await ask(server.url("/nothing"), password: "secret")
        await server.stop()
        guard let answer else { return print("skipped: no python3, or no libcurl with RTSP") }
        #expect(answer["describe"]?["status"]?.int == 404, "\(answer.text)")
    }
}
