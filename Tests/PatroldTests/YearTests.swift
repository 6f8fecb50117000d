import Foundation
import Model
import PatrolSim
import TestKit
import Testing

/// The year 2021: the published figures come out of records that came in through feeds, imports and registers.
@Suite(.serialized)
struct YearTests {
    @Test("the year's export has every cell and figure of the published report, and the same bytes again and after a rebuild")
    func reproduces() async throws {
        let folder = try TemporaryFolder()
        let year = try await SimulatedYear.start(folder: folder.path)
        var lines = ["incidents: {tolerance: 400d}", "cameras:"]
        for camera in year.cameras {
            try folder.write(camera.password, to: "password-" + camera.name)
            chmod(folder.file("password-" + camera.name), 0o600)
            lines.append(
                "  - {name: \(camera.name), adapter: isapi, url: \"\(camera.url)\", user: \(camera.user), "
                    + "password: {file: password-\(camera.name)}, place: \(camera.place)}")
        }
        let config = try writeConfiguration(folder, lines.joined(separator: "\n"))
        let daemon = try await DaemonProcess(
            config: config, log: folder.file("daemon.log"), arguments: ["--simulated-clock", "2021-12-31T18:00:00+08:00@1"])
        #expect(await eventually { year.isHeard })
        year.streamAlarms()
        for name in try FileManager.default.contentsOfDirectory(atPath: year.dataFolder).sorted() {
            let kind = name.hasPrefix("complaints-") ? "complaints" : String(name.dropFirst("register-".count).dropLast(4))
            let outcome = try Program.run(["import", kind, year.dataFolder + "/" + name, "--config", config])
            #expect(outcome.status == 0, "\(name): \(outcome.errors)")
        }
        let online = try await eventually {
            try Program.run(["tail", "-n", "1000", "--type", "camera.status", "--json", "--config", config]).output.contains(
                "cam-7")
        }
        #expect(online)
        #expect(daemon.stop() == 0)
        await year.stop()
        #expect(try Program.run(["verify", "--config", config]).status == 0)
        let first = try export(folder, config, to: "first")
        try expectPublishedFigures(first)
        _ = try export(folder, config, to: "second")
        try expectSameFiles(folder, "first", "second")
        #expect(try Program.run(["rebuild", "--config", config]).status == 0)
        _ = try export(folder, config, to: "third")
        try expectSameFiles(folder, "first", "third")
        #expect(try Program.run(["report", "check", folder.file("first/report.json")]).status == 0)
        let traced = try Program.run(
            ["report", "trace", "t2.penalty.decisions", "--year", "2021", "-n", "1000", "--json", "--config", config])
        #expect(traced.output.split(separator: "\n").count == 165)
    }

    private func export(_ folder: TemporaryFolder, _ config: String, to name: String) throws -> JSON {
        let outcome = try Program.run(
            ["export", "--year", "2021", "--out", folder.file(name), "--config", config],
            environment: name == "second" ? ["TZ": "America/New_York", "LANG": "zh_CN.UTF-8"] : [:])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try JSON(parsing: [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file(name + "/report.json")))))
    }

    private func expectPublishedFigures(_ report: JSON) throws {
        let narrative = report["narrative"]
        #expect(narrative?["n.complaints.accepted"]?.int == 11427)
        #expect(narrative?["n.complaints.closed_rate"]?["percent"]?.string == "99%")
        #expect(narrative?["n.penalties.decided"]?.int == 165)
        #expect(narrative?["n.briefs.issued"]?.int == 183)
        #expect(narrative?["n.news.published"]?.int == 317)
        #expect(narrative?["n.followers.at_year_end"]?.int == 754)
        #expect(narrative?["n.cameras.installed"]?.int == 7)
        let channels = (narrative?.members ?? []).filter { $0.key.hasPrefix("n.complaints.accepted.") }
        #expect(channels.count == 7)
        #expect(channels.compactMap(\.value.int).reduce(0, +) == 11427)
        guard let path = Fixtures.shared("reference/kundulun-2021.json") else { return }
        let reference = try JSON(parsing: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
        for cell in reference["cells"]?.members ?? [] {
            #expect(report["cells"]?[cell.key] == cell.value, "\(cell.key)")
        }
    }

    private func expectSameFiles(_ folder: TemporaryFolder, _ left: String, _ right: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file(left)).sorted()
        #expect(names == (try FileManager.default.contentsOfDirectory(atPath: folder.file(right)).sorted()))
        #expect(names.count >= 11)
        for name in names {
            #expect(
                FileManager.default.contentsEqual(
                    atPath: folder.file(left + "/" + name), andPath: folder.file(right + "/" + name)),
                "\(name) differs between \(left) and \(right)")
        }
    }
}
