import Foundation
import Model
import PatrolSim
import Platform
import TestKit
import Testing

@Suite("Demonstration year")
struct DemonstrationYearTests {
    private let year = DemonstrationYear()
    private let start = Day(year: 2021, month: 1, day: 1)?.start(in: .shanghai)
    private let end = Day(year: 2022, month: 1, day: 1)?.start(in: .shanghai)

    @Test("it adds up: 11427 accepted, 11312 closed within the year, 83 in January, 32 never")
    func addsUp() throws {
        let start = try #require(start), end = try #require(end)
        let complaints = year.complaints
        #expect(complaints.count == 11_427)
        #expect(complaints.allSatisfy { $0.accepted >= start && $0.accepted < end })
        let closings = complaints.compactMap(\.closed)
        #expect(closings.filter { $0 < end }.count == 11_312)
        #expect(closings.filter { $0 >= end }.count == 83)
        #expect(closings.allSatisfy { $0 < end + .days(31) })
        #expect(complaints.allSatisfy { complaint in complaint.closed.map { $0 >= complaint.accepted } ?? true })
        #expect(complaints.allSatisfy { ($0.closed == nil) == $0.outcome.isEmpty })
    }

    @Test("the edges of the year are there: its first and last second, a closing in each side's second")
    func edges() throws {
        let start = try #require(start), end = try #require(end)
        #expect(year.complaints.first?.accepted == start)
        #expect(year.complaints.last?.accepted == end - .seconds(1))
        #expect(year.complaints.contains { $0.closed == end - .seconds(1) })
        #expect(year.complaints.contains { $0.closed == end })
    }

    @Test("seven channels with uneven shares, every month, each (channel, number) once")
    func channels() {
        let byChannel = Dictionary(grouping: year.complaints, by: \.channel.key).mapValues(\.count)
        #expect(byChannel.count == 7 && Set(byChannel.values).count == 7)
        #expect(byChannel["city-digital"] == 5200 && byChannel["proposal"] == 61)
        #expect(Set(year.complaints.map { Day($0.accepted, in: .shanghai).month }) == Set(1...12))
        #expect(Set(year.complaints.map { $0.channel.key + $0.number }).count == 11_427)
        #expect(year.complaints.allSatisfy { $0.phone.hasPrefix("000") && $0.phone.utf8.count == 11 })
    }

    @Test("nobody complains of barbecues in winter or of snow in summer")
    func seasons() {
        let months = Dictionary(grouping: year.complaints, by: \.category)
            .mapValues { Set($0.map { Day($0.accepted, in: .shanghai).month }) }
        #expect(months["0510"] == [5, 6, 7, 8, 9] && months["0407"] == [1, 2, 3, 11, 12])
        #expect(months["0505"] == Set(1...12))
    }

    @Test("registers: 165 penalties, 183 briefs, 317 news, 754 followers at the end, the rest empty; identities once")
    func registers() throws {
        let registers = Dictionary(uniqueKeysWithValues: year.registers.map { ($0.kind, $0) })
        let penalty = try #require(registers["penalty"])
        #expect(penalty.rows.count == 165 && Set(penalty.rows.map { $0[0] }).count == 165)
        #expect(penalty.rows.allSatisfy { $0[1].hasPrefix("2021-") && (Day($0[1]) != nil) })
        let publication = try #require(registers["publication"])
        #expect(publication.rows.filter { $0[1] == "brief" }.count == 183)
        #expect(publication.rows.filter { $0[1] == "news" }.count == 317)
        #expect(Set(publication.rows.map { $0[0] }).count == 500)
        #expect(registers["followers"]?.rows.last == ["2021-12-31", "754"])
        for kind in ["application", "review", "lawsuit", "licence", "coercion", "fee", "document"] {
            #expect(registers[kind]?.rows.isEmpty == true)
        }
        for register in year.registers { #expect(register.rows.allSatisfy { $0.count == register.header.count }) }
    }

    @Test("python's csv module reads every file that is written and counts the same rows")
    func foreignReader() async throws {
        let folder = try TemporaryFolder()
        try year.write(to: folder.path)
        let script = """
            import csv, glob, sys
            for path in sorted(glob.glob(sys.argv[1] + '/*.csv')):
                raw = open(path, 'rb').read()
                text = raw.decode('utf-8-sig') if raw[:3] == b'\\xef\\xbb\\xbf' else raw.decode('gb18030')
                rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
                assert all(len(row) == len(rows[0]) for row in rows), path
                closed = [row for row in rows[1:] if len(row) == 10 and row[8] and row[8] < '2022']
                print(path.split('/')[-1], len(rows) - 1, len(closed))
            """
        let (status, output) = try await run("python3", ["-c", script, folder.path])
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
        #expect(status == 0)
        let complaints = lines.filter { $0[0].hasPrefix("complaints-") }
        #expect(complaints.count == 7)
        #expect(complaints.compactMap { Int($0[1]) }.reduce(0, +) == 11_427)
        #expect(complaints.compactMap { Int($0[2]) }.reduce(0, +) == 11_312)
        #expect(lines.contains { $0[0] == "register-penalty.csv" && $0[1] == "165" })
        #expect(lines.contains { $0[0] == "register-fee.csv" && $0[1] == "0" })
    }

    @Test("one seed writes the same bytes again, another seed others")
    func sameBytes() throws {
        let folder = try TemporaryFolder()
        for (name, seed) in [("a", 5), ("b", 5), ("c", 6)] as [(String, UInt64)] {
            try DemonstrationYear(seed: seed).write(to: folder.file(name))
        }
        let names = try Files.list(folder.file("a"))
        #expect(names.count == 17)
        for name in names {
            #expect(try Files.read(folder.file("a/" + name)) == Files.read(folder.file("b/" + name)))
        }
        #expect(try Files.read(folder.file("a/complaints-media.csv")) != Files.read(folder.file("c/complaints-media.csv")))
    }

    @Test("seven cameras have some hundreds of alarms with 2021 device times in order; sixty recordings have 2021 names")
    func devices() throws {
        #expect(year.cameras.count == 7)
        for alarms in year.cameras {
            let times = alarms.compactMap(\.dateTime)
            #expect(times.count == alarms.count && times == times.sorted())
            #expect(times.allSatisfy { $0.hasPrefix("2021-") })
        }
        #expect((300...1500).contains(year.cameras.reduce(0) { $0 + $1.filter { $0.activePostCount == 1 }.count }))
        var names: Set<String> = []
        year.recordings { names.insert($0.name) }
        #expect(names.count == 60 && names.allSatisfy { $0.hasPrefix("2021") })
    }
}
