import Foundation
import Model
import TestKit
import Testing

/// What the commands say and how they end when something is wrong.
@Suite
struct CommandTests {
    @Test("a wrong key in the configuration is named with file, line and a suggestion, exit 78")
    func wrongKey() throws {
        let folder = try TemporaryFolder()
        let config = try folder.write("bureau: {name: x}\nlisten:\n  htp: 127.0.0.1:0\n", to: "patrold.yaml")
        let outcome = try Program.run(["check", "--config", config])
        #expect(outcome.status == 78)
        #expect(outcome.errors.contains("patrold.yaml:3") && outcome.errors.contains("http"))
    }

    @Test("commands that write say that no daemon answers, exit 69")
    func noDaemon() throws {
        let folder = try TemporaryFolder()
        let config = try writeConfiguration(folder)
        let outcome = try Program.run(["register", "penalty", "add", "number=1", "decided=2021-03-05", "--config", config])
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains("patrold run"))
    }

    @Test("an import with a refused row stores nothing, and says row, column and what would be right")
    func refusedImport() async throws {
        let folder = try TemporaryFolder()
        let config = try writeConfiguration(folder)
        let daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        let csv = try folder.write(
            "number,decided\nA-1,2021-03-05\nA-2,2021-13-05\n", to: "penalties.csv")
        let outcome = try Program.run(["import", "penalty", csv, "--config", config])
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("row 3") && outcome.errors.contains("decided"))
        let partial = try Program.run(["import", "penalty", csv, "--partial", "--config", config, "--json"])
        #expect(partial.status == 0)
        #expect(partial.output.contains("\"accepted\":1"))
        #expect(daemon.stop() == 0)
    }

    @Test("registers: a correction and a voiding are events of their own, and an addition twice is refused")
    func registers() async throws {
        let folder = try TemporaryFolder()
        let config = try writeConfiguration(folder)
        let daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        func register(_ words: String...) throws -> Program.Outcome {
            try Program.run(["register", "penalty"] + words + ["--config", config])
        }
        func listed() async throws -> [JSON] {
            var rows: [JSON] = []
            _ = try await eventually {
                rows = try Program.run(["register", "penalty", "list", "--json", "--config", config]).output.split(
                    separator: "\n"
                )
                .compactMap { try? JSON(parsing: String($0)) }
                return !rows.isEmpty
            }
            return rows
        }
        #expect(try register("add", "number=甲1", "decided=2021-03-05").status == 0)
        #expect(try register("add", "number=甲1", "decided=2021-03-06").status == 65)
        #expect(try await listed().first?["fields"]?["decided"]?.string == "2021-03-05")
        #expect(try register("correct", "甲1", "decided=2021-03-06").status == 64, "a reason must be given")
        #expect(try register("correct", "甲1", "decided=2021-03-06", "--reason", "录入错误").status == 0)
        let corrected = try await eventually { try await listed().first?["fields"]?["decided"]?.string == "2021-03-06" }
        #expect(corrected)
        #expect(try await listed().first?["positions"]?.array?.count == 2)
        #expect(try register("void", "甲1", "--reason", "重复登记").status == 0)
        let gone = try await eventually {
            try Program.run(["register", "penalty", "list", "--json", "--config", config]).output.isEmpty
        }
        #expect(gone)
        #expect(daemon.stop() == 0)
    }

    @Test("a published report passes, one changed cell exits 65 and is named, an empty file exits 66")
    func reportCheck() throws {
        let folder = try TemporaryFolder()
        let empty = try folder.write("", to: "empty.txt")
        #expect(try Program.run(["report", "check", empty]).status == 66)
        #expect(try Program.run(["report", "check", folder.file("missing.txt")]).status == 66)
        guard let path = Fixtures.shared("source/annual-report-2021.txt") else { return }
        #expect(try Program.run(["report", "check", path]).status == 0)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let row = "二、上年结转政府信息公开申请数量 | 0"
        try #require(text.contains(row))
        let changed = try folder.write(text.replacing(row, with: "二、上年结转政府信息公开申请数量 | 3"), to: "changed.txt")
        let outcome = try Program.run(["report", "check", changed])
        #expect(outcome.status == 65)
        for word in ["A1", "A3", "t3.r2.natural=3", "3"] { #expect(outcome.output.contains(word), "\(word) is not said") }
    }

    @Test("a second daemon on the same data is refused, a bad reload changes nothing, a good one adds a camera")
    func reload() async throws {
        let folder = try TemporaryFolder()
        let config = try writeConfiguration(folder)
        let daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        let second = try Program.run(["run", "--config", config])
        #expect(second.status == 75)
        #expect(second.errors.contains("another patrold"))
        let good = try String(contentsOfFile: config, encoding: .utf8)
        try folder.write(good + "\nnonsense: 1\n", to: "patrold.yaml")
        daemon.signal(SIGHUP)
        #expect(await eventually { daemon.logText.contains("configuration refused") })
        try folder.write("secret", to: "password")
        chmod(folder.file("password"), 0o600)
        let camera =
            "cameras:\n  - {name: cam-9, adapter: isapi, url: \"http://127.0.0.1:9\", user: a, password: {file: password}, place: 钢铁大街}\n"
        try folder.write(good + "\n" + camera, to: "patrold.yaml")
        daemon.signal(SIGHUP)
        let unreachable = try await eventually {
            try Program.run(["status", "--json", "--config", config]).output.contains("\"unreachable\"")
        }
        #expect(unreachable)
        #expect(try await eventually { try Program.run(["status", "--config", config]).status == 75 })
        #expect(daemon.stop() == 0)
    }
}
