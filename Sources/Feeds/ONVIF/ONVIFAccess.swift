import FoundationEssentials
import Model

/// How one camera is called: its address, its clock, and which authentication it wants.
struct ONVIFAccess: Sendable {
    let address: DeviceAddress
    let devicePath: String
    /// Camera clock minus ours.
    var offset = Span.zero
    /// Whether it asked for HTTP authentication; until then no password goes out by that way.
    var usesHTTPAuthentication = false

    init(address: DeviceAddress, devicePath: String) {
        self.address = address
        self.devicePath = devicePath
    }

    var deviceService: SOAPEndpoint { SOAPEndpoint(url: address.url + devicePath) }

    /// The HTTP request of a call.
    ///
    /// - Parameter now: civil time here.
    func request(_ call: SOAPCall, at now: Timestamp) -> CurlRequest {
        var security = ""
        if call.isAuthenticated, let user = address.user {
            security = UsernameToken(user: user, password: address.password() ?? "", created: now + offset).header
        }
        let type = "application/soap+xml; charset=utf-8; action=\"\(call.action)\""
        // A connection each: libcurl sends a request again by itself when a used connection breaks, and a camera that
        // ends polls that way then sees the same nonce twice and refuses it.
        let headers = [("Content-Type", type), ("Connection", "close")]
        var request = address.request(
            "", method: "POST", headers: headers, body: call.envelope(security: security))
        request.url = call.endpoint.url
        if !usesHTTPAuthentication || !call.isAuthenticated { request.credentials = nil }
        request.connectTimeout = min(address.connectTimeout, call.timeout)
        request.totalTimeout = call.timeout
        // A poll is silent by nature; the whole call's limit judges it.
        request.lowSpeedTime = .zero
        request.responseLimit = 1 << 20
        return request
    }

    /// Whether an answer asks for HTTP authentication that was not given yet; the call is repeated with it then.
    mutating func isChallenged(by response: CurlResponse, to call: SOAPCall) -> Bool {
        guard response.status == 401, call.isAuthenticated, !usesHTTPAuthentication, address.user != nil else { return false }
        let schemes = response.headers.filter { $0.name.caseInsensitiveEquals("WWW-Authenticate") }.map {
            $0.value.lowercased()
        }
        guard schemes.contains(where: { $0.hasPrefix("digest") || ($0.hasPrefix("basic") && address.permitsBasic) }) else {
            return false
        }
        usesHTTPAuthentication = true
        return true
    }

    /// An address that the camera names, at the host and port by which we know it.
    ///
    /// Cameras name their inner address, `0.0.0.0`, or one from before a move; path and query are kept.
    func rewritten(_ named: String) -> String? {
        let text = named.trimmingBlanks
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x3C }) else {
            return nil
        }
        var path = Substring(text)
        if let scheme = text.firstRange(of: "://") {
            let rest = text[scheme.upperBound...]
            path = rest.firstIndex { $0 == "/" || $0 == "?" }.map { rest[$0...] } ?? ""
        } else if !text.hasPrefix("/") {
            return nil
        }
        let base = Self.origin(of: address.url)
        // A prefix of the configured address stands for a gateway in front of the camera.
        let prefix = address.url.dropFirst(base.utf8.count)
        let middle = path.hasPrefix(prefix) ? "" : String(prefix)
        return base + middle + (path.hasPrefix("/") || path.isEmpty ? "" : "/") + path
    }

    /// Scheme, host and port.
    static func origin(of url: String) -> Substring {
        guard let scheme = url.firstRange(of: "://") else { return url[...] }
        let slash = url[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" }
        return url[..<(slash ?? url.endIndex)]
    }

    /// What a transfer brought: a SOAP answer, or why there is none.
    static func answer(_ result: Result<CurlResponse, CurlError>) -> Result<SOAPAnswer, ONVIFTrouble> {
        switch result {
        case .failure(let error): return .failure(trouble(error))
        case .success(let response):
            do throws(SOAPError) {
                let answer = try SOAPAnswer(response.body)
                guard !(200..<300).contains(response.status) else { return .success(answer) }
                return .failure(refusal(response.status) ?? .status(response.status))
            } catch {
                return .failure(trouble(error, status: response.status))
            }
        }
    }

    private static func trouble(_ error: SOAPError, status: Int) -> ONVIFTrouble {
        switch error {
        case .fault(let fault):
            if fault.isAuthorization || status == 401 { return .unauthorized(fault.text) }
            return .fault(fault)
        case .unreadable(let reason):
            return refusal(status) ?? (status == 200 ? .unreadable(reason) : .status(status))
        }
    }

    private static func refusal(_ status: Int) -> ONVIFTrouble? {
        switch status {
        case 401: .unauthorized("HTTP 401")
        case 403: .unauthorized("HTTP 403")
        default: nil
        }
    }

    private static func trouble(_ error: CurlError) -> ONVIFTrouble {
        switch error.code {
        case .timedOut: .timedOut
        case .broken: .closed
        case .tooLarge: .unreadable(error.detail)
        case .badRequest, .unresolved, .unreachable, .tls, .cancelled, .failed: .unreachable(error.description)
        }
    }
}

extension String {
    var trimmingBlanks: String {
        var rest = self[...]
        while rest.first?.isWhitespace ?? false { rest = rest.dropFirst() }
        while rest.last?.isWhitespace ?? false { rest = rest.dropLast() }
        return String(rest)
    }
}
