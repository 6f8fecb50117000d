import Model

/// The header `Retry-After` (RFC 9110 §10.2.3): seconds or a date.
enum RetryAfter {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// How long to wait, at least a second and at most a day; nothing where the header says nothing that can be read.
    static func read(_ value: String?, now: Timestamp) -> Span? {
        guard let value else { return nil }
        let wait = Int64(value).map { Span.seconds($0) } ?? date(value).map { $0 - now }
        return wait.map { min(max($0, .seconds(1)), .days(1)) }
    }

    /// `Wed, 21 Oct 2026 07:28:00 GMT`.
    private static func date(_ value: String) -> Timestamp? {
        let parts = value.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = Int(parts[1]), let year = Int(parts[3]),
            let month = months.firstIndex(of: String(parts[2])), let date = Day(year: year, month: month + 1, day: day)
        else { return nil }
        return Timestamp(date.description + "T" + parts[4], assuming: .utc)
    }
}
