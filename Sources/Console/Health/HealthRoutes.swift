import Hummingbird
import Model

/// `/livez`, `/readyz` (both open to everybody), `/v1/status` and `/metrics`.
struct HealthRoutes: Sendable {
    let services: ConsoleServices
    let access: Access

    func add(to router: Router<ConsoleContext>) {
        router.get("/livez") { _, _ in Response.json(["status": "alive"]) }
        router.get("/readyz") { _, _ in
            let reasons = await services.unready()
            guard !reasons.isEmpty else { return Response.json(["status": "ready"]) }
            return Response.json(
                ["status": "not ready", "reasons": .array(reasons.map { .string($0) })], status: .serviceUnavailable)
        }
        router.get("/v1/status") { request, _ in
            _ = try access.require(.read, request)
            return Response.json(await services.status())
        }
        router.get("/metrics") { request, _ in
            _ = try access.require(.read, request)
            let text = Metrics(status: await services.status(), journal: services.journal.status).text
            return Response(
                status: .ok, headers: [.contentType: "application/openmetrics-text; version=1.0.0; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
    }
}
