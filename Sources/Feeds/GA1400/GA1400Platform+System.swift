import Model

// Registration, keep-alive, sign-off and subscriptions; all of it on the platform's queue.
extension GA1400Platform {
    /// The device that calls: what `User-Identify` says, else the object of the body.
    func identify(_ request: PushRequest, _ object: String) -> String? {
        if let header = request["User-Identify"]?.filter({ $0 != " " }), !header.isEmpty { return header }
        guard request.body.count <= 4096, let json = try? JSON(parsing: request.body) else { return nil }
        return (json[object] ?? json).viidText("DeviceID")
    }

    func register(_ request: PushRequest, at now: Liveness.Moment) -> PushAnswer {
        prove(request, "RegisterObject", at: now) { id, member in
            registry.register(id, from: request.peer, at: now)
            member.feed.run { $0.called(at: now) }
        }
    }

    func unregister(_ request: PushRequest, at now: Liveness.Moment) -> PushAnswer {
        prove(request, "UnRegisterObject", at: now) { id, member in
            registry.remove(id)
            member.feed.run { $0.failed("the device signed off; it registers again when it works again") }
        }
    }

    /// Does something for a device that proves by digest who it is.
    private func prove(
        _ request: PushRequest, _ object: String, at now: Liveness.Moment, _ body: (String, Member) -> Void
    ) -> PushAnswer {
        let id = identify(request, object)
        let member = id.flatMap { members[$0] }
        let verdict = digest.verify(request["Authorization"], method: request.method, at: now.uptime) { user in
            member.flatMap { user == $0.device.user ? $0.device.password() : nil }
        }
        guard let id, let member, case .granted = verdict, namesThisCall(request) else {
            return challenge(request, verdict, member, at: now)
        }
        body(id, member)
        return VIIDAnswer.single(.init(id: id), request, at: now.time)
    }

    /// Whether the digest is for this path; some clients write the whole URL as `uri`.
    private func namesThisCall(_ request: PushRequest) -> Bool {
        guard let uri = request["Authorization"].flatMap({ DigestHeader($0) })?["uri"] else { return false }
        var path = uri[...]
        if let scheme = path.prefix(8).firstRange(of: "://") {
            path = path[scheme.upperBound...].drop { $0 != "/" }
        }
        return path.prefix { $0 != "?" } == request.path
    }

    private func challenge(
        _ request: PushRequest, _ verdict: DigestServer.Verdict, _ member: Member?, at now: Liveness.Moment
    ) -> PushAnswer {
        var isStale = false
        var sentence = "register with user and password first"
        switch verdict {
        case .challenge(let stale): isStale = stale
        case .granted: sentence = "the digest's uri names another path"
        case .refused:
            sentence = "id, user or password are not those of a configured device"
            member?.feed.run { feed in
                guard feed.liveness.state != .live else { return }
                feed.refused("the device registers with a wrong user or password; make them the same on the device and here")
            }
        }
        var answer = refusal(request, 401, sentence)
        answer.headers.append(("WWW-Authenticate", digest.challenge(stale: isStale, at: now.uptime)))
        return answer
    }

    /// What a device is told that is not registered, not from this address, or not configured: it registers then.
    func registerFirst(_ request: PushRequest, at now: Liveness.Moment) -> PushAnswer {
        var answer = refusal(request, 401, "not registered; register again")
        answer.headers.append(("WWW-Authenticate", digest.challenge(at: now.uptime)))
        return answer
    }

    /// Nobody may subscribe to us: each is told so, for an accepted subscription would promise objects that never come.
    func subscribe(_ request: PushRequest, at now: Liveness.Moment) -> PushAnswer {
        guard request.body.count <= 1 << 20, VIIDBounds.fits(request.body), let json = try? JSON(parsing: request.body),
            let ids = VIIDLists.subscriptions(in: json)
        else {
            let entry = VIIDAnswer.Entry(id: "", code: .invalidContent, sentence: "the body holds no list of subscriptions")
            return VIIDAnswer.single(entry, request, at: now.time)
        }
        let entries = ids.prefix(VIIDBounds.objects).map { id in
            VIIDAnswer.Entry(id: id, code: .invalidOperation, sentence: "this server forwards nothing; it only takes objects")
        }
        return VIIDAnswer.list(entries, request, at: now.time)
    }

    /// The id of a cancelled subscription, from the path or the query.
    func cancelled(_ request: PushRequest) -> String {
        let parts = request.path.split(separator: "/")
        if parts.count > 2, let last = parts.last { return String(last.prefix(128)) }
        let list = request.query.split(separator: "&").first { $0.lowercased().hasPrefix("idlist=") }
        return list.map { String($0.dropFirst(7).prefix(128)) } ?? ""
    }
}
