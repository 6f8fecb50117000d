import Foundation
import Ledger
import Model
import TestKit
import Testing

@testable import Disclosure

@Suite("Figures trace back") struct TraceTests {
    @Test("Every cell and figure lists as many records as it counts")
    func everyFigure() throws {
        var ledger = CountingTests.threeYears()
        let published = MemoryLedger.published2021()
        ledger.registers.merge(published.registers) { first, _ in first }
        ledger.seen = published.seen
        ledger.complaints = Array(published.complaints.prefix(300))
        let report = try AnnualReport.compute(
            ReportRequest(year: 2021, bureau: "x", channels: MemoryLedger.channels), from: ledger)
        let tracer = try Tracer()
        for figure in report.cells + report.narrative {
            let page = try tracer.trace(figure.key, year: 2021, in: ledger, limit: 100_000)
            #expect(page.next == nil)
            #expect(page.records.allSatisfy { !$0.events.isEmpty })
            switch figure.value {
            case .count(let count): #expect(page.records.count == count, "\(figure.key)")
            case .rate(let rate): #expect(page.records.count == rate.numerator)
            case .reading: #expect(page.records.count == 1)
            case .amount, .unknown: break
            }
        }
    }

    @Test("A total lists the union of its parts")
    func union() throws {
        let ledger = CountingTests.threeYears()
        let tracer = try Tracer()
        func names(_ key: String) throws -> [String] {
            try tracer.trace(key, year: 2021, in: ledger, limit: 10_000).records.map(\.name)
        }
        let columns = ["natural", "business", "research", "ngo", "legal", "other"]
        let parts = try (3...23).flatMap { row in try columns.flatMap { try names("t3.r\(row).\($0)") } }
        #expect(try Set(names("t3.r24.total")) == Set(parts))
        #expect(parts.count == Set(parts).count)
    }

    @Test("Pages follow one another without loss or repeat")
    func pages() throws {
        let ledger = MemoryLedger.published2021()
        let tracer = try Tracer()
        var seen: [String] = []
        var after: Int? = 0
        while let at = after {
            let page = try tracer.trace("n.complaints.accepted.media", year: 2021, in: ledger, limit: 500, after: at)
            seen += page.records.map(\.name)
            after = page.next
        }
        #expect(seen.count == Set(seen).count)
        #expect(seen.count == ledger.complaints.count { $0.channel == "media" })
    }

    @Test("An unknown figure is refused with a word on where the keys are")
    func unknown() throws {
        #expect(throws: DisclosureError.self) { try Tracer().trace("t9.x", year: 2021, in: MemoryLedger()) }
    }
}
