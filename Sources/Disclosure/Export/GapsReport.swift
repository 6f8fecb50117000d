import Ledger
import Model

/// `gaps.json`: how long each feed was blind in the year, so that no figure hides it.
///
/// Gaps of one feed that overlap count once; a gap that has no end yet counts to the year's end.
struct GapsReport {
    let period: ReportPeriod
    let gaps: [GapRow]

    var json: JSON {
        let feeds = Dictionary(grouping: gaps, by: \.feed).sorted { $0.key < $1.key }
        return .object([
            .init("year", .int(period.year)),
            .init("feeds", .array(feeds.map { feed, gaps in self.feed(feed, gaps) })),
        ])
    }

    /// Blind minutes of all feeds together, each rounded up.
    var minutes: Int64 {
        Dictionary(grouping: gaps, by: \.feed).values.reduce(0) { $0 + Self.minutes(blind($1)) }
    }

    private func feed(_ feed: String, _ gaps: [GapRow]) -> JSON {
        .object([
            .init("feed", .string(feed)), .init("minutes", .int(Self.minutes(blind(gaps)))),
            .init("gaps", .array(gaps.map { gap in self.gap(gap) })),
        ])
    }

    private func gap(_ gap: GapRow) -> JSON {
        let span = clip(gap)
        return .object(present: [
            ("from", .string(gap.from.text())), ("until", gap.until.map { .string($0.text()) } ?? .null),
            ("minutes", .int(Self.minutes(span.upperBound - span.lowerBound))), ("reason", .string(gap.reason)),
            ("events", .array(gap.events.map(\.json))),
        ])
    }

    private func clip(_ gap: GapRow) -> Range<Timestamp> {
        let from = min(max(gap.from, period.start), period.end)
        return from..<max(from, min(gap.until ?? period.end, period.end))
    }

    private func blind(_ gaps: [GapRow]) -> Span {
        var total: Int64 = 0
        var seen = period.start
        for span in gaps.map({ clip($0) }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let from = max(span.lowerBound, seen)
            if span.upperBound > from {
                total += (span.upperBound - from).microseconds
                seen = span.upperBound
            }
        }
        return Span(microseconds: total)
    }

    private static func minutes(_ span: Span) -> Int64 { (span.microseconds + 59_999_999) / 60_000_000 }
}
