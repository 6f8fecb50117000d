import Yams

/// A file's YAML as its outermost section.
enum Document {
    /// Parses one YAML document that must be a mapping; an empty one is an empty mapping.
    ///
    /// - Throws: `syntax` with the line that the parser stopped at.
    static func section(_ text: String, findings: Findings) throws(SettingsError) -> Section {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw SettingsError(code: .syntax, problems: [problem(error, file: findings.file)])
        } catch {
            throw syntax("this is not YAML", line: nil, file: findings.file)
        }
        guard let node else { return Section(Node.Mapping([]), key: "", findings: findings) }
        guard case .mapping(let mapping) = node else {
            throw syntax("expected keys with values, such as \"bureau:\"", line: node.mark?.line, file: findings.file)
        }
        return Section(mapping, key: "", findings: findings)
    }

    private static func syntax(_ message: String, line: Int?, file: String) -> SettingsError {
        SettingsError(code: .syntax, problems: [.init(file: file, line: line, key: "", message: message)])
    }

    private static func problem(_ error: YamlError, file: String) -> SettingsError.Problem {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
            .init(file: file, line: mark.line, key: "", message: "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            .init(
                file: file, line: context.mark.line, key: keys.first ?? "",
                message: "the key stands here more than once; keep one of them")
        case .reader(let problem, _, _, _):
            .init(file: file, line: nil, key: "", message: "this is not YAML: \(problem)")
        default:
            .init(file: file, line: nil, key: "", message: "this is not YAML")
        }
    }
}
