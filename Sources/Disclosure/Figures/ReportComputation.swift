import Ledger
import Model

/// What a report is asked for.
package struct ReportRequest: Sendable {
    package let year: Int
    /// Version of the form, such as `2021`.
    package let form: String
    package let bureau: String
    /// The last day whose closings count for rates; the year's last day unless given.
    package let cutoff: Day?
    /// The clerk's six texts; drafts from the figures unless given.
    package let chapters: [String]?
    /// The journal's tree root at the snapshot's position, for the manifest.
    package let root: [UInt8]
    package let channels: [Channel]
    /// Last year's report, for the rules that compare.
    package let previous: CheckedReport?

    package init(
        year: Int, form: String = "2021", bureau: String, cutoff: Day? = nil, chapters: [String]? = nil,
        root: [UInt8] = [], channels: [Channel] = [], previous: CheckedReport? = nil
    ) {
        self.year = year
        self.form = form
        self.bureau = bureau
        self.cutoff = cutoff
        self.chapters = chapters
        self.root = root
        self.channels = channels
        self.previous = previous
    }
}

/// A report together with what it was computed from.
struct ReportComputation {
    let report: AnnualReport
    let facts: FactSheet
    let complaints: ComplaintCounts
    let cutoff: Day

    /// - Throws: `DisclosureError` (`badYear`, `unknownForm`, `badRecord`), and what the ledger throws.
    init(_ request: ReportRequest, _ library: FormLibrary, _ snapshot: any LedgerSnapshot) throws {
        guard let period = ReportPeriod(year: request.year) else {
            throw DisclosureError(.badYear, "\(request.year) is no year that a report can cover; use 1949 to 9998.")
        }
        let form = try library.form(request.form)
        let cutoff = request.cutoff ?? period.to
        let counter = FigureCounter(form: form, period: period, cutoff: cutoff, channels: request.channels)
        let facts = FactSheet(snapshot)
        let cells = try counter.cells(facts)
        let complaints = try ComplaintCounts(snapshot, year: period.year, cutoff: cutoff)
        let narrative = try counter.narrative(facts, snapshot, complaints)
        let chapters = request.chapters.flatMap { $0.count == form.chapters.count ? $0 : nil }
        let texts = try chapters ?? ChapterDrafts(form: form, period: period, cells: cells, narrative: narrative).texts
        report = AnnualReport(
            form: form, period: period, bureau: request.bureau, position: snapshot.position, cells: cells,
            narrative: narrative, chapters: texts, drafted: chapters == nil)
        self.facts = facts
        self.complaints = complaints
        self.cutoff = cutoff
    }
}

extension AnnualReport {
    /// Computes a report without writing anything.
    ///
    /// - Throws: `DisclosureError`, and what the ledger throws.
    package static func compute(_ request: ReportRequest, from snapshot: any LedgerSnapshot) throws -> AnnualReport {
        try ReportComputation(request, FormLibrary.shipped(), snapshot).report
    }
}
