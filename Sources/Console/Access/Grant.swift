/// What a bearer of a token may do.
package struct Grant: Sendable {
    package enum Scope: String, Sendable, CaseIterable {
        /// Send events to `POST /v1/events`.
        case write
        /// Read events, incidents, status and metrics.
        case read
        /// Send what an operator or a clerk decides: incidents' moves and registers' records.
        case operate
        /// Report through Open311, and read what came in through its channel.
        case open311
    }

    package let name: String
    /// The prefix that the `source` of its events must have; nothing means any.
    package let sourcePrefix: String?
    package let scopes: Set<Scope>
    /// Key of the complaint channel that its reports through Open311 belong to.
    package let channel: String?
    private let token: [UInt8]

    package init(name: String, sourcePrefix: String?, scopes: Set<Scope>, channel: String? = nil, token: String) {
        self.name = name
        self.sourcePrefix = sourcePrefix
        self.scopes = scopes
        self.channel = channel
        self.token = Array(token.utf8)
    }

    /// Compares in a time that depends on the lengths only.
    func admits(_ candidate: Substring.UTF8View) -> Bool {
        var difference: UInt8 = candidate.count == token.count ? 0 : 1
        for (index, byte) in candidate.enumerated() {
            difference |= byte ^ (token.isEmpty ? 0xFF : token[index % token.count])
        }
        return difference == 0 && !token.isEmpty
    }

    func allows(source: String) -> Bool {
        sourcePrefix.map { source.hasPrefix($0) } ?? true
    }
}
