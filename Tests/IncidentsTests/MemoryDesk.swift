import Incidents
import Model

/// A journal and a ledger in memory around a correlator: what it decides comes back after a chosen number of events.
struct MemoryDesk {
    static let start = Timestamp(seconds: 1_622_505_600)  // 2021-06-01T08:00:00+08:00

    private(set) var correlator: Correlator
    /// How many further events pass before the ledger shows a decision.
    private var lag: Int
    private(set) var decisions: [IncidentEvent] = []
    private(set) var open: [String: OpenCase] = [:]
    private var keys: [String: String] = [:]
    private var underway: [(due: Int, decision: IncidentEvent)] = []
    private var count = 0

    init(_ rules: CorrelationRules = CorrelationRules(version: "r1"), lag: Int = 0) {
        correlator = Correlator(rules: rules)
        self.lag = lag
    }

    /// The same desk with a slower ledger.
    func lagging(_ lag: Int) -> MemoryDesk {
        var copy = self
        copy.lag = lag
        return copy
    }

    /// Passes an event and returns what was decided on it.
    @discardableResult
    mutating func pass(_ event: Event) -> [IncidentEvent] {
        count += 1
        let made = hear(event, at: Position(count))
        decisions += made
        underway += made.map { (count + lag, $0) }
        while let first = underway.first, first.due <= count {
            underway.removeFirst()
            settle(first.decision)
        }
        return made
    }

    /// The decision reaches journal and ledger; its position is far off, so that causes keep theirs at every lag.
    private mutating func settle(_ decision: IncidentEvent) {
        apply(decision)
        _ = hear(Decision.event(decision, received: Self.start), at: 1_000_000)
    }

    private mutating func hear(_ event: Event, at position: Position) -> [IncidentEvent] {
        let open = open
        return correlator.on(StoredEvent(position: position, event: event, leaf: [])) { open[$0] }
    }

    private mutating func apply(_ decision: IncidentEvent) {
        if let opening = decision.opening {
            keys[decision.incident] = opening.key
            open[opening.key] = OpenCase(incident: decision.incident, last: opening.at)
        }
        guard let key = keys[decision.incident], let known = open[key], known.incident == decision.incident else { return }
        if decision.action == .sighted, let at = decision.at {
            open[key] = OpenCase(incident: known.incident, last: max(known.last, at))
        }
        if decision.action == .close { open[key] = nil }
    }

    /// An operator's closing: the ledger has it before the correlator hears of it, as in the daemon.
    mutating func close(_ incident: String) {
        count += 1
        let move = IncidentEvent(incident: incident, action: .close, by: "operator")
        apply(move)
        let event = Event(
            source: "patrold:/operators/operator", id: "\(count)", type: EventType.incident("close"), subject: incident,
            received: Self.start, data: move.json.bytes)
        _ = hear(event, at: Position(count))
    }
}

/// Events of the test's own devices; `at` is what our clock says, in seconds after the start.
enum Facts {
    static func alarm(
        _ at: Int64, device: String = "cam-1", channel: Int? = nil, class name: String = "intrusion",
        state: CameraAlarm.State = .start, clock: String? = nil
    ) -> Event {
        let alarm = CameraAlarm(device: device, channel: channel, state: state, alarmClass: name, rawType: name)
        return event(EventType.cameraAlarm, at, alarm.json, clock)
    }

    static func complaint(_ number: String, _ at: Int64, channel: String = "citizen", category: String? = nil) -> Event {
        var complaint = Complaint(channel: channel, number: number, accepted: MemoryDesk.start + .seconds(at), text: "噪音")
        complaint.category = category
        complaint.place = "钢铁大街"
        return event(EventType.complaintReceived, at, complaint.json)
    }

    static func complaintClosed(_ number: String, _ at: Int64, channel: String = "citizen", outcome: String? = nil) -> Event {
        let closing = ComplaintClosing(
            channel: channel, number: number, closed: MemoryDesk.start + .seconds(at), outcome: outcome)
        return event(EventType.complaintClosed, at, closing.json)
    }

    static func gap(_ state: FeedGap.State, _ at: Int64, feed: String = "cam-1", from: Int64? = nil) -> Event {
        let gap = FeedGap(
            feed: feed, state: state, from: MemoryDesk.start + .seconds(from ?? at),
            until: state == .closed ? MemoryDesk.start + .seconds(at) : nil, reason: "unreachable")
        return event(EventType.feedGap, at, gap.json)
    }

    static func recording(_ at: Int64, _ direction: RecordingFile.Direction?, sha256: String = "ab") -> Event {
        var file = RecordingFile(device: "phone-1", fileName: "1.wav", sha256: sha256, bytes: 44, format: "pcm")
        file.direction = direction
        return event(EventType.recordingFile, at, file.json)
    }

    static func event(_ type: String, _ at: Int64, _ data: JSON, _ clock: String? = nil) -> Event {
        Event(
            source: "patrold:/feeds/test", id: "\(type)-\(at)", type: type, time: clock,
            received: MemoryDesk.start + .seconds(at), data: data.bytes)
    }
}
