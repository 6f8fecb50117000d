import Foundation
import Journal
import Model
import PatrolSim
import TestKit
import Testing

/// A recorder on another machine with all its bad habits, through the built program.
@Suite(.serialized)
struct RecorderEndToEndTests {
    /// What the recorder does to a call's file.
    private enum Habit: Int, CaseIterable {
        /// Writes it under its name while the call runs.
        case live
        /// Writes it under a temporary name and renames it late.
        case renamed
        /// Dies in the middle of it and uploads it anew.
        case crashed
        /// Uploads it twice, the second time when the first is taken.
        case twice
        /// Uploads it under another name too.
        case copied
        /// Sends the record a day late.
        case late
    }

    private struct Sample {
        let habit: Habit
        let call: SimCall
        let bytes: [UInt8]
        let name: String

        init(_ habit: Habit) {
            let start = Timestamp(seconds: 1_622_512_800 + Int64(habit.rawValue) * 60)
            let seconds = 3 + habit.rawValue
            let id = "1622512800.\(habit.rawValue)"
            let digits = start.text().prefix(19).filter(\.isNumber)
            self.habit = habit
            name = "\(digits)-\(id)-00013900000001-8001-Inbound.wav"
            call = SimCall(id: id, caller: "00013900000001", callee: "8001", started: start, talk: seconds, recording: name)
            bytes = WaveAudio(format: .pcm, seconds: seconds, pitch: 200 + 10 * habit.rawValue).bytes()
        }
    }

    @Test(
        """
        a recorder that uploads while the call runs, renames late, crashes mid-file, uploads twice and under two names and sends a \
        record a day late: one recording a call, the right length, nothing lost, nothing twice
        """, arguments: ForeignRecorder.Way.allCases)
    func habits(way: ForeignRecorder.Way) async throws {
        if let lack = ForeignRecorder.lack(way) { return print("not run: \(lack)") }
        let folder = try TemporaryFolder()
        let recorder = try await ForeignRecorder(way, folder)
        let config = try writeConfiguration(folder, recorder.entry())
        let samples = Habit.allCases.map { Sample($0) }
        var daemon = try await DaemonProcess(
            config: config, log: folder.file("daemon.log"), arguments: ["--simulated-clock", "2021-06-01T10:30:00+08:00@1"])
        // Half of the records come before their files.
        try await post(samples.filter { [.live, .crashed, .copied].contains($0.habit) }, to: daemon)
        for sample in samples { try await upload(sample, recorder) }
        try await post(samples.filter { [.renamed, .twice].contains($0.habit) }, to: daemon)
        let isComplete = try await eventually(within: 180, every: 0.3) {
            let rows = try self.rows(config)
            return rows.filter { $0["state"]?.string == "complete" }.count == 5
                && rows.filter { $0["state"]?.string == "waiting-for-record" }.count == 1
        }
        let first = try rows(config).map(\.text)
        #expect(isComplete, "\(first) \(daemon.logText.suffix(2000))")
        #expect(daemon.stop() == 0)
        daemon = try await DaemonProcess(
            config: config, log: folder.file("daemon-2.log"), arguments: ["--simulated-clock", "2021-06-02T10:31:00+08:00@1"])
        try await post(samples.filter { $0.habit == .late }, to: daemon)
        let isPaired = try await eventually(within: 180, every: 0.3) {
            try self.rows(config).allSatisfy { $0["state"]?.string == "complete" }
        }
        let second = try rows(config).map(\.text)
        #expect(isPaired, "\(second)")
        try expectOnce(samples, config, folder)
        // What is stored is gone over there, whatever name it had.
        #expect(
            try await eventually(within: 120) {
                try FileManager.default.contentsOfDirectory(atPath: recorder.path("")).isEmpty
            })
        #expect(daemon.stop() == 0)
        #expect(try Program.run(["verify", "--config", config]).status == 0)
    }

    /// Does to the file of a call what the recorder does; returns when that is over, but for the fetching.
    private func upload(_ sample: Sample, _ recorder: ForeignRecorder) async throws {
        let path = recorder.path(sample.name)
        func whole(_ to: String) throws {
            let file = try RecorderUpload(sample.bytes, to: to)
            try file.write(upTo: 1)
            file.end()
        }
        switch sample.habit {
        case .live:
            let file = try RecorderUpload(sample.bytes, to: path)
            for step in 1...6 {
                try file.write(upTo: Double(step) / 6, isLive: true)
                try await Task.sleep(for: .milliseconds(400))
            }
            try file.patchHeader()
            file.end()
        case .renamed:
            let file = try RecorderUpload(sample.bytes, to: path + ".part")
            try file.write(upTo: 1)
            file.end()
            try await Task.sleep(for: .seconds(3))
            try file.rename(to: path)
        case .crashed:
            let file = try RecorderUpload(sample.bytes, to: path)
            try file.write(upTo: 0.4, isLive: true)
            file.end()
            // It lies there until it was fetched and taken as it stands.
            #expect(await eventually(within: 120) { !FileManager.default.fileExists(atPath: path) }, "it was not taken")
            try whole(path)
        case .twice:
            try whole(path)
            #expect(await eventually(within: 120) { !FileManager.default.fileExists(atPath: path) }, "it was not taken")
            try whole(path)
        case .copied:
            try whole(path)
            try whole(recorder.path(sample.name.replacing("Inbound", with: "inbound")))
        case .late: try whole(path)
        }
    }

    private func post(_ samples: [Sample], to daemon: DaemonProcess) async throws {
        let exchange = PBXSimulator(
            to: "127.0.0.1", port: daemon.port, path: "/push/calls/rec-1", authorization: "Bearer t-1")
        for sample in samples {
            let statuses = await exchange.post(sample.call, in: .newCdr)
            #expect(statuses.last == 200)
        }
    }

    private func rows(_ config: String) throws -> [JSON] {
        let listed = try Program.run(["recording", "list", "-n", "100", "--json", "--config", config])
        return listed.output.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
    }

    private func expectOnce(_ samples: [Sample], _ config: String, _ folder: TemporaryFolder) throws {
        let rows = try rows(config)
        #expect(rows.count == samples.count)
        for sample in samples {
            let row = try #require(rows.first { $0["callID"]?.string == sample.call.id })
            let seconds = try #require(row["seconds"]?.plainText.flatMap { Double($0) })
            #expect(abs(seconds - Double(sample.call.talk)) < 0.01, "\(sample.habit): \(row.text)")
            #expect(row["difference"] == nil && row["bytes"]?.int == sample.bytes.count, "\(sample.habit): \(row.text)")
            #expect(row["incident"] == nil)
        }
        let journal = try JournalReader(path: folder.file("data/journal.sqlite"))
        var files: [String: Int] = [:]
        try journal.forEach(after: 0, limit: .max) { stored in
            guard stored.event.type == EventType.recordingFile, let id = stored.event.payload?["callID"]?.string else { return }
            files[id, default: 0] += 1
        }
        // The half file of the crash and the second name are events of their own, and one recording all the same.
        let allowed: [Habit: ClosedRange<Int>] = [.crashed: 2...2, .copied: 2...2]
        for sample in samples {
            #expect((allowed[sample.habit] ?? 1...1).contains(files[sample.call.id] ?? 0), "\(sample.habit): \(files)")
        }
    }
}
