import Foundation
import Model
import PatrolSim
import Platform
import TestKit
import Testing

/// The nightly scrub inside the running program.
@Suite(.serialized)
struct ScrubEndToEndTests {
    private struct Night {
        let damaged: [JSON]
        let scrubbed: [JSON]
    }

    @Test("the scrub begins at its hour and not before; a byte that turned since the night before is in events, log and custody")
    func nights() async throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.file("spool"), withIntermediateDirectories: true)
        let config = try writeConfiguration(
            folder,
            """
            recorders:
              - {name: rec-1, adapter: spool, folder: spool, stable: 100ms}
            evidence: {nights: 1, hour: 2}
            """)
        let sound = WaveAudio(format: .pcm, seconds: 2, pitch: 300).bytes()
        try Files.writeDurably(sound, to: folder.file("spool/20210601_100000_IN_00013900000001_8001.wav"))

        // The night scrubs what is there by then.
        let evening = try await DaemonProcess(
            config: config, log: folder.file("evening.log"), arguments: ["--simulated-clock", "2021-06-01T20:00:00+08:00@1"])
        let isStored = try await eventually(every: 0.2) {
            try Program.run(["evidence", "list", "--json", "--config", config]).json?["sha256"] != nil
        }
        #expect(isStored, "\(evening.logText.suffix(1000))")
        #expect(evening.stop() == 0)

        let first = try await night("2021-06-02", config, folder) { $0.scrubbed.count == 1 }
        #expect(first.damaged.isEmpty && first.scrubbed.first?["data"]?["files"]?.int == 1)
        #expect(first.scrubbed.first?["data"]?["damaged"]?.int == 0)

        let listed = try Program.run(["evidence", "list", "--json", "--config", config])
        let hash = try #require(listed.json?["sha256"]?.string, "\(listed.output) \(listed.errors)")
        try flip(hash, in: folder)

        let second = try await night("2021-06-03", config, folder) { $0.scrubbed.count == 2 && !$0.damaged.isEmpty }
        #expect(second.damaged.count == 1 && second.damaged.first?["subject"]?.string == hash)
        #expect(second.scrubbed.contains { $0["data"]?["damaged"]?.int == 1 })
        let log = try String(contentsOfFile: folder.file("2021-06-03.log"), encoding: .utf8)
        #expect(log.contains("stored evidence is damaged") && log.contains(hash), "\(log)")
        #expect(try Program.run(["evidence", "show", hash, "--config", config]).output.contains("scrub"))
        for event in second.damaged + second.scrubbed {
            let received = try #require(event["receivedtime"]?.string, "\(event.text)")
            #expect(received.dropFirst(11).hasPrefix("02:"), "not in its hour: \(event.text)")
        }
    }

    /// Runs the daemon from eight minutes to two on, a minute of civil time each second, until the condition holds.
    private func night(
        _ day: String, _ config: String, _ folder: TemporaryFolder, until isOver: (Night) -> Bool
    ) async throws -> Night {
        let daemon = try await DaemonProcess(
            config: config, log: folder.file(day + ".log"), arguments: ["--simulated-clock", day + "T01:52:00+08:00@60"])
        let done = try await eventually(within: 120, every: 0.5) { isOver(try Self.look(config)) }
        let night = try Self.look(config)
        #expect(done, "\(night) \(daemon.logText.suffix(1000))")
        #expect(daemon.stop() == 0)
        return night
    }

    private static func look(_ config: String) throws -> Night {
        func events(_ type: String) throws -> [JSON] {
            try Program.run(["tail", "-n", "100", "--type", "evidence." + type, "--json", "--config", config]).output
                .split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
        }
        return Night(damaged: try events("damaged"), scrubbed: try events("scrubbed"))
    }

    private func flip(_ hash: String, in folder: TemporaryFolder) throws {
        let all = FileManager.default.subpaths(atPath: folder.file("data")) ?? []
        let path = folder.file("data/" + (try #require(all.first { $0.contains(hash) })))
        chmod(path, 0o640)
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: 5000)
        let read = try file.read(upToCount: 1)
        let byte = try #require(read?.first)
        try file.seek(toOffset: 5000)
        try file.write(contentsOf: [byte ^ 1])
        try file.close()
    }
}
