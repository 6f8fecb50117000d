import Model

/// A body of a channel as records with their places, or why it is none.
struct ChannelAnswer: Sendable {
    /// Why a body is no answer.
    enum Problem: Error, Hashable, Sendable {
        /// No JSON, or no list where one should be: kept in quarantine.
        case unreadable(String)
        /// The channel says no, in its own words.
        case failed(String)
        /// The token is over.
        case expired
    }

    let records: [JSON]
    let page: PollPlan.Page

    /// Longest list that is taken at once.
    static let recordLimit = 100_000

    init(_ body: [UInt8], _ definition: Channel.REST) throws(Problem) {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: body)
        } catch {
            throw .unreadable("the answer is no JSON: \(error)")
        }
        try Self.check(json, definition.ok)
        guard let list = definition.list.records(in: json) else {
            let place = definition.list.description.isEmpty ? "at its top" : "at \(definition.list)"
            throw .unreadable("schema: the answer has no list \(place); correct the channel's definition")
        }
        guard list.count <= Self.recordLimit else {
            throw .unreadable("the answer has \(list.count) records, more than \(Self.recordLimit); ask for smaller pages")
        }
        records = list
        var page = PollPlan.Page(count: list.count, digest: ComplaintEvents.digest(JSON.array(list).bytes))
        switch definition.paging {
        case .cursor(let next, let more, _, _):
            page.next = next.first(in: json)?.plainText
            page.more = more.flatMap { $0.first(in: json)?.plainText }.flatMap(Self.truth)
        case .page(_, _, let total): page.total = total.flatMap { $0.first(in: json)?.plainText }.flatMap { Int($0) }
        case .none, .window: break
        }
        self.page = page
    }

    /// Looks at the answer's own word about whether it worked.
    static func check(_ json: JSON, _ check: Channel.OKCheck?) throws(Problem) {
        guard let check else { return }
        let value = check.path.first(in: json)?.plainText
        if let value, check.values.contains(value) { return }
        if let value, check.expired.contains(value) { throw .expired }
        guard let value else { throw .unreadable("schema: the answer has no \(check.path); correct the channel's definition") }
        throw .failed("the channel answers \(check.path) = \(value.prefix(40))")
    }

    private static func truth(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1", "y", "yes": true
        case "false", "0", "n", "no": false
        default: nil
        }
    }
}
