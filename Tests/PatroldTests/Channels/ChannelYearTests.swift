import Foundation
import Model
import PatrolSim
import TestKit
import Testing

/// The year's complaints through the channels themselves, each fed as its ready definition says.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct ChannelYearTests {
    private static let midyear = Timestamp("2021-07-01T00:00:00+08:00") ?? Timestamp(seconds: 0)
    private static let february = Timestamp("2022-02-01T00:00:00+08:00") ?? Timestamp(seconds: 0)

    @Test("11427 complaints come in by seven ways, 99 % are closed, every figure is the published one, and nothing counts twice")
    func year() async throws {
        let bench = try await ChannelYearBench()
        try await bench.sit(until: Self.midyear)
        try await bench.sit(until: Self.february)
        try expectTheYear(bench)
        try await importRegisters(bench)
        let report = try export(bench, to: "first")
        try expectPublished(report)
        let traced = try Program.run([
            "report", "trace", "n.complaints.accepted", "--year", "2021", "-n", "20000", "--json", "--config", bench.config,
        ])
        #expect(Set(traced.output.split(separator: "\n")).count == 11427)
        try await askAgain(bench)
        #expect(try export(bench, to: "second")["narrative"] == report["narrative"])
        #expect(try Program.run(["verify", "--config", bench.config]).status == 0)
        await bench.stop()
    }

    /// Each complaint once, with its channel, its time of acceptance and its closing.
    private func expectTheYear(_ bench: ChannelYearBench) throws {
        func line(_ channel: String, _ accepted: Timestamp, _ closed: Timestamp?) -> String {
            "\(channel) \(accepted.text()) \(closed?.text() ?? "open")"
        }
        let told = bench.year.year.complaints.map { line($0.channel.key, $0.accepted, $0.closed) }
        let known = try bench.rows().map { line($0.name.channel, $0.accepted, $0.closed) }
        #expect(known.count == 11427)
        #expect(known.sorted() == told.sorted())
        #expect(try bench.counts() == Dictionary(uniqueKeysWithValues: SimChannel.all.map { ($0.key, $0.yearShare) }))
        let ways = Dictionary(grouping: bench.year.year.complaints) { bench.year.way(of: $0) }.mapValues(\.count)
        #expect(ways.keys.count == (bench.year.mail == nil ? 6 : 7) && ways.values.reduce(0, +) == 11427)
        #expect(try bench.told() == ["cn.patrold.complaint.received": 11427, "cn.patrold.complaint.closed": 11395])
    }

    /// What else the report tells.
    private func importRegisters(_ bench: ChannelYearBench) async throws {
        try bench.year.year.write(to: bench.folder.file("year"))
        let daemon = try await bench.daemon(at: Self.february)
        for register in bench.year.year.registers {
            let file = bench.folder.file("year/register-\(register.kind).csv")
            let outcome = try Program.run(["import", register.kind, file, "--config", bench.config])
            #expect(outcome.status == 0, "\(register.kind): \(outcome.errors)")
        }
        #expect(daemon.stop() == 0)
    }

    private func export(_ bench: ChannelYearBench, to name: String) throws -> JSON {
        let outcome = try Program.run(
            ["export", "--year", "2021", "--out", bench.folder.file(name), "--config", bench.config])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try JSON(parsing: [UInt8](try Data(contentsOf: URL(fileURLWithPath: bench.folder.file(name + "/report.json")))))
    }

    private func expectPublished(_ report: JSON) throws {
        let narrative = try #require(report["narrative"])
        #expect(narrative["n.complaints.accepted"]?.int == 11427)
        let rate = narrative["n.complaints.closed_rate"]
        #expect(rate?["percent"]?.string == "99%")
        #expect(rate?["numerator"]?.int == 11312 && rate?["denominator"]?.int == 11427)
        let channels = (narrative.members ?? []).filter { $0.key.hasPrefix("n.complaints.accepted.") }
        #expect(channels.count == 7 && channels.compactMap(\.value.int).reduce(0, +) == 11427)
        let closed = (narrative.members ?? []).filter { $0.key.hasPrefix("n.complaints.closed_rate.") }
        #expect(closed.compactMap { $0.value["numerator"]?.int }.reduce(0, +) == 11312)
        guard let path = Fixtures.shared("reference/kundulun-2021.json") else { return }
        let reference = try JSON(parsing: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
        for figure in reference["narrative"]?.members ?? [] where figure.key != "n.complaints.closed_rate" {
            #expect(narrative[figure.key] == figure.value, "\(figure.key)")
        }
        #expect(rate?["percent"] == reference["narrative"]?["n.complaints.closed_rate"]?["percent"])
        for cell in reference["cells"]?.members ?? [] { #expect(report["cells"]?[cell.key] == cell.value, "\(cell.key)") }
    }

    /// All servers are asked once more by a daemon that has just started.
    private func askAgain(_ bench: ChannelYearBench) async throws {
        let channels = ["city-digital", "smart-kundulun", "huanghe-cloud"]
        let told = try bench.told()
        let before = channels.map { bench.year.servers.questions(of: $0) }
        let daemon = try await bench.daemon(at: Self.february)
        let wanted = Set(bench.year.connections.map { "channel-" + $0.channel } + ["channels"])
        let isAsked = try await eventually(within: 180, every: 0.2) {
            let feeds = try bench.feeds()
            return zip(channels, before).allSatisfy { bench.year.servers.questions(of: $0) >= $1 + 2 }
                && wanted.allSatisfy { feeds[$0]?["state"]?.string == "live" }
        }
        #expect(isAsked)
        #expect(try bench.feeds().values.allSatisfy { $0["quarantined"]?.int ?? 0 == 0 })
        #expect(daemon.stop() == 0)
        #expect(try bench.told() == told)
    }
}
