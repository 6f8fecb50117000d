import Model

// GeoReport v2 in the words of every other interface.
extension Channel.Open311 {
    /// Longest window that the specification permits.
    private static let longest = Span.days(90)
    /// Requests that an answer holds at most.
    private static let size = 1000

    /// How `requests.json` is asked and read.
    package var rest: Channel.REST {
        let (since, until) = window == .updated ? ("updated_after", "updated_before") : ("start_date", "end_date")
        var query = [RequestTemplate.Pair(since, Template("{since}")), RequestTemplate.Pair(until, Template("{until}"))]
        if let jurisdiction { query.append(RequestTemplate.Pair("jurisdiction_id", Template(jurisdiction))) }
        var rest = Channel.REST(
            request: RequestTemplate(path: Template(path + "/requests.json"), query: query), list: .whole, fields: Self.fields)
        rest.requestTimes = TimeSpelling(.rfc3339)
        rest.times = TimeSpelling(.rfc3339)
        rest.paging = .window(size: Self.size)
        rest.status = Channel.Status(path: Self.path("status"), closed: ["closed", "CLOSED", "Closed"])
        rest.categories = categories
        rest.overlap = overlap
        rest.longest = Self.longest
        if window == .requested { rest.recheck = Channel.REST.Recheck(every: .hours(6), back: Self.longest) }
        return rest
    }

    private static let fields = Channel.Fields([
        .number: [path("service_request_id")], .accepted: [path("requested_datetime")], .updated: [path("updated_datetime")],
        .closed: [path("updated_datetime")], .outcome: [path("status_notes")],
        .text: [path("description"), path("service_name")], .place: [path("address"), path("address_id")],
        .category: [path("service_code"), path("service_name")], .latitude: [path("lat")], .longitude: [path("long")],
        .media: [path("media_url")],
    ])

    /// How `services.json` is asked.
    var services: RequestTemplate {
        let query = jurisdiction.map { [RequestTemplate.Pair("jurisdiction_id", Template($0))] } ?? []
        return RequestTemplate(path: Template(path + "/services.json"), query: query)
    }

    /// Codes of services for which no category is known.
    func unmapped(_ services: JSON) -> [String] {
        (services.array ?? []).compactMap { service in
            guard let code = service["service_code"]?.plainText else { return nil }
            let isCode = code.utf8.count == 4 && code.isDigits
            let name = service["service_name"]?.plainText ?? ""
            return isCode || categories[code] != nil || categories[name] != nil ? nil : code
        }
    }

    private static func path(_ name: String) -> JSONPath { (try? JSONPath(name)) ?? .whole }
}
