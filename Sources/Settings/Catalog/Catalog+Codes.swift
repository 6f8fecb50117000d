import Model

extension Catalog {
    /// `codes.yaml`: `protocols:` → protocol → device word → class, and `categories:`.
    mutating func takeCodes(_ root: Section) {
        versions.codes = root.version()
        let groups = root.needed("categories", "the list of 大类 and 小类")?.list() ?? []
        categories = groups.flatMap { Catalog.group($0) }
        root.noteRepeats(categories.map(\.code), what: "category code", key: "categories")
        let codes = Set(categories.map(\.code))
        for (name, entry) in root.needed("protocols", "a section for each protocol")?.section()?.entries() ?? [] {
            guard let words = entry.section() else { continue }
            for (word, entry) in words.entries() {
                if word != word.lowercased() { entry.report("write the device's word in lower case") }
                alarmClasses[name, default: [:]][word] = Catalog.alarmClass(entry, categories: codes)
            }
        }
    }

    private static func group(_ entry: Entry) -> [EventCategory] {
        guard let section = entry.section() else { return [] }
        defer { section.finish() }
        let code = section.needed("code", "two digits")?.code(digits: 2) ?? ""
        let label = section.needed("label", "the 大类's name")?.text() ?? ""
        let kinds = section.needed("kinds", "its 小类")?.section()?.entries() ?? []
        return [EventCategory(code: code, label: label)]
            + kinds.map { name, entry in
                if !name.isCode(digits: 2) { entry.report("expected two digits as the key") }
                return EventCategory(code: code + name, label: entry.text() ?? "")
            }
    }

    private static func alarmClass(_ entry: Entry, categories: Set<String>) -> AlarmClass? {
        guard let section = entry.section() else { return nil }
        defer { section.finish() }
        let role = section.value("role")?.choice(AlarmClass.Role.self) ?? .alarm
        let status = section.value("status")
        if (role == .status) != (status != nil) {
            entry.report("a class has a status exactly where its role is status")
        }
        let category = section.value("category")
        let code = category?.code(digits: 4)
        if let code, !categories.contains(code) { category?.report("the list has no category \"\(code)\"") }
        return AlarmClass(
            name: section.needed("class", "our class name")?.name() ?? "", role: role, category: code,
            status: status?.choice(CameraStatus.Status.self), label: section.needed("label", "a Chinese label")?.text() ?? "")
    }
}

extension AlarmClass.Role: CaseIterable {
    package static let allCases: [AlarmClass.Role] = [.alarm, .status, .heartbeat]
}

extension CameraStatus.Status: CaseIterable {
    package static let allCases: [CameraStatus.Status] = [.online, .offline, .tampered, .videoLoss, .timeSkew]
}

extension Entry {
    /// A code of so many digits, kept as text because leading zeros count.
    fileprivate func code(digits: Int) -> String? {
        guard let text = text() else { return nil }
        guard text.isCode(digits: digits) else {
            report("expected \(digits) digits, found \"\(text)\"")
            return nil
        }
        return text
    }
}

extension String {
    fileprivate func isCode(digits: Int) -> Bool {
        utf8.count == digits && utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

extension Section {
    /// The file's `version:`, which must be there.
    func version() -> String {
        needed("version", "version: and the date or number of this list")?.text() ?? ""
    }

    /// Reports the values that stand more than once in a list where each must be its own.
    func noteRepeats(_ values: [String], what: String, key: String) {
        var seen: Set<String> = []
        for value in values where !seen.insert(value).inserted {
            findings.add("the \(what) \"\(value)\" stands more than once", key: key, at: mark)
        }
    }
}
