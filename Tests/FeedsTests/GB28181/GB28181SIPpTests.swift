import Feeds
import Foundation
import Model
import TestKit
import Testing

/// SIPp plays the device (Tests/Foreign/gb28181_device.xml).
@Suite struct GB28181SIPpTests {
    private static let program = ["/usr/bin/sipp", "/usr/local/bin/sipp"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private func device(_ port: UInt16, _ transport: String, _ folder: TemporaryFolder) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(Self.program))
        process.arguments = [
            "-sf", Fixtures.root + "/Tests/Foreign/gb28181_device.xml", "-m", "1", "-nostdin", "-i", "127.0.0.1", "-t", transport,
            "-s", GB28181Site.platformCode, "-key", "device", GB28181Site.deviceCode, "-key", "domain", "1502030000",
            "-au", GB28181Site.deviceCode, "-ap", "secret", "-timeout", "40s", "-timeout_error", "-trace_err", "-error_file",
            folder.file("errors"), "127.0.0.1:\(port)",
        ]
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    @Test(
        "SIPp registers with digest, keeps alive and raises an alarm that is stored once, however often it repeats it",
        .enabled(if: program != nil, "needs sipp (Debian sip-tester)"), arguments: ["u1", "t1"])
    func plays(transport: String) async throws {
        let folder = try TemporaryFolder()
        let site = try GB28181Site(secret: "secret")
        site.journal.refuse(.unwritable)
        let sipp = try device(site.port, transport, folder)
        defer { if sipp.isRunning { kill(sipp.processIdentifier, SIGKILL) } }
        // Over UDP it has to send the alarm again while the journal refuses.
        #expect(await eventually { site.journal.state.withLock { $0.calls } > 4 })
        #expect(site.journal.alarms.isEmpty && sipp.isRunning)
        site.journal.refuse(nil)
        #expect(await eventually { !sipp.isRunning })
        #expect(sipp.terminationStatus == 0, "\((try? String(contentsOfFile: folder.file("errors"), encoding: .utf8)) ?? "")")
        #expect(site.journal.alarms.map(\.rawType) == ["5/6/1"])
        await site.stop()
    }
}
