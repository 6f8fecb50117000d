import Hummingbird
import Ledger
import Model

/// `/v1/incidents`: list, show, and the operators' moves.
struct IncidentRoutes: Sendable {
    let services: ConsoleServices
    let access: Access

    func add(to router: Router<ConsoleContext>) {
        router.get("/v1/incidents") { request, _ in
            _ = try access.require(.read, request)
            var chosen = IncidentFilter()
            let query = request.uri.queryParameters
            chosen.state = query.get("state").flatMap(IncidentState.init(rawValue:))
            chosen.origin = query.get("origin")
            if let merged = query.get("merged") {
                guard let known = IncidentFilter.Merged(rawValue: merged) else {
                    throw Problem(.badRequest, "wrong", "merged is hidden, shown or only; found '\(merged)'")
                }
                chosen.merged = known
            }
            chosen.limit = min(max(query.get("limit").flatMap { Int($0) } ?? 50, 1), 1000)
            let filter = chosen
            let rows = try await services.blocking.run { try services.ledger.incidents(filter) }
            return Response.json(["incidents": .array(rows.map(\.json))])
        }
        router.get("/v1/incidents/:id") { request, context in
            _ = try access.require(.read, request)
            let id = try context.parameters.require("id")
            guard let row = try await services.blocking.run({ try services.ledger.incident(id) }) else { throw Self.unknown(id) }
            return Response.json(row.json)
        }
        router.post("/v1/incidents") { request, _ in
            _ = try access.require(.read, request)
            guard access.isLocal else {
                throw Problem(.forbidden, "forbidden", "incidents are opened through the operators' socket")
            }
            return try await open(request)
        }
        router.post("/v1/incidents/:id/:action") { request, context in
            _ = try access.require(.read, request)
            // Moves need a person's account, which only the local socket stands for.
            guard access.isLocal else {
                throw Problem(.forbidden, "forbidden", "incidents are moved through the operators' socket")
            }
            return try await move(request, context)
        }
    }

    private func open(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 65_536)
        guard let said = try? JSON(parsing: Array(body.readableBytesView)), let visit = said["visit"]?.plainText else {
            throw Problem(.badRequest, "unreadable", "the body must be a JSON object that names the visit")
        }
        var opening = VisitOpening(visit: visit, by: said["by"]?.string ?? "operator")
        opening.alarmClass = said["class"]?.string
        opening.category = said["category"]?.string
        opening.reason = said["reason"]?.string
        return Response.json(try await services.open(opening).json)
    }

    private func move(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        let id = try context.parameters.require("id")
        let name = try context.parameters.require("action")
        guard let action = IncidentAction(rawValue: name), action != .opened, action != .sighted, action != .overdue else {
            throw Problem(.notFound, "unknown-action", "there is no action '\(name)'")
        }
        let body = try await request.body.collect(upTo: 65_536)
        guard let said = try? JSON(parsing: Array(body.readableBytesView)) else {
            throw Problem(.badRequest, "unreadable", "the body must be a JSON object")
        }
        let event = IncidentEvent(
            incident: id, action: action, by: said["by"]?.string ?? "operator", reason: said["reason"]?.string,
            result: said["result"]?.string, department: said["department"]?.string)
        guard try await services.blocking.run({ try services.ledger.incident(id) }) != nil else { throw Self.unknown(id) }
        return Response.json(try await services.move(event).json)
    }

    private static func unknown(_ id: String) -> Problem {
        Problem(.notFound, "unknown-incident", "there is no incident '\(id)'; 'patrold incident list' shows them")
    }
}
