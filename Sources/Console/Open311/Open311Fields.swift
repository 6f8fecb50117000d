import Model

/// The named values of a request, from its query and its body; an empty value is the same as none.
struct Open311Fields: Hashable, Sendable {
    /// More than any program sends.
    private static let limit = 500

    private var values: [String: [String]] = [:]
    private var count = 0

    init() {}

    /// Adds `a=1&b=2` (WHATWG `application/x-www-form-urlencoded`).
    ///
    /// - Throws: `Open311Error` 400 where a value is no UTF-8 or a percent sign begins no escape.
    mutating func add(form bytes: some Sequence<UInt8>) throws(Open311Error) {
        for pair in Array(bytes).split(separator: UInt8(ascii: "&")) {
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            guard let name = Self.decoded(pair[..<equals]), let value = Self.decoded(pair[equals...].dropFirst()) else {
                throw Open311Error(400, "a field is not percent-encoded UTF-8; send application/x-www-form-urlencoded")
            }
            try add(name, value)
        }
    }

    /// Adds the members of a JSON object; arrays and objects in it are passed over.
    ///
    /// - Throws: `Open311Error` 400 where it is no JSON object.
    mutating func add(json bytes: [UInt8]) throws(Open311Error) {
        guard let members = (try? JSON(parsing: bytes))?.members else {
            throw Open311Error(400, "the body is not a JSON object; send one, or application/x-www-form-urlencoded")
        }
        for member in members {
            if let text = member.value.plainText { try add(member.key, text) }
        }
    }

    /// Takes the other's values before its own.
    mutating func prefer(_ other: Open311Fields) {
        values.merge(other.values) { $1 }
    }

    private mutating func add(_ name: String, _ value: String) throws(Open311Error) {
        count += 1
        guard count <= Self.limit else { throw Open311Error(400, "there are more than \(Self.limit) fields; send fewer") }
        let trimmed = value.trimmed
        if !trimmed.isEmpty { values[name, default: []].append(trimmed) }
    }

    /// The field's first value, blanks around it left out.
    subscript(name: String) -> String? { values[name]?.first }

    /// All values of the field, also those that commas part; nothing where there are none.
    func list(_ name: String) -> [String]? {
        guard let values = values[name] else { return nil }
        let parts = values.flatMap { $0.split(separator: ",").map { String($0).trimmed } }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String? {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = bytes.startIndex
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "+"): output.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard index + 2 < bytes.endIndex, let high = bytes[index + 1].hexValue, let low = bytes[index + 2].hexValue
                else { return nil }
                output.append(high << 4 | low)
                index += 2
            case let byte: output.append(byte)
            }
            index += 1
        }
        return String(validating: output, as: UTF8.self)
    }
}

extension UInt8 {
    /// The value of a hexadecimal digit.
    var hexValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension String {
    /// Without white space at its ends.
    fileprivate var trimmed: String {
        let head = drop { $0.isWhitespace }
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }
}
