import Model
import Tables

/// Checks one value of a register by its field's definition and brings it into its one spelling.
enum RegisterValue {
    struct Wrong: Error {
        let message: Message
        var isLost = false
    }

    struct Checked {
        let text: String
        var note: Message?
    }

    /// The value as records keep it: days `2021-03-05`, counts without leading zeros, choices by key; nothing where an
    /// optional field is blank.
    static func check(
        _ cell: TableCell?, of field: RegisterKind.Field, isIdentity: Bool, serials: DateSerials = .from1900
    ) -> Result<Checked?, Wrong> {
        guard let cell, !cell.isBlank else {
            return field.required || isIdentity ? .failure(Wrong(message: .missingValue(field.label))) : .success(nil)
        }
        let checked: Result<Checked, Wrong> =
            switch field.form {
            case .text: text(cell, isIdentity: isIdentity)
            case .day: day(cell, serials)
            case .count: count(cell)
            case .decimal: decimal(cell)
            case .choice: choice(cell, of: field.choices)
            }
        if isIdentity, case .success(let value) = checked, value.text.utf8.count > 200 {
            return .failure(Wrong(message: .identityTooLong))
        }
        return checked.map { $0 }
    }

    private static func text(_ cell: TableCell, isIdentity: Bool) -> Result<Checked, Wrong> {
        if isIdentity, TextValue.isRounded(cell) { return .failure(Wrong(message: .numberRounded)) }
        if isIdentity, let day = TextValue.day(cell) {
            return .failure(Wrong(message: .numberIsDate(day), isLost: true))
        }
        return TextValue.read(cell, limit: 20_000).mapError { Wrong(message: $0.message) }.map { text in
            Checked(text: isIdentity ? text.narrow : text)
        }
    }

    private static func day(_ cell: TableCell, _ serials: DateSerials) -> Result<Checked, Wrong> {
        CivilTime.read(cell, serials: serials).map { Checked(text: $0.day.description) }.mapError {
            Wrong(message: .date($0, isDay: true))
        }
    }

    private static func decimal(_ cell: TableCell) -> Result<Checked, Wrong> {
        Amount.read(cell).map { Checked(text: $0.text, note: $0.note) }.mapError { Wrong(message: .amount($0)) }
    }

    private static func count(_ cell: TableCell) -> Result<Checked, Wrong> {
        switch Amount.read(cell) {
        case .success(let reading):
            guard reading.text.isDigits, let number = Int64(reading.text) else { return .failure(Wrong(message: .badCount)) }
            return .success(Checked(text: String(number), note: reading.note))
        case .failure(.unreadable): return .failure(Wrong(message: .badCount))
        case .failure(let problem): return .failure(Wrong(message: .amount(problem)))
        }
    }

    private static func choice(_ cell: TableCell, of choices: [RegisterKind.Choice]) -> Result<Checked, Wrong> {
        if case .error(let text) = cell { return .failure(Wrong(message: .cellError(text))) }
        let text = cell.text
        let wanted = text.headerKey
        let found =
            choices.first { $0.key.headerKey == wanted || $0.label.headerKey == wanted }
            ?? choices.first { $0.aliases.contains { $0.headerKey == wanted } }
        if let found { return .success(Checked(text: found.key)) }
        let names = choices.map { "\($0.label)(\($0.key))" }.joined(separator: "、")
        let near = Nearness.nearest(to: text, among: choices.flatMap { [$0.label] + $0.aliases })
        return .failure(Wrong(message: .badChoice(names, near)))
    }
}
