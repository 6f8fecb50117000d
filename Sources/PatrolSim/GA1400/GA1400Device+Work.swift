import Model

// What it does by itself.
extension GA1400Device {
    /// Objects of one call.
    private static let batch = 8

    func work() async {
        var sinceAlive = Span.zero
        while !Task.isCancelled {
            let isIdle = await step(sinceAlive: &sinceAlive)
            guard isIdle else { continue }
            try? await Task.sleep(nanoseconds: UInt64(settings.pause.microseconds) * 1000)
            sinceAlive = Span(microseconds: sinceAlive.microseconds + settings.pause.microseconds)
        }
    }

    /// One call, or none; true where it should rest a while.
    private func step(sinceAlive: inout Span) async -> Bool {
        guard isRegistered else {
            if faults.contains(.neverRegisters) { return await sendWaiting() }
            return await !register()
        }
        if waiting > 0 {
            sinceAlive = .zero
            return await sendWaiting()
        }
        guard sinceAlive >= settings.keepalive else { return true }
        sinceAlive = .zero
        await keepalive()
        return true
    }

    /// Sends the first objects that wait, of one kind; what was not taken waits on.
    ///
    /// - Returns: whether it should rest a while.
    package func sendWaiting() async -> Bool {
        let objects = state.withLock { state -> [SimVIIDObject] in
            let kind = state.waiting.first?.kind
            return Array(state.waiting.prefix { $0.kind == kind }.prefix(Self.batch))
        }
        guard let kind = objects.first?.kind else { return true }
        var body = Self.list(kind, objects.map(\.json), name: listName(kind)).bytes
        if faults.contains(.truncatedJSON) { body.removeLast(body.count / 2) }
        let reply = await send("POST", "/VIID/" + kind + "s", body)
        state.withLock { $0.tally.posts += 1 }
        if faults.contains(.hangsUp) {
            state.withLock { _ = $0.faults.remove(.hangsUp) }
            return true
        }
        return take(reply, objects)
    }

    private func take(_ reply: PlainHTTP.Reply?, _ objects: [SimVIIDObject]) -> Bool {
        let codes = Self.statusCodes(reply.flatMap { try? JSON(parsing: $0.body) })
        return state.withLock { state in
            switch reply?.status {
            case 401:
                state.tally.unregistered += 1
                state.isRegistered = false
                return false
            case 200: break
            case 503:
                state.tally.comeAgain += 1
                return true
            default: return true
            }
            if codes.count == 1, codes[0].code == 7 {
                state.waiting.removeFirst(objects.count)
                state.tally.givenUp += objects.count
                return false
            }
            let taken = Set(codes.filter { $0.code == 0 }.map(\.id))
            state.waiting.removeAll { object in objects.contains { $0.id == object.id } && taken.contains(object.id) }
            state.tally.taken += taken.count
            return taken.isEmpty
        }
    }

    private func listName(_ kind: String) -> String {
        for case .listName(let pattern) in faults { return pattern.replacing("Face", with: kind) }
        return kind + "ListObject"
    }

    /// The body of a call with objects.
    package static func list(_ kind: String, _ objects: [JSON], name: String? = nil) -> JSON {
        .object([
            JSON.Member(name ?? kind + "ListObject", .object([JSON.Member(kind + "Object", .array(objects))]))
        ])
    }

    /// The body of `SubscribeNotifications` with one notification.
    package static func notification(_ id: String, _ kind: String, _ objects: [JSON]) -> JSON {
        let list: JSON = .object([JSON.Member(kind + "Object", .array(objects))])
        let notification: JSON = .object([
            JSON.Member("NotificationID", .string(id)), JSON.Member("SubscribeID", "650100010000032017040112010100001"),
            JSON.Member("TriggerTime", "20210601080000"), JSON.Member(kind + "ObjectList", list),
        ])
        return ["SubscribeNotificationListObject": ["SubscribeNotificationObject": [notification]]]
    }
}
