import Model

// Requests, paths and times as every definition writes them.
extension Catalog {
    /// `{method, path, query, headers, body, content_type}` with the given places.
    static func request(_ entry: Entry?, places: [String]) -> RequestTemplate {
        guard let section = entry?.section() else { return RequestTemplate(path: Template("")) }
        defer { section.finish() }
        let method = section.value("method")?.choice(Method.self) ?? .get
        let path = section.needed("path", "the path after the connection's address, such as /api/cases")
        if let text = path?.text(), !text.hasPrefix("/") { path?.report("expected a path that begins with \"/\"") }
        var request = RequestTemplate(method: method.rawValue, path: template(path, places: places) ?? Template(""))
        request.query = pairs(section.value("query"), places: places)
        request.headers = pairs(section.value("headers"), places: places)
        request.body = template(section.value("body"), places: places)
        request.contentType = section.value("content_type")?.text() ?? request.contentType
        if request.body != nil, method == .get {
            section.findings.add("a GET has no body; write method: POST", key: section.key + ".body", at: section.mark)
        }
        return request
    }

    private enum Method: String, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
    }

    private static func pairs(_ entry: Entry?, places: [String]) -> [RequestTemplate.Pair] {
        (entry?.section()?.entries() ?? []).compactMap { name, entry in
            template(entry, places: places).map { RequestTemplate.Pair(name, $0) }
        }
    }

    private static func template(_ entry: Entry?, places: [String]) -> Template? {
        guard let entry, let text = entry.text() else { return nil }
        let template = Template(text)
        check(template, entry, places: places)
        return template
    }

    static func check(_ template: Template, _ entry: Entry, places: [String]) {
        for place in template.places where !places.contains(place) {
            let near = Suggestion.nearest(to: place, among: places).map { "did you mean {\($0)}?" }
            let known = "known here: " + places.map { "{\($0)}" }.joined(separator: ", ")
            entry.report("nothing fills {\(place)}; \(near ?? known)")
        }
    }

    static func path(_ entry: Entry?) -> JSONPath? {
        guard let entry, let text = entry.text() else { return nil }
        do throws(JSONPathError) {
            return try JSONPath(text)
        } catch {
            entry.report("\(error.sentence), found \"\(text)\"")
            return nil
        }
    }

    /// `{form, zone}`.
    static func times(_ entry: Entry?) -> TimeSpelling? {
        guard let section = entry?.section() else { return nil }
        defer { section.finish() }
        let forms = TimeSpelling.Form.allCases.map(\.rawValue).joined(separator: ", ")
        let form = section.needed("form", "one of " + forms)?.choice(TimeSpelling.Form.self) ?? .civil
        return TimeSpelling(form, zone: section.value("zone")?.zone() ?? .shanghai)
    }
}

extension Entry {
    /// A distance from UTC.
    fileprivate func zone() -> Zone? {
        guard let text = text() else { return nil }
        if text == "Z" { return .utc }
        let digits = text.dropFirst().split(separator: ":").compactMap { $0.utf8.count == 2 ? Int64($0) : nil }
        guard let sign = text.first, sign == "+" || sign == "-", digits.count == 2, (0...14).contains(digits[0]),
            (0...59).contains(digits[1])
        else {
            report("expected Z or a distance from UTC between quotes such as \"+08:00\", found \"\(text)\"")
            return nil
        }
        let seconds = digits[0] * 3600 + digits[1] * 60
        return Zone(seconds: sign == "-" ? -seconds : seconds)
    }
}
