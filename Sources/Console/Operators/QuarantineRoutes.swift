import Hummingbird
import Model

/// `/v1/quarantine/{number}/replay|dismiss`, on the operators' socket.
struct QuarantineRoutes: Sendable {
    let services: ConsoleServices
    let access: Access

    func add(to router: Router<ConsoleContext>) {
        router.post("/v1/quarantine/:number/:action") { request, context in
            _ = try access.require(.read, request)
            guard access.isLocal else {
                throw Problem(.forbidden, "forbidden", "the quarantine is settled through the operators' socket")
            }
            let action = try context.parameters.require("action")
            guard let number = Int64(try context.parameters.require("number")), action == "replay" || action == "dismiss" else {
                throw Problem(.notFound, "unknown-action", "use /v1/quarantine/NUMBER/replay or /dismiss")
            }
            return Response.json(try await services.settle(number, action == "replay"))
        }
    }
}
