import Model

/// One event as a simulated Dahua device tells it.
package struct SimDahuaEvent: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable {
        case start = "Start"
        case stop = "Stop"
        case pulse = "Pulse"
    }

    /// The device's own word: `VideoMotion`, `CrossLineDetection` and so on.
    package var code: String
    package var action: Action
    /// From 0.
    package var index: Int
    /// The rule's number; with none of rule, target and deed the event has no data.
    package var rule: Int?
    /// Under which name the rule's number stands: `RuleID`, `RuleId`, `CfgRuleId`.
    package var ruleName = "RuleId"
    package var ruleLabel = "Gate"
    /// `ObjectType`: `Human`, `Vehicle`, `Smoke`.
    package var target: String?
    /// `Action` of `CrossRegionDetection`: `Appear`, `Cross`, `Inside`.
    package var deed: String?
    package var eventID: Int?
    /// Stands behind `;data=` as it is, instead of all the above.
    package var rawData: String?

    package init(
        _ code: String, _ action: Action = .start, index: Int = 0, rule: Int? = nil, target: String? = nil, deed: String? = nil
    ) {
        self.code = code
        self.action = action
        self.index = index
        self.rule = rule
        self.target = target
        self.deed = deed
    }

    /// The end of this event.
    package var ended: SimDahuaEvent {
        var next = self
        next.action = .stop
        return next
    }

    /// The text of a part's body.
    ///
    /// - Parameter now: the device's clock.
    func body(at now: Timestamp, zone: Zone, faults: Set<DahuaFault>) -> String {
        let head = "Code=\(code);action=\(action.rawValue);index=\(index)"
        if let rawData { return head + ";data=" + rawData }
        guard rule != nil || target != nil || deed != nil || eventID != nil, !faults.contains(.noData) else { return head }
        var text = pretty(data(at: now, zone: zone, faults: faults))
        if faults.contains(.brokenJSON) { text = text.replacing("\"Name\" : ", with: "\"Name\" : = ;") }
        if faults.contains(.openJSON) { text.removeLast() }
        return head + ";data=" + text
    }

    private func data(at now: Timestamp, zone: Zone, faults: Set<DahuaFault>) -> [(String, JSON)] {
        let seconds = now.microseconds / 1_000_000
        var members: [(String, JSON)] = []
        if let deed { members += [("Action", .string(deed)), ("Direction", "Enter")] }
        members += [("Class", "Normal"), ("CountInGroup", 1)]
        if let eventID { members.append(("EventID", .int(eventID))) }
        if !faults.contains(.localUTC) {
            let local = now.text(in: zone).prefix(19).replacing("T", with: " ")
            members.append(("LocaleTime", .string(String(local))))
        }
        members.append(("Name", .string(ruleLabel)))
        if let target {
            members.append(
                (
                    "Object",
                    .object([
                        .init("Action", "Appear"), .init("BoundingBox", [2944, 3520, 5072, 9000]), .init("Confidence", 80),
                        .init("ObjectID", 105), .init("ObjectType", .string(target)),
                    ])
                ))
        }
        if let rule { members.append((ruleName, .int(rule))) }
        let utc = faults.contains(.localUTC) ? seconds + zone.seconds : seconds
        members += [("UTC", .number("\(utc).0")), ("UTCMS", .int(now.microseconds / 1000 % 1000))]
        return members
    }

    /// One member a line, as the devices write it.
    private func pretty(_ members: [(String, JSON)]) -> String {
        "{\n" + members.map { "   \"\($0.0)\" : \($0.1.text)" }.joined(separator: ",\n") + "\n}"
    }
}
