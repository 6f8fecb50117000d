import Ledger
import Model

/// The way back from any figure of the report to the records and events behind it.
package struct Tracer: Sendable {
    /// One record that a figure counts, or takes its number from.
    package struct Record: Hashable, Sendable {
        /// `penalty/…`, `complaint/<channel>/<number>`, `camera/<device>`.
        package let name: String
        /// The record's fields, for people; personal data are not among them.
        package let fields: [RegisterRecord.Field]
        package let events: [EventReference]

        package var json: JSON {
            .object([
                .init("record", .string(name)),
                .init("fields", .object(fields.map { .init($0.key, .string($0.value)) })),
                .init("events", .array(events.map(\.json))),
            ])
        }
    }

    /// A stretch of a figure's records.
    package struct Page: Sendable {
        /// The journal position that the answer belongs to.
        package let position: Position
        package let records: [Record]
        /// What to pass as `after` for the next page; nothing at the end.
        package let next: Int?
    }

    private let library: FormLibrary
    private let version: String
    private let cutoff: Day?

    /// - Parameter cutoff: the last day whose closings count for rates; the year's last day unless given.
    /// - Throws: `DisclosureError` (`badForm`), which only a faulty build can cause.
    package init(form: String = "2021", cutoff: Day? = nil) throws {
        library = try FormLibrary.shipped()
        version = form
        self.cutoff = cutoff
    }

    /// Lists the records behind a figure, in the ledger's order; totals list all that their parts do.
    ///
    /// - Parameter after: how many records to pass over, as `Page.next` says.
    /// - Throws: `DisclosureError` (`unknownFigure`, `unknownForm`, `badYear`), and what the ledger throws.
    package func trace(
        _ cell: String, year: Int, in snapshot: any LedgerSnapshot, limit: Int = 100, after: Int = 0
    ) throws -> Page {
        guard let period = ReportPeriod(year: year) else {
            throw DisclosureError(.badYear, "\(year) is no year that a report can cover; use 1949 to 9998.")
        }
        let form = try library.form(version)
        var collector = Collector(skip: max(0, after), limit: max(1, limit))
        try collect(cell, form, period, snapshot, &collector)
        return Page(
            position: snapshot.position, records: collector.records,
            next: collector.more ? max(0, after) + collector.records.count : nil)
    }

    private func collect(
        _ key: String, _ form: ReportForm, _ period: ReportPeriod, _ snapshot: any LedgerSnapshot, _ into: inout Collector
    ) throws {
        if let cell = form.cells.first(where: { $0.key == key }) {
            return try collect(cell.register, cell.filter, period, snapshot, &into)
        }
        let exact = form.narrative.first { $0.key == key && $0.each == nil }
        let channels = form.narrative.first { $0.each == .channel && key.hasPrefix($0.key + ".") }
        guard let figure = exact ?? channels else {
            throw DisclosureError(
                .unknownFigure, "There is no figure \"\(key)\" in the form of \(form.form); report.json lists the keys.")
        }
        if let count = figure.count { return try collect(count.register, count.filter, period, snapshot, &into) }
        if let latest = figure.latest { return try collect(latest, form, period, snapshot, &into) }
        let channel = figure.each == nil ? nil : String(key.dropFirst(figure.key.count + 1))
        let after = ReportPeriod.momentAfter(cutoff ?? period.to)
        switch figure.source {
        case .cameras: try cameras(period, snapshot, &into)
        case .complaints: try complaints(period, channel, snapshot, &into) { _ in true }
        case .closedRate: try complaints(period, channel, snapshot, &into) { $0.closed.map { $0 < after } ?? false }
        case .closedLate: try complaints(period, channel, snapshot, &into) { $0.closed.map { $0 >= after } ?? false }
        case .open: try complaints(period, channel, snapshot, &into) { $0.closed == nil }
        case nil: break
        }
    }

    private func collect(
        _ register: String, _ filter: RecordFilter, _ period: ReportPeriod, _ snapshot: any LedgerSnapshot,
        _ into: inout Collector
    ) throws {
        for record in try snapshot.records(of: register) {
            let row = FactRow(record)
            if filter.holds(for: row, in: period) { into.take { Record(row) } }
        }
    }

    private func collect(
        _ latest: NarrativeFigure.Latest, _ form: ReportForm, _ period: ReportPeriod, _ snapshot: any LedgerSnapshot,
        _ into: inout Collector
    ) throws {
        let counter = FigureCounter(form: form, period: period, cutoff: period.to, channels: [])
        if let row = try counter.latest(latest, FactSheet(snapshot)) { into.take { Record(row) } }
    }

    private func cameras(_ period: ReportPeriod, _ snapshot: any LedgerSnapshot, _ into: inout Collector) throws {
        for camera in try snapshot.cameras() where camera.since < period.end {
            into.take {
                Record(
                    name: "camera/" + camera.device, fields: [.init("since", camera.since.text())], events: [camera.event])
            }
        }
    }

    private func complaints(
        _ period: ReportPeriod, _ channel: String?, _ snapshot: any LedgerSnapshot, _ into: inout Collector,
        where counts: (ComplaintView) -> Bool
    ) throws {
        let name = channel.map { Array($0.utf8) }
        do {
            try snapshot.forEachComplaint(from: period.start, until: period.end) { view in
                if let name, !view.channel.elementsEqual(name) { return }
                guard counts(view) else { return }
                into.take { Record(view) }
                if into.more { throw Enough() }
            }
        } catch is Enough {}
    }

    private struct Enough: Error {}
}

/// Takes records until a page is full, and one glance beyond.
private struct Collector {
    var skip: Int
    let limit: Int
    var records: [Tracer.Record] = []
    var more = false

    mutating func take(_ record: () -> Tracer.Record) {
        if skip > 0 {
            skip -= 1
        } else if records.count < limit {
            records.append(record())
        } else {
            more = true
        }
    }
}

extension Tracer.Record {
    fileprivate init(_ row: FactRow) {
        self.init(name: row.name, fields: row.source.record.fields, events: row.source.events)
    }

    fileprivate init(_ view: ComplaintView) {
        let channel = String(decoding: view.channel, as: UTF8.self)
        var fields = [RegisterRecord.Field("accepted", view.accepted.text())]
        var events = [EventReference(position: view.acceptedPosition, leaf: Array(view.acceptedLeaf))]
        if let closed = view.closed {
            fields.append(.init("closed", closed.text()))
            events.append(EventReference(position: view.closedPosition, leaf: Array(view.closedLeaf)))
        }
        self.init(
            name: "complaint/" + channel + "/" + String(decoding: view.number, as: UTF8.self), fields: fields, events: events)
    }
}
