/// What a call below `/VIID` asks for (GA/T 1400.4 chapter 7).
package enum VIIDRoute: Hashable, Sendable {
    case register, keepalive, unregister, time
    case objects(VIIDKind)
    case subscribe, cancelSubscription
    case notifications
    /// A path that is not served here.
    case unknown
    /// A path that is served, with another method.
    case otherMethod

    /// Reads method and path; case and a slash at the end do not matter.
    package init(method: String, path: String) {
        let parts = path.lowercased().split(separator: "/").map { String($0) }
        guard parts.first == "viid", parts.count >= 2, parts.count <= 4 else {
            self = .unknown
            return
        }
        self = Self.route(method, parts[1], parts.count > 2 ? parts[2] : nil)
    }

    private static func route(_ method: String, _ resource: String, _ rest: String?) -> VIIDRoute {
        if resource == "system", let rest { return system(method, rest) }
        if resource == "subscribes" {
            return switch method {
            case "POST" where rest == nil: .subscribe
            case "PUT", "DELETE": .cancelSubscription
            default: .otherMethod
            }
        }
        if resource == "subscribenotifications" { return method == "POST" ? .notifications : .otherMethod }
        guard rest == nil, let kind = VIIDKind.allCases.first(where: { $0.resource.lowercased() == resource }) else {
            return .unknown
        }
        return method == "POST" ? .objects(kind) : .otherMethod
    }

    private static func system(_ method: String, _ call: String) -> VIIDRoute {
        switch (call, method) {
        case ("register", "POST"): .register
        case ("keepalive", "POST"): .keepalive
        case ("unregister", "POST"): .unregister
        case ("time", "GET"): .time
        case ("register", _), ("keepalive", _), ("unregister", _), ("time", _): .otherMethod
        default: .unknown
        }
    }
}
