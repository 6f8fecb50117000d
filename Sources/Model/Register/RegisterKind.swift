/// What the records of one register hold, read from versioned data (`registers.yaml`).
package struct RegisterKind: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package enum Form: String, Sendable {
            case text, day, count, decimal, choice
        }

        package var key: String
        package var label: String
        package var form: Form
        package var required: Bool
        /// The permitted values of a `choice`: key → label.
        package var choices: [Choice]
        /// Other headers under which import files give the field.
        package var aliases: [String]

        package init(
            key: String, label: String, form: Form, required: Bool, choices: [Choice] = [], aliases: [String] = []
        ) {
            self.key = key
            self.label = label
            self.form = form
            self.required = required
            self.choices = choices
            self.aliases = aliases
        }
    }

    package struct Choice: Hashable, Sendable {
        package var key: String
        package var label: String
        /// Other words for it that import files use.
        package var aliases: [String]

        package init(key: String, label: String, aliases: [String] = []) {
            self.key = key
            self.label = label
            self.aliases = aliases
        }
    }

    /// Such as `penalty` or `application`.
    package var key: String
    package var label: String
    /// The field that identifies a record within the register, such as the document number.
    package var identity: String
    /// The `day` field that decides in which year the record counts.
    package var countedBy: String
    package var fields: [Field]

    package init(key: String, label: String, identity: String, countedBy: String, fields: [Field]) {
        self.key = key
        self.label = label
        self.identity = identity
        self.countedBy = countedBy
        self.fields = fields
    }
}
