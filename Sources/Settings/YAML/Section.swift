import Yams

/// A mapping of the file that remembers which keys were asked for, so that the others can be called unknown.
final class Section {
    /// The path that leads here, empty for the outermost.
    let key: String
    let mark: Mark?
    let findings: Findings
    private let mapping: Node.Mapping
    private var asked: [String] = []

    init(_ mapping: Node.Mapping, key: String, findings: Findings) {
        self.mapping = mapping
        self.key = key
        self.mark = mapping.mark
        self.findings = findings
    }

    /// The value of a key, or nothing where it is absent or empty (`key:`, `key: ~`).
    func value(_ name: String) -> Entry? {
        asked.append(name)
        guard let node = mapping.first(where: { $0.key.string == name })?.value, !Entry.isNull(node) else { return nil }
        return Entry(node, key: path(name), findings: findings)
    }

    /// The value of a key that must be there.
    ///
    /// - Parameter example: what could stand there, for the sentence that asks for it.
    func needed(_ name: String, _ example: String) -> Entry? {
        if let value = value(name) { return value }
        findings.add("missing; write \(example)", key: path(name), at: mark)
        return nil
    }

    /// A section below, or an empty one where it is absent, so that its defaults apply.
    func section(_ name: String) -> Section {
        value(name)?.section() ?? Section(Node.Mapping([]), key: path(name), findings: findings)
    }

    /// The entries of a mapping whose keys are data, in the order of the file.
    func entries() -> [(name: String, entry: Entry)] {
        mapping.map { pair in
            let name = pair.key.string ?? ""
            asked.append(name)
            return (name, Entry(pair.value, key: path(name), findings: findings))
        }
    }

    /// Reports every key that nobody asked for, with the nearest that exists.
    func finish() {
        for (node, _) in mapping {
            guard let name = node.string else {
                findings.add("a key must be plain text", key: key, at: node.mark)
                continue
            }
            guard !asked.contains(name) else { continue }
            findings.add(unknown(name), key: path(name), at: node.mark)
        }
    }

    private func unknown(_ name: String) -> String {
        if let near = Suggestion.nearest(to: name, among: asked) {
            return "unknown key; did you mean \"\(near)\"?"
        }
        return "unknown key; known here: " + asked.sorted().joined(separator: ", ")
    }

    private func path(_ name: String) -> String {
        key.isEmpty ? name : key + "." + name
    }
}
