/// The `data` of every `cn.patrold.incident.…` event: a decision of a rule, or an operator's move.
package struct IncidentEvent: Hashable, Sendable {
    /// The incident's id: year of opening and the position of what caused it, `2021-1234`.
    package var incident: String
    package var action: IncidentAction
    /// Who: an account, or `rule:NAME` where a rule decided.
    package var by: String
    /// The position of the event that caused a rule's decision.
    package var cause: Position?
    /// Version of the rules that decided.
    package var rules: String?
    package var reason: String?
    /// `exists|absent|unable` for verify, `pass|fail|unable` for check.
    package var result: String?
    /// For dispatch: the responsible department.
    package var department: String?
    /// For opened: what it is about.
    package var opening: Opening?
    /// Set where a closing skipped the check.
    package var forced: Bool
    /// For overdue: which stage.
    package var stage: String?
    /// For sighted: when it was seen, by the best clock at hand.
    package var at: Timestamp?

    package struct Opening: Hashable, Sendable {
        /// When it began, by the best clock at hand.
        package var at: Timestamp
        /// `camera`, `complaint` or `feed`.
        package var origin: String
        /// Channel key of a complaint; nothing for cameras.
        package var channel: String?
        /// The camera, or the complaint's number.
        package var reference: String
        package var alarmClass: String?
        package var category: String?
        package var place: String?
        /// The state it starts in.
        package var state: IncidentState
        /// What further alarms are matched by.
        package var key: String

        package init(
            at: Timestamp, origin: String, channel: String? = nil, reference: String, alarmClass: String? = nil,
            category: String? = nil, place: String? = nil, state: IncidentState, key: String
        ) {
            self.at = at
            self.origin = origin
            self.channel = channel
            self.reference = reference
            self.alarmClass = alarmClass
            self.category = category
            self.place = place
            self.state = state
            self.key = key
        }
    }

    package init(
        incident: String, action: IncidentAction, by: String, cause: Position? = nil, rules: String? = nil,
        reason: String? = nil, result: String? = nil, department: String? = nil, opening: Opening? = nil,
        forced: Bool = false, stage: String? = nil, at: Timestamp? = nil
    ) {
        self.incident = incident
        self.action = action
        self.by = by
        self.cause = cause
        self.rules = rules
        self.reason = reason
        self.result = result
        self.department = department
        self.opening = opening
        self.forced = forced
        self.stage = stage
        self.at = at
    }
}

extension IncidentEvent {
    package var json: JSON {
        .object(present: [
            ("incident", .string(incident)), ("action", .string(action.rawValue)), ("by", .string(by)),
            ("cause", cause.map { .int($0) }), ("rules", rules.map { .string($0) }),
            ("reason", reason.map { .string($0) }), ("result", result.map { .string($0) }),
            ("department", department.map { .string($0) }), ("forced", forced ? true : nil),
            ("stage", stage.map { .string($0) }), ("at", at.map { .string($0.text()) }), ("opening", opening?.json),
        ])
    }

    package init?(_ json: JSON) {
        guard let incident = json["incident"]?.string,
            let action = json["action"]?.string.flatMap(IncidentAction.init(rawValue:))
        else { return nil }
        self.init(
            incident: incident, action: action, by: json["by"]?.string ?? "", cause: json["cause"]?.int.map(Position.init),
            rules: json["rules"]?.string, reason: json["reason"]?.string, result: json["result"]?.string,
            department: json["department"]?.string, opening: json["opening"].flatMap(Opening.init),
            forced: json["forced"]?.bool ?? false, stage: json["stage"]?.string,
            at: json["at"]?.string.flatMap { Timestamp($0) })
    }
}

extension IncidentEvent.Opening {
    package var json: JSON {
        .object(present: [
            ("at", .string(at.text())), ("origin", .string(origin)), ("channel", channel.map { .string($0) }),
            ("reference", .string(reference)), ("class", alarmClass.map { .string($0) }),
            ("category", category.map { .string($0) }), ("place", place.map { .string($0) }),
            ("state", .string(state.rawValue)), ("key", .string(key)),
        ])
    }

    package init?(_ json: JSON) {
        guard let at = json["at"]?.string.flatMap({ Timestamp($0) }), let origin = json["origin"]?.string,
            let reference = json["reference"]?.string,
            let state = json["state"]?.string.flatMap(IncidentState.init(rawValue:)), let key = json["key"]?.string
        else { return nil }
        self.init(
            at: at, origin: origin, channel: json["channel"]?.string, reference: reference,
            alarmClass: json["class"]?.string, category: json["category"]?.string, place: json["place"]?.string,
            state: state, key: key)
    }
}
