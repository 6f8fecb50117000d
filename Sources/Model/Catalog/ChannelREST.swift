extension Channel {
    /// An HTTP interface with JSON answers: what to ask, where the list is, which field means what.
    package struct REST: Hashable, Sendable {
        package var request: RequestTemplate
        /// How `{since}` and `{until}` are written.
        package var requestTimes: TimeSpelling
        package var paging: Paging
        package var ok: OKCheck?
        /// Where the records are within an answer.
        package var list: JSONPath
        package var fields: Fields
        package var status: Status?
        /// How times in records are written.
        package var times: TimeSpelling
        /// The channel's word for a category → 大类+小类; four digits mean themselves.
        package var categories: [String: String]
        package var access: Access?
        /// Each window begins this long before the end of the last: what the channel enters late is not missed.
        package var overlap: Span
        /// Longest window of one question; nothing means any.
        package var longest: Span?
        /// For interfaces that only know the time of acceptance: how often, and how far back, closings are looked for.
        package var recheck: Recheck?

        package init(request: RequestTemplate, list: JSONPath, fields: Fields) {
            self.request = request
            self.list = list
            self.fields = fields
            requestTimes = TimeSpelling()
            times = TimeSpelling()
            paging = .none
            categories = [:]
            overlap = .minutes(10)
        }

        package struct Recheck: Hashable, Sendable {
            package var every: Span
            package var back: Span

            package init(every: Span, back: Span) {
                self.every = every
                self.back = back
            }
        }
    }

    /// How a long answer is cut into pages.
    package enum Paging: Hashable, Sendable {
        case none
        /// The answer names what to ask next.
        ///
        /// - Parameters:
        ///   - next: where the next cursor stands; none or an empty one ends the round.
        ///   - more: where the answer says whether there is more, if it does.
        ///   - kept: whether the cursor lasts from poll to poll, as that of a log of changes does.
        case cursor(next: JSONPath, more: JSONPath?, size: Int, kept: Bool)
        /// Numbered pages; a page that is not full is the last.
        case page(first: Int, size: Int, total: JSONPath?)
        /// At most `size` records a window: a full answer is asked for again in two halves.
        case window(size: Int)

        package enum Way: String, Hashable, Sendable, CaseIterable {
            case none, cursor, page, window
        }

        /// Whether its cursor lasts from poll to poll.
        package var isKept: Bool {
            if case .cursor(_, _, _, true) = self { true } else { false }
        }

        /// Records an answer holds at most, as we ask for it.
        package var size: Int? {
            switch self {
            case .none: nil
            case .cursor(_, _, let size, _), .page(_, let size, _), .window(let size): size
            }
        }
    }

    /// Where an answer of HTTP 200 says that it is a failure all the same.
    package struct OKCheck: Hashable, Sendable {
        package var path: JSONPath
        /// Values that mean success.
        package var values: [String]
        /// Values that mean that the token is over.
        package var expired: [String]
        /// Values of a refusal that no repetition changes; for replies.
        package var final: [String]

        package init(path: JSONPath, values: [String], expired: [String] = [], final: [String] = []) {
            self.path = path
            self.values = values
            self.expired = expired
            self.final = final
        }
    }

    /// Our field → where it stands in a record; of several places the first that holds something.
    package struct Fields: Hashable, Sendable {
        package enum Name: String, Hashable, Sendable, CaseIterable {
            case number, accepted, updated, closed, outcome, text, place, category, latitude, longitude, media, reporter, phone,
                email
        }

        package var paths: [Name: [JSONPath]]

        package init(_ paths: [Name: [JSONPath]]) { self.paths = paths }

        package subscript(name: Name) -> [JSONPath] { paths[name] ?? [] }
    }

    /// Where a record says that it is done, or that it is no complaint.
    package struct Status: Hashable, Sendable {
        package var path: JSONPath
        package var closed: [String]
        /// Drafts, refused and void ones: they never count as accepted.
        package var ignored: [String]

        package init(path: JSONPath, closed: [String], ignored: [String] = []) {
            self.path = path
            self.closed = closed
            self.ignored = ignored
        }
    }

    /// How we prove who we are.
    package struct Access: Hashable, Sendable {
        package enum Place: String, Hashable, Sendable, CaseIterable {
            case header, query
        }

        package var place: Place
        /// Name of the header or parameter.
        package var name: String
        /// What stands there, with `{token}`.
        package var value: Template
        /// Where the token comes from; nothing means from the settings.
        package var login: Login?

        package init(place: Place = .header, name: String, value: Template, login: Login? = nil) {
            self.place = place
            self.name = name
            self.value = value
            self.login = login
        }
    }

    /// The question that fetches a token, with `{user}` and `{password}`.
    package struct Login: Hashable, Sendable {
        package var request: RequestTemplate
        package var token: JSONPath
        /// How long a token is good where the answer does not say.
        package var lifetime: Span
        /// Where the answer says for how many seconds.
        package var lifetimePath: JSONPath?

        package init(request: RequestTemplate, token: JSONPath, lifetime: Span = .hours(1), lifetimePath: JSONPath? = nil) {
            self.request = request
            self.token = token
            self.lifetime = lifetime
            self.lifetimePath = lifetimePath
        }
    }

    /// The question that tells a closing, with `{number}`, `{closed}`, `{outcome}` and `{id}`.
    package struct RESTReply: Hashable, Sendable {
        package var request: RequestTemplate
        package var times: TimeSpelling
        package var ok: OKCheck?
        /// Nothing means the feed's own.
        package var access: Access?

        package init(request: RequestTemplate) {
            self.request = request
            times = TimeSpelling()
        }
    }
}
