/// The parameters of an `Authorization: Digest …` header (RFC 7616 §3.4).
struct AuthorizationHeader {
    private let parameters: [String: String]

    /// Reads a header's value; nothing where the scheme is not Digest.
    init?(_ value: String) {
        let scheme = value.prefix { $0 != " " }
        guard scheme.lowercased() == "digest" else { return nil }
        var found: [String: String] = [:]
        var rest = Array(value.dropFirst(scheme.count))[...]
        while let (name, text) = Self.nextParameter(&rest) { found[name.lowercased()] = text }
        parameters = found
    }

    subscript(name: String) -> String { parameters[name] ?? "" }

    private static func nextParameter(_ rest: inout ArraySlice<Character>) -> (String, String)? {
        rest = rest.drop { $0 == " " || $0 == "," || $0 == "\t" }
        let name = rest.prefix { $0 != "=" }
        guard !name.isEmpty, name.endIndex < rest.endIndex else { return nil }
        rest = rest[(name.endIndex + 1)...]
        let value = rest.first == "\"" ? quoted(&rest) : token(&rest)
        return (String(name).filter { $0 != " " }, value)
    }

    private static func token(_ rest: inout ArraySlice<Character>) -> String {
        let value = rest.prefix { $0 != "," && $0 != " " }
        rest = rest[value.endIndex...]
        return String(value)
    }

    private static func quoted(_ rest: inout ArraySlice<Character>) -> String {
        var text = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst(), character != "\"" {
            text.append(character == "\\" ? rest.popFirst() ?? character : character)
        }
        return text
    }
}
