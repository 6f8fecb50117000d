import Model

extension Settings {
    /// A video patrol (路段巡控): which spots are looked at, and when.
    package struct Patrol: Hashable, Sendable {
        package var name: String
        /// Days on which the working hours begin, Monday 1 to Sunday 7.
        package var days = Set(1...7)
        /// The working hours in minutes of the day; `until` at or before `from` means over midnight.
        package var from = 0
        package var until = 1440
        /// Time between two rounds, from the beginning of the working hours on; nothing where `times` holds.
        package var every: Span?
        /// Minutes of the day at which a round is due.
        package var times: [Int] = []
        package var spots: [Spot] = []

        package init(name: String) {
            self.name = name
        }

        /// One place of a patrol.
        package struct Spot: Hashable, Sendable {
            /// Unique within the plan.
            package var name: String
            /// 路段.
            package var section: String
            /// A camera's name.
            package var camera: String
            /// The device's token of the preset; nothing for a camera that cannot turn.
            package var preset: String?
            /// How long the camera stays before the picture is taken.
            package var stay = Span.seconds(30)
        }
    }

    mutating func takePatrols(_ root: Section) {
        patrols = (root.value("patrols")?.list() ?? []).compactMap { entry in
            guard let section = entry.section() else { return nil }
            defer { section.finish() }
            return Self.patrol(section)
        }
        checkPatrolNames(root)
        checkPatrolCameras(root)
    }

    /// The first names of a list that may be long.
    private static func some(of names: [String]) -> String {
        "known: " + names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }

    private static func patrol(_ section: Section) -> Patrol {
        var patrol = Patrol(name: section.needed("name", "a short name such as morning")?.name() ?? "")
        if let entry = section.value("days") { patrol.days = entry.days() }
        if let entry = section.value("hours"), let hours = entry.hours() { (patrol.from, patrol.until) = hours }
        patrol.every = section.value("every")?.span(.minutes(1) ... .days(1))
        if let entry = section.value("times") { patrol.times = times(entry, patrol) }
        checkRecurrence(section, patrol)
        patrol.spots = spots(section)
        return patrol
    }

    private static func checkRecurrence(_ section: Section, _ patrol: Patrol) {
        let (every, times) = (section.value("every"), section.value("times"))
        if every == nil, times == nil {
            section.findings.add(
                "missing; write every: 30m, or times: [\"08:00\", \"14:30\"]", key: section.key + ".every", at: section.mark)
        } else if let times, every != nil {
            times.report("every and times contradict each other; keep one of them")
        }
        if let every, let span = patrol.every, span.microseconds > Span.minutes(Int64(patrol.minutes)).microseconds {
            every.report("the working hours are shorter than that: there would be one round a day; write it under times")
        }
    }

    private static func times(_ entry: Entry, _ patrol: Patrol) -> [Int] {
        let items = entry.list()
        if items.isEmpty, case .sequence = entry.node { entry.report("expected at least one time such as \"08:00\"") }
        return items.compactMap { item in
            guard let minute = item.minuteOfDay(upTo: 1439) else { return nil }
            if (minute - patrol.from + 1440) % 1440 >= patrol.minutes {
                item.report("\(item.text() ?? "") is outside of the hours; a round at that time would never come")
            }
            return minute
        }
    }

    private static func spots(_ section: Section) -> [Patrol.Spot] {
        guard let entry = section.needed("spots", "at least one spot with name, section, camera and preset") else { return [] }
        let items = entry.list()
        if items.isEmpty, case .sequence = entry.node { entry.report("a patrol without spots sees nothing; write at least one") }
        if items.count > 200 { entry.report("expected at most 200 spots, found \(items.count); make two plans of it") }
        var seen: Set<String> = []
        return items.compactMap { item in
            guard let section = item.section() else { return nil }
            defer { section.finish() }
            let spot = spot(section)
            if !spot.name.isEmpty, !seen.insert(spot.name).inserted {
                section.value("name")?.report("the plan has a spot \"\(spot.name)\" already; give each its own name")
            }
            return spot
        }
    }

