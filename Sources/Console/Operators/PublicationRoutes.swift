import Hummingbird
import Ledger
import Model

/// What a clerk decides of an article that an outlet published.
package struct PublicationDeciding: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// It enters the register under this number.
        case confirm(number: String)
        case dismiss(reason: String)
    }

    /// A position of the suggestion, the article's id or the record's number.
    package var suggestion: String
    package var outcome: Outcome
    package var by: String

    package init(_ suggestion: String, _ outcome: Outcome, by: String) {
        self.suggestion = suggestion
        self.outcome = outcome
        self.by = by
    }

    /// That nobody suggested such a thing.
    package var unknown: Problem { Self.unknown(suggestion) }

    static func unknown(_ name: String) -> Problem {
        Problem(
            .notFound, "unknown-publication", "there is no suggestion '\(name)'; 'patrold publication list --all' shows them")
    }
}

/// `/v1/publications`: articles that outlets published, and a clerk's decision on each.
struct PublicationRoutes: Sendable {
    let services: ConsoleServices
    let access: Access

    func add(to router: Router<ConsoleContext>) {
        router.get("/v1/publications") { request, _ in
            _ = try access.require(.read, request)
            let query = request.uri.queryParameters
            let state = try query.get("state").map(Self.state)
            let outlet = query.get("outlet")
            let limit = min(max(query.get("limit").flatMap { Int($0) } ?? 50, 1), 1000)
            let rows = try await services.blocking.run {
                try services.ledger.publications(state: state, outlet: outlet, limit: limit)
            }
            return Response.json(["publications": .array(rows.map(\.json))])
        }
        router.get("/v1/publications/:name") { request, context in
            _ = try access.require(.read, request)
            let name = try context.parameters.require("name")
            let rows = try await services.blocking.run { try services.ledger.publications(named: name) }
            guard let row = rows.first else { throw PublicationDeciding.unknown(name) }
            return Response.json(row.json)
        }
        router.post("/v1/publications/:name/:action") { request, context in
            _ = try access.require(.read, request)
            // The register is kept by people, whom only the local socket stands for.
            guard access.isLocal else {
                throw Problem(.forbidden, "forbidden", "suggestions are decided through the operators' socket")
            }
            return try await decide(request, context)
        }
    }

    private func decide(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let name = try context.parameters.require("name")
        let action = try context.parameters.require("action")
        let body = try await request.body.collect(upTo: 65_536)
        guard let said = try? JSON(parsing: Array(body.readableBytesView)) else {
            throw Problem(.badRequest, "unreadable", "the body must be a JSON object")
        }
        let outcome: PublicationDeciding.Outcome
        switch action {
        case "confirm": outcome = .confirm(number: try Self.required("number", said))
        case "dismiss": outcome = .dismiss(reason: try Self.required("reason", said))
        default: throw Problem(.notFound, "unknown-action", "a suggestion is decided by confirm or dismiss")
        }
        let deciding = PublicationDeciding(name, outcome, by: said["by"]?.string ?? "operator")
        return Response.json(try await services.decide(deciding).json)
    }

    private static func required(_ key: String, _ said: JSON) throws(Problem) -> String {
        let head = (said[key]?.string ?? "").drop(while: \.isWhitespace)
        let text = String(head.reversed().drop(while: \.isWhitespace).reversed())
        guard !text.isEmpty else { throw Problem(.badRequest, "missing", "the body must have a '\(key)' that is not empty") }
        return text
    }

    private static func state(_ name: String) throws(Problem) -> PublicationState {
        if let state = PublicationState(rawValue: name) { return state }
        let names = PublicationState.allCases.map(\.rawValue).joined(separator: ", ")
        throw Problem(.badRequest, "wrong", "'\(name)' is no state of a suggestion; use one of \(names)")
    }
}
