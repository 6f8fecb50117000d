import Model
import Yams

extension Catalog {
    /// `registers.yaml`: what the records of each register hold.
    mutating func takeRegisters(_ root: Section) {
        versions.registers = root.version()
        for entry in root.needed("registers", "the list of registers")?.list() ?? [] {
            guard let section = entry.section() else { continue }
            registers.append(Catalog.register(section))
            section.finish()
        }
        root.noteRepeats(registers.map(\.key), what: "register", key: "registers")
    }

    private static func register(_ section: Section) -> RegisterKind {
        let identity = section.needed("identity", "the field that identifies a record")
        let countedBy = section.needed("counted_by", "the day that decides the year")
        let kind = RegisterKind(
            key: section.needed("key", "a key")?.name() ?? "", label: section.needed("label", "a label")?.text() ?? "",
            identity: identity?.text() ?? "", countedBy: countedBy?.text() ?? "",
            fields: section.needed("fields", "the fields")?.list().compactMap { field($0) } ?? [])
        section.noteRepeats(kind.fields.map(\.key), what: "field", key: section.key + ".fields")
        if kind.fields.first(where: { $0.key == kind.identity })?.required != true {
            identity?.report("expected the key of a required field, found \"\(kind.identity)\"")
        }
        if kind.fields.first(where: { $0.key == kind.countedBy })?.form != .day {
            countedBy?.report("expected the key of a field of the form day, found \"\(kind.countedBy)\"")
        }
        return kind
    }

    private static func field(_ entry: Entry) -> RegisterKind.Field? {
        guard let section = entry.section() else { return nil }
        defer { section.finish() }
        let form = section.needed("form", "text, day, count, decimal or choice")?.choice(RegisterKind.Field.Form.self) ?? .text
        let choices = (section.value("choices")?.section()?.entries() ?? []).map { key, label in
            let words = words(label)
            return RegisterKind.Choice(key: key, label: words.first ?? "", aliases: Array(words.dropFirst()))
        }
        if (form == .choice) == choices.isEmpty {
            entry.report("a field has choices exactly where its form is choice")
        }
        return RegisterKind.Field(
            key: section.needed("key", "a key")?.name() ?? "", label: section.needed("label", "a label")?.text() ?? "",
            form: form, required: section.value("required")?.bool() ?? false, choices: choices,
            aliases: section.value("aliases")?.list().compactMap { $0.text() } ?? [])
    }

    /// A choice's label, or a list of the label and other words for it.
    private static func words(_ entry: Entry) -> [String] {
        if case .sequence = entry.node { return entry.list().compactMap { $0.text() } }
        return entry.text().map { [$0] } ?? []
    }
}

extension RegisterKind.Field.Form: CaseIterable {
    package static let allCases: [RegisterKind.Field.Form] = [.text, .day, .count, .decimal, .choice]
}
