import Model

/// Checks one value of a register by its field's definition and brings it into its one spelling.
enum RegisterValue {
    struct Wrong: Error {
        let message: Message
    }

    /// The value as records keep it: days `2021-03-05`, counts without leading zeros, choices by key; nothing where an
    /// optional field is blank.
    static func check(_ text: String?, of field: RegisterKind.Field, isIdentity: Bool) -> Result<String?, Wrong> {
        guard let text else {
            return field.required || isIdentity ? .failure(Wrong(message: .missingValue(field.label))) : .success(nil)
        }
        let checked: Result<String, Wrong> =
            switch field.form {
            case .text: .success(isIdentity ? text.narrow : text)
            case .day: CivilTime.day(text).map { .success($0.description) } ?? .failure(Wrong(message: .badDay))
            case .count: count(text.narrow).map { .success($0) } ?? .failure(Wrong(message: .badCount))
            case .decimal: decimal(text.narrow).map { .success($0) } ?? .failure(Wrong(message: .badDecimal))
            case .choice: choice(text, of: field.choices)
            }
        if isIdentity, case .success(let value) = checked, value.utf8.count > 200 {
            return .failure(Wrong(message: .identityTooLong))
        }
        return checked.map { $0 }
    }

    private static func count(_ text: String) -> String? {
        guard text.isDigits, let number = Int64(text) else { return nil }
        return String(number)
    }

    /// Digits with at most one point between them; the fraction keeps its spelling.
    private static func decimal(_ text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count <= 2, parts.allSatisfy(\.isDigits), text.utf8.count <= 40 else { return nil }
        let whole = parts[0].drop { $0 == "0" }
        return (whole.isEmpty ? "0" : String(whole)) + (parts.count == 2 ? "." + parts[1] : "")
    }

    private static func choice(_ text: String, of choices: [RegisterKind.Choice]) -> Result<String, Wrong> {
        let wanted = text.headerKey
        if let found = choices.first(where: { $0.key.headerKey == wanted || $0.label.headerKey == wanted }) {
            return .success(found.key)
        }
        let names = choices.map { "\($0.label)(\($0.key))" }.joined(separator: "、")
        return .failure(Wrong(message: .badChoice(names)))
    }
}
