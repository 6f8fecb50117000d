import Model

// What the camera's answers say.
extension ONVIFConnection {
    func end(
        _ result: Result<CurlResponse, CurlError>, of operation: ONVIFSession.Operation, _ began: Span, _ feed: DeviceFeed
    ) {
        switch ONVIFAccess.answer(result) {
        case .failure(let trouble):
            // What a poll brought and nobody can read may hold alarms.
            if case .unreadable(let reason) = trouble, case .pull = operation, case .success(let response) = result,
                !response.body.isEmpty
            {
                feed.unreadable(response.body, ONVIFDecoder.contentType, "the camera's answer is not readable: \(reason)")
            }
            take(.trouble(trouble), feed)
        case .success(let answer): take(read(answer, of: operation, began, feed), feed)
        }
    }

    private func read(
        _ answer: SOAPAnswer, of operation: ONVIFSession.Operation, _ began: Span, _ feed: DeviceFeed
    ) -> ONVIFSession.Input {
        let now = feed.moment()
        switch operation {
        case .time: return readClock(answer, began, feed, now)
        case .services: return .eventService(answer.services[SOAPNamespaces.events].flatMap { access.rewritten($0) })
        case .capabilities: return .eventService(answer.capabilities[SOAPNamespaces.events].flatMap { access.rewritten($0) })
        case .create, .renew:
            return .granted(answer.subscription(access), lifetime: answer.lifetime(cameraTime: now.time + access.offset))
        case .synchronize, .unsubscribe: return .done
        case .pull:
            guard answer.body.name == "PullMessagesResponse" else {
                feed.unreadable(
                    answer.envelope, ONVIFDecoder.contentType,
                    "the camera's answer is '\(answer.body.name.prefix(40))' where messages were asked for")
                return .trouble(.unreadable("it answers something else"))
            }
            return .messages(count: take(answer, feed, now))
        }
    }

    private func readClock(
        _ answer: SOAPAnswer, _ began: Span, _ feed: DeviceFeed, _ now: Liveness.Moment
    ) -> ONVIFSession.Input {
        guard let offset = answer.clockOffset(at: now.time) else { return .clock(offset: nil) }
        access.offset = offset
        // A question answered within two seconds cannot be a late message, so it counts for the two that are needed.
        if now.uptime - began < .seconds(2) {
            feed.readClock(offset, at: now)
            feed.readClock(offset, at: now)
        }
        return .clock(offset: offset)
    }

    /// Folds the messages of an answer, and tells the session when they are durable.
    ///
    /// - Returns: how many messages there were.
    func take(_ answer: SOAPAnswer, _ feed: DeviceFeed, _ now: Liveness.Moment) -> Int {
        let found = ONVIFNotifications(in: answer.body)
        for message in found.messages {
            feed.take(states.sightings(in: message, feed.events, received: now.time), at: now)
        }
        if found.nameless > 0 {
            feed.unreadable(answer.envelope, ONVIFDecoder.contentType, found.namelessSentence)
        }
        if found.count > 0 {
            feed.whenDurable { [weak self, weak feed] result in
                guard case .success = result, let feed else { return }
                self?.take(.durable, feed)
            }
        }
        return found.count
    }
}

extension ONVIFNotifications {
    /// All messages, whatever they hold.
    var count: Int { messages.count + empty + nameless }

    var namelessSentence: String { "\(nameless) of \(count) messages name no topic" }
}
