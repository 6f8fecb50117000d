import Hummingbird
import Model

/// `/v1/devices`: list, and what operators ask of one device.
struct DeviceRoutes: Sendable {
    let devices: DeviceServices
    let access: Access

    func add(to router: Router<ConsoleContext>) {
        router.get("/v1/devices") { request, _ in
            _ = try access.require(.read, request)
            return Response.json(["devices": devices.list()])
        }
        router.get("/v1/devices/:name") { request, context in
            _ = try access.require(.read, request)
            let name = try context.parameters.require("name")
            guard let device = devices.list().array?.first(where: { $0["name"]?.string == name }) else {
                throw Problem(.notFound, "unknown-device", "there is no device '\(name)'; 'patrold device list' shows them")
            }
            return Response.json(device)
        }
        router.post("/v1/devices/:name/:order") { request, context in
            let grant = try access.require(.operate, request)
            let name = try context.parameters.require("name")
            // Whoever has a token acts as that token; on the machine a person is named.
            let order = try Self.order(context.parameters.require("order"), request, by: grant?.name)
            return Response.json(try await devices.carryOut(name, order))
        }
    }

    private static func order(_ name: String, _ request: Request, by account: String?) throws -> DeviceServices.Order {
        let query = request.uri.queryParameters
        switch name {
        case "probe": return .probe
        case "snapshot": return .snapshot(by: account ?? query.get("by") ?? "operator", reason: query.get("reason"))
        case "goto":
            guard let preset = query.get("preset"), !preset.isEmpty else {
                throw Problem(.badRequest, "missing", "say which preset: /goto?preset=1")
            }
            return .go(preset: preset)
        case "setup-push":
            guard let address = query.get("address"), !address.isEmpty else {
                throw Problem(.badRequest, "missing", "say where the device reaches us: /setup-push?address=HOST:PORT")
            }
            return .setUpPush(address: address)
        default: throw Problem(.notFound, "unknown-order", "a device does probe, goto, snapshot and setup-push")
        }
    }
}
