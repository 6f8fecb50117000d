import Foundation
import Ledger
import Model
import PatrolSim
import TestKit
import Testing

/// The main job, through the real protocols and the built program.
@Suite(.serialized)
struct EndToEndTests {
    @Test("alarms of seven cameras, recordings and complaints become incidents that the commands show")
    func becomeIncidents() async throws {
        let folder = try TemporaryFolder()
        let city = try await SimulatedCity.start(
            folder: folder.path, seed: 7, pace: .init(alarmsPerMille: 400, recordings: .seconds(1), channelFiles: nil))
        let config = try cityConfiguration(folder, city)
        let daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        let file = try #require(try city.channels.tellNext())
        let imported = try Program.run(["import", "complaints", file, "--config", config, "--json"])
        #expect(imported.status == 0, "\(imported.errors)")
        let complete = try await eventually(within: 180) {
            let incidents = try Program.run(["incident", "list", "-n", "500", "--json", "--config", config]).output.split(
                separator: "\n"
            )
            .compactMap { try? JSON(parsing: String($0)) }
            let cameras = Set(incidents.filter { $0["origin"]?.string == "camera" }.compactMap { $0["reference"]?.string })
            let origins = Set(incidents.compactMap { $0["origin"]?.string })
            return cameras.count == 7 && origins.isSuperset(of: ["camera", "complaint", "telephone"])
        }
        #expect(complete)
        // On a busy machine a stream may break in between, and comes back.
        var status: Program.Outcome?
        let isHealthy = try await eventually {
            let now = try Program.run(["status", "--json", "--config", config])
            status = now
            return now.status == 0 && now.json?["feeds"]?.array?.allSatisfy { $0["state"]?.string == "live" } == true
        }
        #expect(isHealthy, "\(status?.output ?? "")")
        #expect(status?.json?["feeds"]?.array?.count == 8)
        let tail = try Program.run(["tail", "-n", "5", "--json", "--config", config])
        #expect(tail.output.split(separator: "\n").count == 5)
        #expect(tail.json?["specversion"]?.string == "1.0")
        #expect(daemon.stop() == 0)
        await city.stop()
        #expect(try Program.run(["verify", "--config", config]).status == 0)
        #expect(try Program.run(["status", "--config", config]).status == 75, "a stopped daemon is not healthy")
    }

    @Test("an operator works a complaint off through the commands, and illegal moves are refused with the legal ones")
    func workedOff() async throws {
        let folder = try TemporaryFolder()
        let config = try writeConfiguration(folder)
        let daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        let csv = try folder.write(
            "渠道,编号,受理时间,内容,地点,诉求人,电话\n智慧昆都仑,A-1,2021-03-05 10:20,路口垃圾未清,钢铁大街,张三丰,00013900001111\n", to: "a.csv")
        #expect(try Program.run(["import", "complaints", csv, "--config", config]).status == 0)
        let again = try Program.run(["import", "complaints", csv, "--config", config, "--json"])
        #expect(again.json?["accepted"]?.int == 0 && again.json?["duplicate"]?.int == 1)
        let found = try await eventually { try Program.run(["incident", "list", "--json", "--config", config]).json != nil }
        try #require(found)
        let id = try #require(try Program.run(["incident", "list", "--json", "--config", config]).json?["id"]?.string)
        func move(_ words: String...) throws -> Program.Outcome {
            try Program.run(["incident", words[0], id, "--config", config] + words.dropFirst())
        }
        let early = try move("file")
        #expect(early.status == 65)
        #expect(early.errors.contains("verify"))
        #expect(try move("verify", "--result", "exists").status == 0)
        #expect(try move("file").status == 0)
        #expect(try move("dispatch").errors.contains("--department"))
        #expect(try move("dispatch", "--department", "市容科").status == 0)
        #expect(try move("report-back").status == 0)
        #expect(try move("check", "--result", "fail").output.contains("dispatched"))
        #expect(try move("report-back").status == 0)
        #expect(try move("check", "--result", "pass").status == 0)
        #expect(try move("close", "--by", "王五").output.contains("closed"))
        let shown = try Program.run(["incident", "show", id, "--json", "--config", config])
        #expect(shown.json?["rework"]?.int == 1)
        #expect(shown.json?["history"]?.array?.count == 9)
        for words in [["tail", "-n", "100"], ["tail", "-n", "100", "--json"], ["incident", "show", id]] {
            let output = try Program.run(words + ["--config", config]).output
            #expect(!output.contains("张三丰") && !output.contains("0001390"), "personal data in \(words)")
        }
        #expect(!daemon.logText.contains("张三丰"))
        #expect(daemon.stop() == 0)
    }

    private func cityConfiguration(_ folder: TemporaryFolder, _ city: SimulatedCity) throws -> String {
        var lines = ["cameras:"]
        for camera in city.cameras {
            try folder.write(camera.password, to: "password-" + camera.name)
            chmod(folder.file("password-" + camera.name), 0o600)
            lines.append(
                "  - {name: \(camera.name), adapter: isapi, url: \"\(camera.url)\", user: \(camera.user), "
                    + "password: {file: password-\(camera.name)}, place: \(camera.place)}")
        }
        lines += ["recorders:", "  - {name: recorder-1, adapter: spool, folder: \"\(city.spoolFolder)\"}"]
        return try writeConfiguration(folder, lines.joined(separator: "\n"))
    }
}
