import Model

// What the platform says and asks.
extension GB28181Device {
    func received(_ bytes: [UInt8]) {
        guard !has(.stalled), let message = SimSIP(bytes) else { return }
        if message.status != nil { answered(message) } else { asked(message) }
    }

    private func answered(_ answer: SimSIP) {
        guard !losesAnswer(), let status = answer.status, let branch = answer.branch,
            let waiting = pending.removeValue(forKey: branch)
        else { return }
        seen.withLock { $0.answers.append("\(waiting.method) \(status)") }
        if waiting.method == "REGISTER" {
            let expires = SimSIP(waiting.bytes).flatMap { $0["expires"] }.flatMap { Int($0) }
            return registered(answer, expires: expires)
        }
        if status == 200, let alarm = waiting.alarm { seen.withLock { $0.taken.append(alarm) } }
        if status == 404, !has(.ignoresNotFound), state.isRegistered {
            seen.withLock { $0.isRegistered = false }
            register(expires: settings.expires)
        }
        if status != 200, waiting.alarm != nil, let repeated = waiting.repeated {
            again(after: settings.t1) { repeated($0) }
        }
    }

    private func asked(_ request: SimSIP) {
        guard !has(.deaf) else { return }
        if let branch = request.branch, let said = said[branch] {
            wire?.send(said)
            return
        }
        let isSubscription = request.method == "SUBSCRIBE"
        let tag = isSubscription ? dialogTag(request) : digits()
        var answer = SimSIP(isSubscription && has(.noSubscriptions) ? "SIP/2.0 489 Bad Event" : "SIP/2.0 200 OK")
        for header in request.headers where ["via", "from", "to", "call-id", "cseq"].contains(header.name.lowercased()) {
            let needsTag = header.name.lowercased() == "to" && SimSIP.parameter("tag", in: request["to"]) == nil
            answer.headers.append((header.name, needsTag ? header.value + Array(";tag=\(tag)".utf8) : header.value))
        }
        if isSubscription { answer.add("Expires", request["expires"] ?? "3600") }
        let bytes = answer.bytes(style)
        if let branch = request.branch { said[branch] = bytes }
        wire?.send(bytes)
        take(String(decoding: request.body, as: UTF8.self), of: request)
    }

    private func dialogTag(_ request: SimSIP) -> String {
        if let dialog, dialog.callID == request["call-id"] { return dialog.ourTag }
        let made = (callID: request["call-id"] ?? "", ourTag: digits(), platform: request["from"] ?? "")
        dialog = made
        return made.ourTag
    }

    private func take(_ body: String, of request: SimSIP) {
        let command = element("CmdType", in: body) ?? ""
        if body.contains("<Response>") {
            if command == "Alarm", let number = element("SN", in: body) { seen.withLock { $0.confirmed.append(number) } }
        } else if body.contains("<Control>") {
            obey(body)
        } else if request.method == "SUBSCRIBE" {
            seen.withLock { $0.subscriptions += 1 }
        } else if body.contains("<Query>") {
            seen.withLock { $0.questions.append(command) }
            answerQuestion(command, body)
        }
    }

    private func obey(_ body: String) {
        if body.contains("<GuardCmd>SetGuard</GuardCmd>") { seen.withLock { $0.guards += 1 } }
        guard let order = element("PTZCmd", in: body) else { return }
        let bytes = stride(from: 0, to: order.count, by: 2).compactMap { UInt8(order.dropFirst($0).prefix(2), radix: 16) }
        let isWhole = bytes.count == 8 && bytes.dropLast().reduce(0, &+) == bytes[7]
        seen.withLock {
            $0.orders.append(order)
            if isWhole, bytes[3] == 0x82 { $0.presetsCalled.append(Int(bytes[5])) }
        }
    }

    func element(_ name: String, in text: String) -> String? {
        let parts = text.split(separator: "<\(name)>", maxSplits: 1)
        return parts.count == 2 ? parts[1].split(separator: "</\(name)>", maxSplits: 1).first.map { String($0) } : nil
    }
}