    private static func spot(_ section: Section) -> Patrol.Spot {
        let name = section.needed("name", "what the spot is called")
        if let name, let text = name.text(), text.utf8.count > 100 || text.contains("/") {
            name.report("expected a name of at most 100 bytes without \"/\", found \"\(text)\"")
        }
        var spot = Patrol.Spot(
            name: name?.text() ?? "", section: section.needed("section", "the road section (路段)")?.text() ?? "",
            camera: section.needed("camera", "a camera's name")?.text() ?? "")
        let preset = section.needed("preset", "the preset's number on the camera, or none for a camera that cannot turn")?.text()
        spot.preset = preset == "none" ? nil : preset
        spot.stay = section.value("stay")?.span(.zero ... .hours(1)) ?? spot.stay
        return spot
    }

    private func checkPatrolNames(_ root: Section) {
        var seen: Set<String> = []
        for entry in root.value("patrols")?.list() ?? [] {
            guard let name = entry.node.mapping?["name"], let text = name.string, !seen.insert(text).inserted else { continue }
            Entry(name, key: entry.key + ".name", findings: root.findings)
                .report("there is a patrol \"\(text)\" already; give each its own name")
        }
    }

    /// Spots must name cameras that are configured.
    private func checkPatrolCameras(_ root: Section) {
        let known = cameras.map(\.name)
        for patrol in root.value("patrols")?.list() ?? [] {
            guard let spots = patrol.node.mapping?["spots"]?.sequence else { continue }
            for (index, spot) in spots.enumerated() {
                guard let node = spot.mapping?["camera"], let name = node.string, !name.isEmpty, !known.contains(name) else {
                    continue
                }
                let near = Suggestion.nearest(to: name, among: known)
                let hint = near.map { "did you mean \"\($0)\"?" } ?? Self.some(of: known.sorted())
                Entry(node, key: "\(patrol.key).spots[\(index)].camera", findings: root.findings)
                    .report("there is no camera \"\(name)\"; " + (known.isEmpty ? "write it under cameras first" : hint))
            }
        }
    }
}

extension Settings.Patrol {
    /// How long the working hours last, in minutes.
    fileprivate var minutes: Int { until > from ? until - from : until - from + 1440 }
}

extension Entry {
    private static let weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    /// Days of the week: a list of `mon` to `sun`, or one of `daily`, `workdays`, `weekend`.
    fileprivate func days() -> Set<Int> {
        if case .scalar(let scalar) = node {
            switch scalar.string {
            case "daily": return Set(1...7)
            case "workdays": return Set(1...5)
            case "weekend": return [6, 7]
            default: break
            }
            report("expected daily, workdays, weekend, or a list such as [mon, wed], found \"\(scalar.string)\"")
            return []
        }
        let items = list()
        if items.isEmpty { report("expected at least one day, such as [mon, wed]") }
        return Set(
            items.compactMap { item in
                guard let text = item.text() else { return nil }
                if let index = Self.weekdays.firstIndex(of: text) { return index + 1 }
                item.report("expected \(Self.weekdays.joined(separator: ", ")), found \"\(text)\"")
                return nil
            })
    }

    /// `07:30-22:00` in minutes of the day.
    fileprivate func hours() -> (from: Int, until: Int)? {
        guard let text = text() else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = Self.minute(parts[0], upTo: 1439), let until = Self.minute(parts[1], upTo: 1440) else {
            report("expected working hours such as 07:30-22:00, over midnight 22:00-06:00, found \"\(text)\"")
            return nil
        }
        return (from, until)
    }

    /// `08:00` in minutes of the day.
    fileprivate func minuteOfDay(upTo limit: Int) -> Int? {
        guard let text = text() else { return nil }
        if let minute = Self.minute(Substring(text), upTo: limit) { return minute }
        report("expected a time of the day such as \"08:00\", found \"\(text)\"")
        return nil
    }

    private static func minute(_ text: Substring, upTo limit: Int) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= limit
        else { return nil }
        return hour * 60 + minute
    }
}
