import FoundationEssentials
import HTTPTypes
import Hummingbird
import Model

/// `/open311/v2/…`: GeoReport v2, in JSON and XML.
struct Open311Routes: Sendable {
    private static let root = "/open311/v2/"

    let services: ConsoleServices
    let site: Open311Site
    let access: Access
    /// Largest body in bytes.
    let limit: Int

    func add(to router: Router<ConsoleContext>) {
        for path in [Self.root + ":resource", Self.root + ":resource/:id"] {
            for method in [HTTPRequest.Method.get, .post] {
                router.on(RouterPath(path), method: method) { request, context in await answer(request, context) }
            }
        }
    }

    private func answer(_ request: Request, _ context: ConsoleContext) async -> Response {
        let target = Target(request)
        do {
            return try await document(target, request).response(target.format)
        } catch let error as Open311Error {
            return error.response(target.format)
        } catch {
            context.logger.error("Open311 cannot answer", metadata: ["reason": "\(error)"])
            return Open311Error(500, "the register cannot be read now; try again later", retryAfter: 5).response(target.format)
        }
    }

    private func document(_ target: Target, _ request: Request) async throws -> Open311Document {
        var query = Open311Fields()
        try query.add(form: (request.uri.query ?? "").utf8)
        let caller = Open311Caller(access: access, site: site)
        if request.method == .post { return try await post(target, request, query, caller) }
        let channels = try caller.channels(query, request)
        try site.check(query)
        switch (target.resource, target.id) {
        case ("discovery", nil): return discovery(request)
        case ("services", nil): return .services(site.services)
        case ("services", let code?): return try definition(code)
        case ("requests", nil): return .requests(try await find(try Open311Query(query, now: services.clock.now()), channels))
        case ("requests", let id?): return .requests([try await single(id, channels)])
        case ("tokens", let id?): return .requests([try await token(id, channels)])
        default: throw Self.unknown
        }
    }

    private func post(
        _ target: Target, _ request: Request, _ query: Open311Fields, _ caller: Open311Caller
    ) async throws -> Open311Document {
        guard target.resource == "requests", target.id == nil else {
            // Who may not call learns nothing of what there is.
            _ = try caller.channels(query, request)
            throw Self.unknown
        }
        let intake = Open311Intake(
            journal: services.journal, clock: services.clock, site: site, caller: caller, requests: requests,
            blocking: services.blocking, limit: limit)
        return try await intake.post(request, query) { try await settled() }
    }

    private static let unknown = Open311Error(
        404, "there are discovery, services, services/CODE, requests, requests/ID and tokens/ID, ending in .json or .xml")

    private var requests: Open311Requests {
        Open311Requests(journal: services.journal.reader, ledger: services.ledger, site: site)
    }

    private func find(_ query: Open311Query, _ channels: Set<String>?) async throws -> [Open311Value] {
        try await settled()
        let requests = requests
        return try await services.blocking.run { try requests.find(query, channels: channels) }
    }

    private func single(_ id: String, _ channels: Set<String>?) async throws -> Open311Value {
        guard let name = Open311Identifier(id), let found = try await find(.named([name]), channels).first else {
            throw Open311Error(404, "service_request_id was not found; GET requests lists them")
        }
        return found
    }

    /// A token is the id itself, because every report has its id at once.
    private func token(_ id: String, _ channels: Set<String>?) async throws -> Open311Value {
        guard let name = Open311Identifier(id), try await !find(.named([name]), channels).isEmpty else {
            throw Open311Error(404, "token was not found; POST requests answers a service_request_id at once")
        }
        return .members([("service_request_id", .text(name.text)), ("token", .text(name.text))])
    }

    /// Waits until the ledger shows what the journal had when this was called; after the site's patience it goes on without.
    private func settled() async throws {
        let (position, ledger) = (services.journal.status.position, services.ledger)
        for _ in 0..<max(1, site.patience.microseconds / 10_000) {
            if try await services.blocking.run({ try ledger.cursor() }) >= position { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

extension Open311Routes {
    /// What a path asks for: `requests/ID.json`.
    private struct Target {
        let resource: String
        let id: String?
        let format: Open311Format

        init(_ request: Request) {
            var path = request.uri.path.dropFirst(Open311Routes.root.count)
            var format = Open311Format(accept: request.headers[.accept])
            for ending in Open311Format.allCases where path.lowercased().hasSuffix("." + ending.rawValue) {
                path = path.dropLast(ending.rawValue.count + 1)
                format = ending
                break
            }
            let parts = path.split(separator: "/", maxSplits: 1).map { $0.removingPercentEncoding ?? String($0) }
            resource = parts.first ?? ""
            id = parts.count > 1 ? parts[1] : nil
            self.format = format
        }
    }

    private func definition(_ code: String) throws(Open311Error) -> Open311Document {
        guard let service = site.service(code) else {
            throw Open311Error(404, "service_code was not found; GET services lists the codes")
        }
        return Open311Document(
            root: "service_definition",
            value: .members([("service_code", .text(service.code)), ("attributes", .list(of: "attribute", []))]))
    }

    private func discovery(_ request: Request) -> Open311Document {
        let address = site.address ?? request.head.authority.map { "http://" + $0 + Self.root.dropLast() }
        let changed = Open311Value.optional(site.changed?.text())
        let formats = [Open311Format.xml, .json].map { format in
            Open311Value.text(String(format.contentType.prefix { $0 != ";" }))
        }
        let endpoint = Open311Value.members([
            ("specification", .text("http://wiki.open311.org/GeoReport_v2")), ("url", .optional(address)),
            ("changeset", changed), ("type", .text("production")), ("formats", .list(of: "format", formats)),
        ])
        return Open311Document(
            root: "discovery",
            value: .members([
                ("changeset", changed), ("contact", .optional(site.contact)), ("key_service", .optional(site.contact)),
                ("endpoints", .list(of: "endpoint", [endpoint])),
            ]))
    }
}

extension Open311Document {
    fileprivate static func services(_ services: [Open311Service]) -> Open311Document {
        let list = services.map { service in
            Open311Value.members([
                ("service_code", .text(service.code)), ("service_name", .text(service.name)),
                ("description", .text(service.description ?? service.group + "：" + service.name)), ("metadata", .flag(false)),
                ("type", .text("realtime")), ("keywords", .text(service.keywords.joined(separator: ", "))),
                ("group", .text(service.group)),
            ])
        }
        return Open311Document(root: "services", value: .list(of: "service", list))
    }
}
