import Model

extension AlarmEvents {
    /// The sight in a Dahua event.
    ///
    /// - Parameter zone: of the device's `LocaleTime`.
    package func sighting(of event: DahuaEvent, zone: Zone, received: Timestamp) -> AlarmSighting {
        let time = event.data.flatMap { DahuaTime($0, zone: zone, received: received) }
        var sighting = AlarmSighting(
            channel: channelNumber(event.channel), rawType: String(event.code.prefix(80)), active: Self.active(event.action),
            time: time?.text, received: received)
        sighting.isMomentary = event.action == .pulse
        sighting.region = event.data.flatMap(Self.rule) ?? Self.input(event)
        sighting.target = Self.target(event)
        sighting.confidence = event.data.flatMap(Self.confidence)
        sighting.description = Self.description(event)
        // A number alone is no identity: it counts from the last restart, and firmware is known that repeats it.
        if let number = event.data?["EventID"]?.int, number > 0, let time { sighting.identity = "\(number)@\(time.text)" }
        return sighting
    }

    private static func active(_ action: DahuaEvent.Action) -> Bool? {
        switch action {
        case .start: true
        case .stop: false
        case .pulse: nil
        }
    }

    /// The alarm input that an `AlarmLocal` counts with its index.
    private static func input(_ event: DahuaEvent) -> String? {
        guard event.code.lowercased() == "alarmlocal", let number = event.channel else { return nil }
        return "input-\(number)"
    }

    /// The rule's number, under whichever of its names.
    private static func rule(_ data: JSON) -> String? {
        ["RuleID", "RuleId", "CfgRuleId"].lazy.compactMap { data[$0]?.plainText }.first { !$0.isEmpty }.map {
            String($0.prefix(80))
        }
    }

    /// The first object that the event tells of.
    private static func object(_ data: JSON) -> JSON? {
        if let object = data["Object"], object.members != nil { return object }
        return data["Objects"]?.array?.first
    }

    private static func target(_ event: DahuaEvent) -> String? {
        let told = event.data.flatMap { object($0)?["ObjectType"]?.string ?? $0["ObjectType"]?.string } ?? ""
        switch told.lowercased() {
        case "": break
        case "humanface", "face": return "face"
        case "nonmotor": return "non-motor"
        case "motorvehicle": return "vehicle"
        case let word where word != "unknown": return String(word.prefix(40))
        default: break
        }
        switch event.code.lowercased() {
        case "smartmotionhuman": return "human"
        case "smartmotionvehicle": return "vehicle"
        default: return nil
        }
    }

    /// From 0 to 1; devices count to 100, and 0 means that they do not know.
    private static func confidence(_ data: JSON) -> Double? {
        guard let told = object(data)?["Confidence"]?.double, told > 0, told <= 100 else { return nil }
        return told / 100
    }

    /// The rule's name and what was done to its region: `Courtyard: Cross Enter`.
    private static func description(_ event: DahuaEvent) -> String? {
        if let text = event.text { return String(text.prefix(200)) }
        guard let data = event.data else { return nil }
        let deed = [data["Action"]?.string, data["Direction"]?.string].compactMap { $0 }.filter { !$0.isEmpty }
            .joined(separator: " ")
        let parts = [data["Name"]?.string ?? "", deed].filter { !$0.isEmpty }
        return parts.isEmpty ? nil : String(parts.joined(separator: ": ").prefix(200))
    }
}
