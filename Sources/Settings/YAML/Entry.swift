import Model
import Yams

/// One value of the file with the path that leads to it; each reading reports what is wrong and gives nothing.
struct Entry {
    let key: String
    let node: Node
    let findings: Findings

    init(_ node: Node, key: String, findings: Findings) {
        self.node = node
        self.key = key
        self.findings = findings
    }

    /// Notes a problem at this value.
    func report(_ message: String) {
        findings.add(message, key: key, at: node.mark)
    }

    /// The text of a scalar, never empty.
    func text() -> String? {
        guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
            report("expected a text")
            return nil
        }
        return scalar.string
    }

    /// A whole number within a range.
    func count(_ range: ClosedRange<Int>) -> Int? {
        guard let text = text() else { return nil }
        guard let number = Int(text), range.contains(number) else {
            report("expected a whole number from \(range.lowerBound) to \(range.upperBound), found \"\(text)\"")
            return nil
        }
        return number
    }

    func bool() -> Bool? {
        guard let text = text() else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default:
            report("expected true or false, found \"\(text)\"")
            return nil
        }
    }

    /// One of a closed set of words.
    func choice<Word: RawRepresentable<String> & CaseIterable>(_ type: Word.Type) -> Word? {
        guard let text = text() else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        let hint = Suggestion.nearest(to: text, among: words).map { "; did you mean \"\($0)\"?" } ?? ""
        report("expected \(words.joined(separator: ", ")), found \"\(text)\"\(hint)")
        return nil
    }

    /// The mapping that stands here.
    func section() -> Section? {
        guard case .mapping(let mapping) = node else {
            report("expected keys with values below this key")
            return nil
        }
        return Section(mapping, key: key, findings: findings)
    }

    /// The items of a list, empty where it is none.
    func list() -> [Entry] {
        guard case .sequence(let sequence) = node else {
            report("expected a list, each item after a \"-\"")
            return []
        }
        return sequence.enumerated().map { Entry($1, key: "\(key)[\($0)]", findings: findings) }
    }

    static func isNull(_ node: Node) -> Bool {
        guard case .scalar(let scalar) = node, scalar.style != .singleQuoted, scalar.style != .doubleQuoted else { return false }
        return ["", "~", "null"].contains(scalar.string)
    }
}
