import Model

// The definition of an HTTP interface with JSON answers.
extension Catalog {
    /// Places of a question for complaints.
    private static let pollPlaces = ["since", "until", "cursor", "page", "size", "user"]
    private static let replyPlaces = ["number", "closed", "outcome", "id", "user"]
    private static let loginPlaces = ["user", "password"]

    static func rest(_ section: Section) -> Channel.REST {
        let times = times(section.value("times"))
        var rest = Channel.REST(
            request: request(section.needed("request", "request: {path: /api/cases}"), places: pollPlaces),
            list: path(section.needed("list", "the path of the list, such as data.rows")) ?? .whole,
            fields: fields(section))
        rest.times = times ?? rest.times
        rest.requestTimes = Self.times(section.value("request_times")) ?? rest.times
        rest.paging = section.value("paging")?.section().map(paging) ?? .none
        rest.ok = section.value("ok")?.section().map(okCheck)
        rest.status = section.value("status")?.section().map(status)
        rest.categories = categories(section)
        rest.access = section.value("access")?.section().flatMap(access)
        rest.overlap = section.value("overlap")?.span(.zero ... .days(30)) ?? rest.overlap
        rest.longest = section.value("longest")?.span(.minutes(1) ... .days(3660))
        rest.recheck = section.value("recheck")?.section().map(recheck)
        check(rest, section)
        return rest
    }

    static func restReply(_ section: Section) -> Channel.RESTReply {
        var reply = Channel.RESTReply(
            request: request(section.needed("request", "request: {method: POST, path: /api/close}"), places: replyPlaces))
        if !reply.request.places.contains("number") {
            section.findings.add(
                "nothing says which complaint is meant; write {number} into its path, query or body",
                key: section.key + ".request", at: section.mark)
        }
        reply.times = times(section.value("times")) ?? reply.times
        reply.ok = section.value("ok")?.section().map(okCheck)
        reply.access = section.value("access")?.section().flatMap(access)
        return reply
    }

    /// What does not fit together.
    private static func check(_ rest: Channel.REST, _ section: Section) {
        func report(_ key: String, _ sentence: String) {
            section.findings.add(sentence, key: section.key + "." + key, at: section.mark)
        }
        let places = rest.request.places
        switch rest.paging {
        case .cursor where !places.contains("cursor"):
            report("paging", "paging by cursor needs {cursor} in the request's path, query or body")
        case .page where !places.contains("page"):
            report("paging", "paging by page needs {page} in the request's path, query or body")
        case .window where !places.contains("since") || !places.contains("until"):
            report("paging", "paging by window needs {since} and {until} in the request's path, query or body")
        default: break
        }
        for name in [Channel.Fields.Name.number, .accepted] where rest.fields[name].isEmpty {
            report("fields.\(name.rawValue)", "missing; write the path of the complaint's \(name.rawValue) within a record")
        }
    }

    private static func fields(_ section: Section) -> Channel.Fields {
        var paths: [Channel.Fields.Name: [JSONPath]] = [:]
        let names = Channel.Fields.Name.allCases.map(\.rawValue)
        for (name, entry) in section.needed("fields", "fields: {number: …, accepted: …, text: …}")?.section()?.entries() ?? [] {
            guard let field = Channel.Fields.Name(rawValue: name) else {
                let near = Suggestion.nearest(to: name, among: names)
                entry.report(
                    "unknown field; " + (near.map { "did you mean \"\($0)\"?" } ?? "known: " + names.joined(separator: ", ")))
                continue
            }
            if case .sequence = entry.node {
                paths[field] = entry.list().compactMap { path($0) }
            } else {
                paths[field] = path(entry).map { [$0] } ?? []
            }
        }
        return Channel.Fields(paths)
    }

    private static func paging(_ section: Section) -> Channel.Paging {
        defer { section.finish() }
        func size() -> Int { section.value("size")?.count(1...100_000) ?? 100 }
        switch section.needed("by", "none, cursor, page or window")?.choice(Channel.Paging.Way.self) {
        case .cursor:
            return .cursor(
                next: path(section.needed("next", "the path of the next cursor")) ?? .whole,
                more: section.value("more").flatMap { path($0) }, size: size(), kept: section.value("kept")?.bool() ?? false)
        case .page:
            return .page(
                first: section.value("first")?.count(0...1) ?? 1, size: size(), total: section.value("total").flatMap { path($0) }
            )
        case .window: return .window(size: size())
        case .none?, nil: return .none
        }
    }

    private static func okCheck(_ section: Section) -> Channel.OKCheck {
        defer { section.finish() }
        func words(_ key: String) -> [String] { section.value(key)?.list().compactMap { $0.text() } ?? [] }
        let place = path(section.needed("path", "where the answer says whether it worked, such as code")) ?? .whole
        let values = section.needed("values", "values: [\"0\"]")?.list().compactMap { $0.text() } ?? []
        return Channel.OKCheck(path: place, values: values, expired: words("expired"), final: words("final"))
    }

    private static func status(_ section: Section) -> Channel.Status {
        defer { section.finish() }
        return Channel.Status(
            path: path(section.needed("path", "where the record's status stands")) ?? .whole,
            closed: section.needed("closed", "the words that mean closed")?.list().compactMap { $0.text() } ?? [],
            ignored: section.value("ignored")?.list().compactMap { $0.text() } ?? [])
    }

    private static func recheck(_ section: Section) -> Channel.REST.Recheck {
        defer { section.finish() }
        return Channel.REST.Recheck(
            every: section.needed("every", "how often, such as 6h")?.span(.minutes(1) ... .days(30)) ?? .hours(6),
            back: section.needed("back", "how far back, such as 90d")?.span(.hours(1) ... .days(3660)) ?? .days(90))
    }

    static func access(_ section: Section) -> Channel.Access? {
        defer { section.finish() }
        let place = section.value("in")?.choice(Channel.Access.Place.self) ?? .header
        let name = section.needed("name", "the header or parameter that carries the token")?.text()
        let entry = section.value("value")
        let value = Template(entry?.text() ?? "{token}")
        if let entry { check(value, entry, places: ["token"]) }
        if !value.places.contains("token") { entry?.report("expected {token} within the value") }
        let login = section.value("login")?.section().map(login)
        return name.map { Channel.Access(place: place, name: $0, value: value, login: login) }
    }

    private static func login(_ section: Section) -> Channel.Login {
        defer { section.finish() }
        var login = Channel.Login(
            request: request(section.needed("request", "request: {method: POST, path: /login}"), places: loginPlaces),
            token: path(section.needed("token", "the path of the token in the answer")) ?? .whole)
        login.lifetime = section.value("lifetime")?.span(.seconds(10) ... .days(366)) ?? login.lifetime
        login.lifetimePath = section.value("seconds").flatMap { path($0) }
        return login
    }
}
