import Model

/// One kind of service request: an event category (大类 and 小类) as citizens' programs choose it.
package struct Open311Service: Hashable, Sendable {
    /// 大类+小类, four digits (`0102`).
    package var code: String
    package var name: String
    /// The 大类 in words.
    package var group: String
    package var description: String?
    /// Other words for it.
    package var keywords: [String]

    package init(code: String, name: String, group: String, description: String? = nil, keywords: [String] = []) {
        self.code = code
        self.name = name
        self.group = group
        self.description = description
        self.keywords = keywords
    }
}

/// What the Open311 edge (GeoReport v2) is told: whose it is, what may be reported, and who may look.
package struct Open311Site: Sendable {
    package var services: [Open311Service]
    /// The `jurisdiction_id` that callers may name; another one is refused, none is taken for this one.
    package var jurisdiction: String?
    /// Whether requests that came in through Open311 may be read without a key.
    package var isPublic = false
    /// What happens next, told with every request (`service_notice`).
    package var notice: String?
    /// Who is responsible (`agency_responsible`).
    package var agency: String?
    /// Whom to ask about the interface, told by `discovery`.
    package var contact: String?
    /// The address that callers see, such as `https://city.example/open311/v2`; nothing means the one they called.
    package var address: String?
    /// When the list of services last changed, told by `discovery`.
    package var changed: Timestamp?
    /// A stored payload with its personal members in the clear, so that they are found in free text and masked there.
    package var opened: @Sendable (_ payload: JSON) -> JSON = { $0 }

    /// How long an answer waits for the ledger to show what the journal has; then it goes on without.
    package var patience = Span.seconds(2)

    package init(services: [Open311Service]) {
        self.services = services
    }

    func service(_ code: String) -> Open311Service? { services.first { $0.code == code } }
}
