import Ledger
import Model

/// What `GET requests` asks for.
enum Open311Query: Hashable, Sendable {
    /// Requests by name, which overrides all else.
    case named([Open311Identifier])
    case search(ComplaintSearch)

    /// Longest stretch of time that one answer covers.
    static let longest = Span.days(90)
    /// Most requests that one answer holds.
    static let limit = 1000

    /// - Parameter now: the end of the stretch where nothing is said.
    /// - Throws: `Open311Error` 400.
    init(_ fields: Open311Fields, now: Timestamp) throws(Open311Error) {
        if let names = fields.list("service_request_id") {
            guard names.count <= Self.limit else {
                throw Open311Error(400, "service_request_id lists more than \(Self.limit) requests; ask for fewer")
            }
            self = .named(names.compactMap { Open311Identifier($0) })
            return
        }
        let (from, through) = try Self.stretch(fields, now: now)
        var search = ComplaintSearch(from: from, through: through)
        search.categories = fields.list("service_code").map { Set($0) }
        search.status = try Self.status(fields)
        search.limit = Self.limit
        self = .search(search)
    }

    private static func status(_ fields: Open311Fields) throws(Open311Error) -> ComplaintSearch.Status? {
        var chosen: Set<ComplaintSearch.Status> = []
        for name in fields.list("status") ?? [] {
            guard let status = ComplaintSearch.Status(rawValue: name.lowercased()) else {
                throw Open311Error(400, "status is neither 'open' nor 'closed'")
            }
            chosen.insert(status)
        }
        return chosen.count == 1 ? chosen.first : nil
    }

    /// One end given alone sets the other 90 days off; none gives the last 90 days.
    private static func stretch(
        _ fields: Open311Fields, now: Timestamp
    ) throws(Open311Error) -> (from: Timestamp, through: Timestamp) {
        let from = try moment(fields, "start_date", endOfDay: false)
        let through = try moment(fields, "end_date", endOfDay: true)
        guard let from else {
            let end = through ?? now
            return (end - longest, end)
        }
        guard let through else { return (from, from + longest) }
        guard from <= through else { throw Open311Error(400, "start_date is later than end_date; exchange them") }
        guard through - from <= longest else {
            throw Open311Error(400, "start_date and end_date are more than 90 days apart; ask for shorter stretches")
        }
        return (from, through)
    }

    /// A W3C date and time with its offset, or a day in Shanghai.
    private static func moment(
        _ fields: Open311Fields, _ name: String, endOfDay: Bool
    ) throws(Open311Error) -> Timestamp? {
        guard let text = fields[name] else { return nil }
        if let day = Day(text) {
            let start = day.start(in: .shanghai)
            return endOfDay ? start + .days(1) - Span(microseconds: 1) : start
        }
        // A plus sign that was not escaped in a query arrives as a blank.
        let mended = text.count > 19 ? String(text.map { $0 == " " ? "+" : $0 }) : text
        guard let moment = Timestamp(mended) else {
            throw Open311Error(400, "\(name) is no date and time with its offset, such as 2010-01-01T00:00:00Z")
        }
        return moment
    }
}
