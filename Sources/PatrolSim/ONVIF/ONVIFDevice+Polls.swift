import Model
import Platform

// Polls.
extension ONVIFDevice {
    func pull(_ soap: SOAPText, _ request: PushRequest, _ faults: Set<ONVIFFault>) async -> SimReply {
        guard let id = subscription(soap, request), !faults.contains(.faultOnPull) else { return .answer(Self.unknown) }
        if spend(.pageInsteadOfMessages) { return .answer(Self.page) }
        let wait = min(Self.span(soap.first("Timeout") ?? "") ?? .seconds(10), .seconds(60))
        let limit = max(1, soap.first("MessageLimit").flatMap { Int($0) } ?? 10)
        var hangUpAfter: Span?
        for case .closeMidPoll(let span) in faults { hangUpAfter = span }
        let end = await poll(id, limit, wait, hangUpAfter)
        guard case .messages(let messages) = end else { return .hangUp }
        let lifetime = state.withLock { $0.subscriptions[id].map { $0.expires - SystemClock.uptimeMicroseconds() } } ?? 0
        let body =
            "<tev:PullMessagesResponse>"
            + times(Span(microseconds: lifetime)).split(separator: "wsnt:").joined(separator: "tev:")
            + notifications(messages, faults) + "</tev:PullMessagesResponse>"
        let bytes = SOAPText.envelope(
            body, action: "http://www.onvif.org/ver10/events/wsdl/PullPointSubscription/PullMessagesResponse")
        guard !messages.isEmpty, spend(.garbledMessages) else { return .answer(Self.soap(bytes)) }
        return .answer(Self.soap(Array(bytes.prefix(bytes.count * 2 / 3))))
    }

    /// Uses a fault up.
    private func spend(_ fault: ONVIFFault) -> Bool { state.withLock { $0.faults.remove(fault) != nil } }

    private func poll(_ id: Int, _ limit: Int, _ wait: Span, _ hangUpAfter: Span?) async -> PollEnd {
        let number: Int? = state.withLock { state in
            state.tally.polls += 1
            state.lastPoll += 1
            return state.subscriptions[id] == nil ? nil : state.lastPoll
        }
        guard let number else { return .messages([]) }
        let timer = Task {
            let pause = min(wait, hangUpAfter ?? wait)
            try? await Task.sleep(nanoseconds: UInt64(max(0, pause.microseconds)) * 1000)
            if !Task.isCancelled { self.endPoll(id, number, hangUpAfter == nil ? .messages([]) : .hangUp) }
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let now: PollEnd? = state.withLock { state in
                    guard state.subscriptions[id] != nil else { return .messages([]) }
                    if Task.isCancelled { return .hangUp }
                    let messages = Self.take(id, limit, &state)
                    if !messages.isEmpty { return .messages(messages) }
                    // One poll at a time: an older one ends empty.
                    state.subscriptions[id]?.waiting?.resume.resume(returning: .messages([]))
                    state.subscriptions[id]?.waiting = Waiting(number: number, limit: limit, resume: continuation)
                    return nil
                }
                if let now { continuation.resume(returning: now) }
            }
        } onCancel: {
            endPoll(id, number, .hangUp)
        }
    }

    private func endPoll(_ id: Int, _ number: Int, _ end: PollEnd) {
        let waiting: Waiting? = state.withLock { state in
            guard let waiting = state.subscriptions[id]?.waiting, waiting.number == number else { return nil }
            state.subscriptions[id]?.waiting = nil
            return waiting
        }
        waiting?.resume.resume(returning: end)
    }

    /// The messages as they go out.
    func notifications(_ messages: [SimNotification], _ faults: Set<ONVIFFault>) -> String {
        guard !messages.isEmpty else { return "" }
        var text = messages.map { notification($0, faults) }.joined()
        if faults.contains(.emptyMessages) {
            text +=
                "<wsnt:NotificationMessage/><wsnt:NotificationMessage><wsnt:Message><tt:Message UtcTime=\"\(self.text(cameraTime))\">"
                + "<tt:Data><tt:SimpleItem Name=\"State\" Value=\"true\"/></tt:Data></tt:Message></wsnt:Message>"
                + "</wsnt:NotificationMessage>"
        }
        return text
    }

    private func notification(_ message: SimNotification, _ faults: Set<ONVIFFault>) -> String {
        var time: String? = message.time ?? text(cameraTime)
        var end = ""
        for fault in faults {
            if case .time(let wrong) = fault { time = wrong.isEmpty ? nil : wrong }
            if case .topicEnd(let wrong) = fault { end = wrong }
        }
        let attributes =
            (time.map { " UtcTime=\"\($0)\"" } ?? "") + (message.operation.map { " PropertyOperation=\"\($0.rawValue)\"" } ?? "")
        return "<wsnt:NotificationMessage><wsnt:Topic Dialect=\"http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet\">"
            + (message.topic + end).markup + "</wsnt:Topic><wsnt:Message><tt:Message\(attributes)>"
            + list("Source", message.source) + list("Key", message.key) + list("Data", message.data)
            + "</tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    }

    private func list(_ name: String, _ items: [SimNotification.Item]) -> String {
        guard !items.isEmpty else { return "" }
        let inside = items.map {
            "<tt:SimpleItem Name=\"\($0.name.markup)\" Value=\"\($0.value.markup)\"/>"
        }
        return "<tt:\(name)>\(inside.joined())</tt:\(name)>"
    }
}
