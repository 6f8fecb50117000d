/// The `data` of `cn.patrold.register.<kind>.<added|corrected|voided>`: one record as it stands after the change.
package struct RegisterRecord: Hashable, Sendable {
    /// Such as `penalty` or `publication`.
    package var kind: String
    /// The record's identity within the register (document number, date …).
    package var id: String
    /// Field key → value, in the order of the register's definition.
    package var fields: [Field]
    /// Why it was corrected or voided, and who did it.
    package var reason: String?
    package var by: String?
    /// The event that led to it, such as the suggestion that a clerk confirmed.
    package var cause: Position?

    package struct Field: Hashable, Sendable {
        package var key: String
        package var value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    package init(
        kind: String, id: String, fields: [Field], reason: String? = nil, by: String? = nil, cause: Position? = nil
    ) {
        self.kind = kind
        self.id = id
        self.fields = fields
        self.reason = reason
        self.by = by
        self.cause = cause
    }

    package subscript(key: String) -> String? {
        fields.first { $0.key == key }?.value
    }

    package var json: JSON {
        .object(present: [
            ("kind", .string(kind)), ("id", .string(id)),
            ("fields", .object(fields.map { JSON.Member($0.key, .string($0.value)) })),
            ("reason", reason.map { .string($0) }), ("by", by.map { .string($0) }),
            ("cause", cause.map { .int($0) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let kind = json["kind"]?.string, let id = json["id"]?.string, let members = json["fields"]?.members else {
            return nil
        }
        self.init(
            kind: kind, id: id, fields: members.compactMap { member in member.value.plainText.map { Field(member.key, $0) } },
            reason: json["reason"]?.string, by: json["by"]?.string, cause: json["cause"]?.int.map { Position($0) })
    }
}
