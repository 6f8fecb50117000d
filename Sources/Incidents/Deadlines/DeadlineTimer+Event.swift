import Model

extension DeadlineTimer {
    /// The timer as an event of the journal; its id is the timer's, so that the journal holds it once.
    ///
    /// - Parameter received: the present; it stands beside the true moment and decides nothing.
    package func event(received: Timestamp) -> Event {
        Event(
            source: Decision.source, id: id, type: EventType.prefix + kind.rawValue, subject: incident, received: received,
            data: json.bytes)
    }

    package var json: JSON {
        .object(present: [
            ("incident", .string(incident)), ("round", .int(round)), ("stage", .string(stage.rawValue)), ("visit", .int(visit)),
            ("kind", .string(kind.rawValue)), ("version", .int(version)), ("moment", .string(moment.text())),
            ("deadline", deadline.map { .string($0.text()) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let incident = json["incident"]?.string, let round = json["round"]?.int, let visit = json["visit"]?.int,
            let stage = json["stage"]?.string.flatMap(DeadlineStage.init(rawValue:)),
            let kind = json["kind"]?.string.flatMap(Kind.init(rawValue:)), let version = json["version"]?.int,
            let moment = json["moment"]?.string.flatMap({ Timestamp($0) })
        else { return nil }
        self.init(
            incident: incident, round: round, stage: stage, visit: visit, kind: kind, version: version, moment: moment,
            deadline: json["deadline"]?.string.flatMap { Timestamp($0) })
    }
}
