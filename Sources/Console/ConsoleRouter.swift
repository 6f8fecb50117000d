import Hummingbird

/// The routes of the HTTP edge; the same on TCP (with tokens) and on the Unix socket (for the machine's operators).
package enum ConsoleRouter {
    /// - Parameter intakeLimit: largest body of `POST /v1/events` in bytes.
    package static func make(
        _ services: ConsoleServices, access: Access, intakeLimit: Int
    ) -> Router<ConsoleContext> {
        let router = Router(context: ConsoleContext.self)
        IntakeRoutes(journal: services.journal, clock: services.clock, access: access, limit: intakeLimit).add(to: router)
        HealthRoutes(services: services, access: access).add(to: router)
        EventRoutes(services: services, access: access).add(to: router)
        IncidentRoutes(services: services, access: access).add(to: router)
        PublicationRoutes(services: services, access: access).add(to: router)
        DeviceRoutes(devices: services.devices, access: access).add(to: router)
        PushRoutes(receive: services.devices.receive, limit: intakeLimit).add(to: router)
        if let site = services.open311 {
            Open311Routes(services: services, site: site, access: access, limit: min(intakeLimit, 256 << 10)).add(to: router)
        }
        QuarantineRoutes(services: services, access: access).add(to: router)
        StatusPage(services: services, access: access).add(to: router)
        return router
    }
}
