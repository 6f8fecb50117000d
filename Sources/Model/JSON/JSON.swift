/// A JSON value (RFC 8259) that keeps the order of members and the spelling of numbers.
package enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// The number as written: `0.10` stays `0.10`, so that decimals never pass through binary floating point.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    package struct Member: Hashable, Sendable {
        package let key: String
        package var value: JSON

        package init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }
}

extension JSON {
    package static func int(_ value: some BinaryInteger) -> JSON { .number(String(value)) }

    /// The first member of that name, or nothing (also where this is no object).
    package subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var int: Int? {
        if case .number(let text) = self { Int(text) } else { nil }
    }

    package var double: Double? {
        if case .number(let text) = self { Double(text) } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    package var array: [JSON]? {
        if case .array(let values) = self { values } else { nil }
    }

    package var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// A string's text, a number's or truth value's spelling; nothing for null, arrays and objects.
    package var plainText: String? {
        switch self {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(String(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
    package init(nilLiteral: ()) { self = .null }
}

extension JSON {
    /// An object of the members that have a value.
    package static func object(present members: [(String, JSON?)]) -> JSON {
        .object(members.compactMap { key, value in value.map { Member(key, $0) } })
    }
}

/// Why bytes are not JSON, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        case unexpectedEnd = "unexpected end"
        case unexpectedByte = "unexpected character"
        case badNumber = "malformed number"
        case badString = "malformed string"
        case notUTF8 = "not UTF-8"
        case tooDeep = "nested too deeply"
        case trailing = "text after the value"
    }

    package let code: Code
    /// Offset of the offending byte.
    package let offset: Int

    package var description: String { "\(code.rawValue) at byte \(offset)" }
}
