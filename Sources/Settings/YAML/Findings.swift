import Yams

/// The problems found so far in one file; reading goes on after each, so that all are reported at once.
final class Findings {
    let file: String
    private(set) var problems: [SettingsError.Problem] = []

    init(file: String) {
        self.file = file
    }

    /// Notes a problem; one that a second look at the same value finds again is noted once.
    func add(_ message: String, key: String, at mark: Mark?) {
        let problem = SettingsError.Problem(file: file, line: mark?.line, key: key, message: message)
        if !problems.contains(problem) { problems.append(problem) }
    }

    /// Takes over what another file's reading found.
    func add(_ error: SettingsError) {
        problems += error.problems
    }

    /// Throws where anything was found.
    func finish() throws(SettingsError) {
        guard problems.isEmpty else {
            throw SettingsError(code: .invalid, problems: inOrder)
        }
    }

    /// Unknown keys are noticed last; people read from the top.
    private var inOrder: [SettingsError.Problem] {
        problems.enumerated().sorted { left, right in
            let leftPlace = (left.element.file == file ? 0 : 1, left.element.line ?? 0, left.offset)
            let rightPlace = (right.element.file == file ? 0 : 1, right.element.line ?? 0, right.offset)
            return leftPlace < rightPlace
        }.map(\.element)
    }
}
