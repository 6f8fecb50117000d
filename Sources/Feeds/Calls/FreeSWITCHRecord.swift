import Model

/// FreeSWITCH's records (mod_json_cdr, mod_xml_cdr): channel variables with URL-encoded values, and the caller's profile.
enum FreeSWITCHRecord {
    /// The profile's fields that say who called whom.
    private static let profile = ["caller_id_number", "destination_number", "uuid"]

    /// Nothing where the JSON is of another shape.
    static func values(_ json: JSON) -> CallValues? {
        guard let variables = json["variables"]?.members else { return nil }
        var values = CallValues()
        for member in variables { add(member.key, member.value.plainText, &values) }
        // An object in old versions, a list of legs since; the first leg is the call's own.
        let flow = json["callflow"]
        let caller = (flow?.array?.first ?? flow)?["caller_profile"]
        for name in profile { add(name, caller?[name]?.plainText, &values) }
        return values
    }

    /// Nothing where the root is no `cdr`.
    static func values(_ root: XMLElement) -> CallValues? {
        guard root.name.lowercased() == "cdr" else { return nil }
        guard let variables = root["variables"] else {
            return CallValues(root.children.map { ($0.name, FormText.decoded($0.text, plus: false)) })
        }
        var values = CallValues()
        for variable in variables.children { add(variable.name, variable.text, &values) }
        let caller = root["callflow"]?["caller_profile"]
        for name in profile { add(name, caller?[name]?.text, &values) }
        return values
    }

    /// A moment that never was is written as 0, and is none here.
    private static func add(_ name: String, _ value: String?, _ values: inout CallValues) {
        guard let value, !(name.hasSuffix("_epoch") && value == "0") else { return }
        values.add(name, FormText.decoded(value, plus: false))
    }
}
