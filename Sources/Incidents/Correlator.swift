import Model

/// Turns events into decisions about incidents: opens, joins, and closes what its channel closed.
///
/// Pure: it holds only decisions that the ledger has not shown back yet, and asks `lookup` for the rest. Each event
/// that can open or join an incident yields one decision, so that a restart knows which events were decided.
package struct Correlator: Sendable {
    package let rules: CorrelationRules
    /// Incidents opened or joined, by correlation key, and the cause of the last such decision.
    private var pending: [String: (open: OpenCase, cause: Position)] = [:]
    /// The correlation key of each cause in `pending`.
    private var keys: [Position: String] = [:]
    /// Incidents closed by a rule, and the cause.
    private var closing: [String: Position] = [:]

    package init(rules: CorrelationRules) {
        self.rules = rules
    }

    /// Decides on one event.
    ///
    /// - Parameter lookup: the open incident of a key, as the ledger has it.
    package mutating func on(
        _ stored: StoredEvent, lookup: (String) throws -> OpenCase?
    ) rethrows -> [IncidentEvent] {
        switch stored.event.type {
        case EventType.cameraAlarm: return try onAlarm(stored, lookup).map { [$0] } ?? []
        case EventType.complaintReceived: return try onComplaint(stored, lookup).map { [$0] } ?? []
        case EventType.complaintClosed: return try onComplaintClosed(stored, lookup).map { [$0] } ?? []
        case EventType.recordingFile: return onRecording(stored).map { [$0] } ?? []
        case EventType.feedGap: return try onGap(stored, lookup).map { [$0] } ?? []
        case let type where type.hasPrefix(EventType.incident("")):
            try learn(stored, lookup)
            return []
        default: return []
        }
    }

    /// The ledger has this decision or move now.
    private mutating func learn(_ stored: StoredEvent, _ lookup: (String) throws -> OpenCase?) rethrows {
        guard let event = stored.event.payload.flatMap(IncidentEvent.init) else { return }
        if let cause = event.cause {
            if closing[event.incident] == cause { closing[event.incident] = nil }
            if let key = keys.removeValue(forKey: cause), pending[key]?.cause == cause { pending[key] = nil }
            return
        }
        // An operator may have closed what a sighting on its way back had joined.
        for (key, value) in pending where value.open.incident == event.incident {
            if try lookup(key)?.incident != event.incident { pending[key] = nil }
        }
    }

    /// Until the ledger shows it, an incident of that key is as this decision left it.
    private mutating func expect(_ open: OpenCase, _ key: String, _ cause: Position) {
        pending[key] = (open, cause)
        keys[cause] = key
    }

    private mutating func onAlarm(_ stored: StoredEvent, _ lookup: (String) throws -> OpenCase?) rethrows -> IncidentEvent? {
        guard let alarm = stored.event.payload.flatMap(CameraAlarm.init), alarm.state != .stop,
            rules.classes?.contains(alarm.alarmClass) ?? true
        else { return nil }
        let at = moment(of: stored.event)
        let channel = alarm.channel.map { "/\($0)" } ?? ""
        let key = "camera/\(alarm.device)\(channel)/\(alarm.alarmClass)"
        if let open = try current(key, lookup), at - open.last <= rules.window {
            expect(OpenCase(incident: open.incident, last: max(open.last, at)), key, stored.position)
            return decision(.sighted, open.incident, stored, at: at)
        }
        let opening = IncidentEvent.Opening(
            at: at, origin: "camera", reference: alarm.device, alarmClass: alarm.alarmClass,
            category: rules.categories[alarm.alarmClass], place: rules.places[alarm.device], state: .collected, key: key)
        return open(opening, stored)
    }

    private mutating func onComplaint(_ stored: StoredEvent, _ lookup: (String) throws -> OpenCase?) rethrows -> IncidentEvent? {
        guard let complaint = stored.event.payload.flatMap(Complaint.init) else { return nil }
        let key = "complaint/\(complaint.channel)/\(complaint.number)"
        guard try current(key, lookup) == nil else { return nil }
        let opening = IncidentEvent.Opening(
            at: complaint.accepted, origin: "complaint", channel: complaint.channel, reference: complaint.number,
            category: complaint.category, place: complaint.place,
            state: rules.trustedChannels.contains(complaint.channel) ? .collected : .reported, key: key)
        return open(opening, stored)
    }

    private mutating func onComplaintClosed(
        _ stored: StoredEvent, _ lookup: (String) throws -> OpenCase?
    ) rethrows -> IncidentEvent? {
        guard let word = stored.event.payload.flatMap(ComplaintClosing.init) else { return nil }
        let key = "complaint/\(word.channel)/\(word.number)"
        guard let open = try current(key, lookup) else { return nil }
        return close(open, key, stored, by: "rule:closed-by-channel", reason: word.outcome ?? "closed by the channel")
    }

    private mutating func onRecording(_ stored: StoredEvent) -> IncidentEvent? {
        guard let recording = stored.event.payload.flatMap(RecordingFile.init), recording.direction == .inbound else {
            return nil
        }
        let opening = IncidentEvent.Opening(
            at: moment(of: stored.event), origin: "telephone", reference: recording.device, state: .reported,
            key: "recording/\(recording.sha256)")
        return open(opening, stored)
    }

    private mutating func onGap(_ stored: StoredEvent, _ lookup: (String) throws -> OpenCase?) rethrows -> IncidentEvent? {
        guard let gap = stored.event.payload.flatMap(FeedGap.init) else { return nil }
        let key = "feed/\(gap.feed)"
        let known = try current(key, lookup)
        switch gap.state {
        case .open:
            if let known {
                expect(known, key, stored.position)
                return decision(.sighted, known.incident, stored, at: gap.from)
            }
            let opening = IncidentEvent.Opening(
                at: gap.from, origin: "feed", reference: gap.feed, alarmClass: gap.reason, place: place(ofFeed: gap.feed),
                state: .collected, key: key)
            return open(opening, stored)
        case .closed:
            return known.map { close($0, key, stored, by: "rule:feed-restored", reason: "the feed sees again") }
        }
    }

    private func current(_ key: String, _ lookup: (String) throws -> OpenCase?) rethrows -> OpenCase? {
        if let known = pending[key] { return known.open }
        guard let known = try lookup(key), closing[known.incident] == nil else { return nil }
        return known
    }

    /// A feed of a camera's own, such as `cam-1/video`, stands where its camera stands.
    private func place(ofFeed feed: String) -> String? {
        rules.places[feed] ?? rules.places[String(feed.prefix { $0 != "/" })]
    }

    private mutating func open(_ opening: IncidentEvent.Opening, _ stored: StoredEvent) -> IncidentEvent {
        let incident = "\(Day(opening.at, in: .shanghai).year)-\(stored.position)"
        expect(OpenCase(incident: incident, last: opening.at), opening.key, stored.position)
        var event = decision(.opened, incident, stored)
        event.opening = opening
        return event
    }

    private mutating func close(
        _ open: OpenCase, _ key: String, _ stored: StoredEvent, by: String, reason: String
    ) -> IncidentEvent {
        pending[key] = nil
        closing[open.incident] = stored.position
        var event = decision(.close, open.incident, stored)
        event.by = by
        event.reason = reason
        event.forced = true
        return event
    }

    private func decision(
        _ action: IncidentAction, _ incident: String, _ stored: StoredEvent, at: Timestamp? = nil
    ) -> IncidentEvent {
        IncidentEvent(
            incident: incident, action: action, by: "rule:correlation", cause: stored.position, rules: rules.version, at: at)
    }

    /// The device's clock where it is near ours, else ours.
    private func moment(of event: Event) -> Timestamp {
        guard let device = event.deviceTime?.moment else { return event.received }
        let offset = Span(microseconds: abs((device - event.received).microseconds))
        return offset <= rules.clockTolerance ? device : event.received
    }
}
