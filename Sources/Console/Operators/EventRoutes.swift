import Hummingbird
import Model

/// `GET /v1/events`: the journal in pages by position, personal data masked.
struct EventRoutes: Sendable {
    let services: ConsoleServices
    let access: Access

    func add(to router: Router<ConsoleContext>) {
        router.get("/v1/events") { request, _ in
            _ = try access.require(.read, request)
            return try await page(request)
        }
    }

    private func page(_ request: Request) async throws -> Response {
        let query = request.uri.queryParameters
        let after = query.get("after").flatMap { Position($0) } ?? 0
        let limit = min(max(query.get("limit").flatMap { Int($0) } ?? 100, 1), 1000)
        let (type, source) = (query.get("type"), query.get("source"))
        let reader = services.journal.reader
        let (found, next) = try await services.blocking.run {
            var found: [JSON] = []
            var next = after
            // One page looks at a bounded stretch of the journal; `next` says where to go on, found or not.
            for _ in 0..<20 where found.count < limit {
                let stretch = try reader.events(after: next, limit: 500)
                for stored in stretch where found.count < limit {
                    next = stored.position
                    if type.map({ matches(glob: $0, stored.event.type) }) ?? true,
                        source.map({ stored.event.source == $0 }) ?? true
                    {
                        found.append(stored.cloudEvent())
                    }
                }
                if stretch.isEmpty { break }
            }
            return (found, next)
        }
        return Response.json(["events": .array(found), "next": .int(next)])
    }
}
