import Glibc
import Ledger
import Model

/// What an export came to.
package struct ExportOutcome: Sendable {
    package let position: Position
    package let checks: [Verdict]
    package let files: [ExportedFile]

    /// Whether a rule that must hold does not; the files are written all the same.
    package var failedLevelE: Bool { checks.contains { $0.outcome == .fails && $0.level == Rule.Level.error.rawValue } }
}

/// Writes the annual report's files from one state of the ledger.
///
/// The same position and request give the same bytes, whatever the time, zone or locale.
package struct ReportExporter: Sendable {
    private let request: ReportRequest

    package init(_ request: ReportRequest) {
        self.request = request
    }

    /// Writes every file into an existing folder, each under a temporary name first, the manifest last.
    ///
    /// - Throws: `DisclosureError`, and what the ledger throws; no half-written file keeps its name.
    package func export(from snapshot: any LedgerSnapshot, to folder: String) throws -> ExportOutcome {
        let library = try FormLibrary.shipped()
        let computation = try ReportComputation(request, library, snapshot)
        let report = computation.report
        let (provenance, listed) = try writeProvenance(computation, snapshot, folder)
        let checks = try checks(computation, library, listed.figures)
        let pages = ReportPages(
            report: report, complaints: computation.complaints,
            complaintTable: ComplaintTable(
                months: listed.complaints,
                refused: try snapshot.refusedComplaints(from: report.period.start, until: report.period.end),
                counts: computation.complaints, channels: request.channels, year: report.period.year,
                cutoff: computation.cutoff),
            incidents: try snapshot.tallies("incident.opened", year: report.period.year),
            gaps: GapsReport(
                period: report.period, gaps: try snapshot.gaps(from: report.period.start, until: report.period.end)),
            patrols: PatrolTable(
                done: try snapshot.tallies("patrol.done", year: report.period.year),
                missed: try snapshot.tallies("patrol.missed", year: report.period.year)),
            channels: request.channels, checks: checks)
        let files = try pages.write(to: folder) + [provenance]
        let manifest = try write(manifest(report, files), "manifest.json", folder)
        return ExportOutcome(position: report.position, checks: checks, files: files + [manifest])
    }

    private func writeProvenance(
        _ computation: ReportComputation, _ snapshot: any LedgerSnapshot, _ folder: String
    ) throws -> (ExportedFile, ProvenanceWriter.Listing) {
        let file = try OutputFile(folder: folder, name: "provenance.ndjson")
        let writer = ProvenanceWriter(
            form: computation.report.form, period: computation.report.period, cutoff: computation.cutoff,
            facts: computation.facts, snapshot: snapshot)
        let listed = try writer.write(to: file)
        return (try file.finish(), listed)
    }

    private func checks(
        _ computation: ReportComputation, _ library: FormLibrary, _ listed: [String: Int]
    ) throws -> [Verdict] {
        let report = computation.report
        let applications = try computation.facts.rows("application")
        return RuleEvaluator(
            form: report.form, rules: library.rules(for: report.form), report: CheckedReport(report),
            previous: request.previous, facts: LedgerFacts(report: report, applications: applications, listed: listed)
        ).verdicts
    }

    private func manifest(_ report: AnnualReport, _ files: [ExportedFile]) -> [UInt8] {
        let entries = files.sorted { $0.name < $1.name }.map { file -> JSON in
            ["name": .string(file.name), "bytes": .int(file.bytes), "sha256": .string(file.sha256)]
        }
        let json: JSON = .object([
            .init("form", .string(report.form.form)), .init("year", .int(report.period.year)),
            .init("position", .int(report.position)), .init("root", .string(hexadecimal(request.root))),
            .init("files", .array(entries)),
        ])
        return Array(json.prettyText.utf8)
    }
}

/// Writes one whole file.
func write(_ bytes: [UInt8], _ name: String, _ folder: String) throws -> ExportedFile {
    let file = try OutputFile(folder: folder, name: name)
    file.write(bytes)
    return try file.finish()
}
