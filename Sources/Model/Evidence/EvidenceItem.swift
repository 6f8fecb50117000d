/// One recording or picture of the evidence store with all that is known of it.
package struct EvidenceItem: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// 电话录音.
        case recording
        /// 报警抓拍.
        case alarm
        /// 巡查抓拍.
        case visit
        /// 调取抓拍: an operator asked the camera for it.
        case taken
    }

    /// SHA-256 of the bytes, hexadecimal; also the name in the evidence store.
    package let sha256: String
    package let kind: Kind
    /// Name of the device in the configuration.
    package let device: String
    /// The device's clock as it came, and the moment that it means where it can be read.
    package let deviceTime: DeviceTime?
    /// Our clock at arrival.
    package let received: Timestamp
    /// The event that brought it: its place in the journal, source and identity.
    package let position: Position
    package let source: String
    package let eventID: String
    /// Whether the event holds a number or a name that not everybody may read; every recording's does.
    package let isPersonal: Bool

    // Of recordings.
    package var fileName: String?
    package var format: String?
    package var note: String?
    package var seconds: Double?
    package var callID: String?
    package var direction: RecordingFile.Direction?
    /// Personal data, as is the file's name, which often holds a number.
    package var caller: String?
    package var callee: String?
    /// Seconds by which the file is longer than the call record says, where that is too much.
    package var difference: Double?

    // Of pictures.
    package var alarmClass: String?
    package var spot: String?
    /// Who had the picture taken.
    package var taker: String?

    // What the event does not say and whoever shows the item adds.
    package var bytes: Int64?
    /// The protocol by which the feed took it (`spool`, `isapi` …).
    package var adapter: String?
    /// 路段.
    package var place: String?
    /// Device clock minus ours in milliseconds, measured last before it came.
    package var clockOffset: Int64?
    /// Of pictures; nothing where the configuration has no such camera.
    package var standing: CameraStanding?
    package var custody = CustodyLog([])

    /// Reads an event that brought evidence; nothing where it is another, or names no file.
    package init?(_ stored: StoredEvent) {
        let event = stored.event
        guard let payload = event.payload, let facts = Facts(event.type, payload), Self.isHash(facts.sha256) else { return nil }
        sha256 = facts.sha256
        kind = facts.kind
        device = facts.device
        deviceTime = event.deviceTime
        received = event.received
        position = stored.position
        source = event.source
        eventID = event.id
        // A camera's description of its alarm is words of the device, not of a person.
        let persons = personalMembers.subtracting(["description"])
        isPersonal = facts.kind == .recording || payload.masked(persons) != payload
        take(facts)
    }

    private mutating func take(_ facts: Facts) {
        alarmClass = facts.alarm?.alarmClass
        spot = facts.visit?.spot
        place = facts.visit?.section
        if let taken = facts.taken { (taker, bytes, note) = (taken.by, taken.bytes, taken.reason.map(PersonalText.masked)) }
        guard let file = facts.file else { return }
        fileName = file.fileName
        bytes = file.bytes
        format = file.format
        note = file.note
        seconds = file.seconds
        callID = file.callID
        direction = file.direction
        caller = file.caller
        callee = file.callee
    }

    /// Whether a text is a SHA-256 as the evidence store writes it: 64 lower-case hexadecimal digits.
    package static func isHash(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// When it was made, by the device's clock where that can be read, else when it came.
    package var moment: Timestamp { deviceTime?.moment ?? received }

    /// What an event says of the file that it brought.
    private struct Facts {
        let sha256: String
        let kind: Kind
        let device: String
        var file: RecordingFile?
        var alarm: CameraAlarm?
        var visit: PatrolVisit?
        var taken: DeviceSnapshot?

        init?(_ type: String, _ payload: JSON) {
            switch type {
            case EventType.recordingFile:
                guard let file = RecordingFile(payload) else { return nil }
                (sha256, kind, device) = (file.sha256, .recording, file.device)
                self.file = file
            case EventType.cameraAlarm:
                guard let alarm = CameraAlarm(payload), let picture = alarm.snapshot else { return nil }
                (sha256, kind, device) = (picture, .alarm, alarm.device)
                self.alarm = alarm
            case EventType.patrolVisit:
                guard let visit = PatrolVisit(payload), let picture = visit.snapshot else { return nil }
                (sha256, kind, device) = (picture, .visit, visit.camera)
                self.visit = visit
            case EventType.evidenceTaken:
                guard let taken = DeviceSnapshot(payload) else { return nil }
                (sha256, kind, device) = (taken.sha256, .taken, taken.device)
                self.taken = taken
            default: return nil
            }
        }
    }
}
