import Model

// Requests: who may, and which service answers.
extension ONVIFDevice {
    /// Answers one HTTP request.
    package func respond(_ request: PushRequest) async -> SimReply {
        let faults = faults
        guard state.withLock({ $0.isOn }) else { return .hangUp }
        if faults.contains(.stall) {
            try? await Task.sleep(nanoseconds: 600_000_000_000)
            return .hangUp
        }
        if faults.contains(.noONVIF) { return .answer(Self.page) }
        if request.path == "/snapshot.jpg" { return .answer(snapshot(request)) }
        let soap = SOAPText(request.body)
        guard request.method == "POST", let operation = soap.operation else { return .answer(Self.page) }
        if operation != "GetSystemDateAndTime", let refusal = refusal(of: request, soap, faults) { return .answer(refusal) }
        let reply = await serve(operation, soap, request, faults)
        guard faults.contains(.echoesRequest), case .answer(var answer) = reply else { return reply }
        answer.body += request.body
        return .answer(answer)
    }

    private func serve(
        _ operation: String, _ soap: SOAPText, _ request: PushRequest, _ faults: Set<ONVIFFault>
    ) async -> SimReply {
        switch operation {
        case "CreatePullPointSubscription", "Subscribe": return .answer(create(soap, faults))
        case "PullMessages": return await pull(soap, request, faults)
        case "SetSynchronizationPoint": return .answer(synchronize(soap, request))
        case "Renew": return .answer(renew(soap, request, faults))
        case "Unsubscribe": return .answer(unsubscribe(soap, request, faults))
        default: return .answer(answerPlainly(operation, soap, faults))
        }
    }

    private func refusal(of request: PushRequest, _ soap: SOAPText, _ faults: Set<ONVIFFault>) -> PushAnswer? {
        let isAdmitted = state.withLock { state in
            let way = settings.authentication
            if way == .none { return true }
            if way != .digest, state.authority.admits(soap, at: cameraTime, zuluOnly: faults.contains(.zuluOnly)) { return true }
            return way != .token && Self.admits(request, &state.digest)
        }
        guard !isAdmitted else { return nil }
        // A challenge is no refusal: clients ask for it.
        let isTry = settings.authentication != .digest || request["Authorization"] != nil
        state.withLock { $0.tally.refused += isTry ? 1 : 0 }
        if settings.authentication == .digest { return challenge(request) }
        var status = 400
        for case .refusalStatus(let other) in faults { status = other }
        return Self.soap(SOAPText.fault("ter:NotAuthorized", "Sender not authorized"), status: status)
    }

    private static func admits(_ request: PushRequest, _ digest: inout DigestAuthority) -> Bool {
        let target = request.path + (request.query.isEmpty ? "" : "?" + request.query)
        let verdict = digest.judge(
            header: request["Authorization"], method: request.method, target: target, at: Timestamp(microseconds: 1))
        return verdict == .accepted
    }

    /// HTTP 401 with a nonce.
    func challenge(_ request: PushRequest) -> PushAnswer {
        let (nonce, realm) = state.withLock { state in
            let verdict = state.digest.judge(header: nil, method: request.method, target: "", at: Timestamp(microseconds: 1))
            guard case .challenge(let nonce, _) = verdict else { return ("", state.digest.realm) }
            return (nonce, state.digest.realm)
        }
        let value = "Digest qop=\"auth\", realm=\"\(realm)\", nonce=\"\(nonce)\", algorithm=MD5"
        return PushAnswer(401, headers: [("WWW-Authenticate", value)])
    }

    /// Pictures come behind HTTP digest, whatever the SOAP side wants.
    private func snapshot(_ request: PushRequest) -> PushAnswer {
        if settings.authentication != .none, !state.withLock({ Self.admits(request, &$0.digest) }) { return challenge(request) }
        if faults.contains(.textSnapshot) { return .text(200, "no picture now") }
        return PushAnswer(200, headers: [("Content-Type", "image/jpeg")], body: settings.snapshot)
    }

    static func soap(_ body: [UInt8], status: Int = 200) -> PushAnswer {
        PushAnswer(status, headers: [("Content-Type", "application/soap+xml; charset=utf-8")], body: body)
    }

    static func soap(_ body: String, action: String = "") -> PushAnswer {
        soap(SOAPText.envelope(body, action: action))
    }

    static let page = PushAnswer(
        200, headers: [("Content-Type", "text/html")], body: Array("<html><body>login</body></html>".utf8))

    /// An address of this camera, as it believes.
    func address(_ path: String, _ faults: Set<ONVIFFault>) -> String {
        for case .wrongHost(let host) in faults { return "http://\(host)\(path)" }
        return "http://127.0.0.1:\(state.withLock { $0.port })\(path)"
    }
}
