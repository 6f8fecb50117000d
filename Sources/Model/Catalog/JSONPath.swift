/// A place within JSON: members by name and elements by number, such as `data.rows[0].text`; empty means the whole.
///
/// `[*]` stands for every element, and is for lists: `groups[*].cases[*]`.
package struct JSONPath: Hashable, Sendable, CustomStringConvertible {
    private enum Step: Hashable, Sendable {
        case member(String)
        case element(Int)
        case every
    }

    package let description: String
    private let steps: [Step]

    /// The whole value.
    package static let whole = JSONPath(description: "", steps: [])

    private init(description: String, steps: [Step]) {
        self.description = description
        self.steps = steps
    }

    /// Reads a path; `$` alone is the whole, and `$.` may stand at the beginning.
    ///
    /// - Throws: a sentence that says what is wrong.
    package init(_ text: String) throws(JSONPathError) {
        guard text.utf8.count <= 500 else { throw JSONPathError(sentence: "a path of at most 500 bytes is expected") }
        var rest = Substring(text)
        if rest == "$" { rest = "" } else if rest.hasPrefix("$.") { rest = rest.dropFirst(2) }
        if rest.hasPrefix("$[") { rest = rest.dropFirst() }
        var steps: [Step] = []
        var mayName = true
        while let first = rest.first {
            defer { mayName = false }
            if first != "[", !mayName {
                guard first == "." else { throw JSONPathError(sentence: "a \".\" is expected after \"]\"") }
                rest = rest.dropFirst()
            }
            steps.append(first == "[" ? try Self.bracket(&rest) : try Self.name(&rest))
        }
        self.init(description: text, steps: steps)
    }

    private static func bracket(_ rest: inout Substring) throws(JSONPathError) -> Step {
        let inner = rest.dropFirst().prefix { $0 != "]" }
        guard rest.dropFirst(inner.count + 1).first == "]" else { throw JSONPathError(sentence: "a \"[\" is not closed") }
        rest = rest.dropFirst(inner.count + 2)
        if inner == "*" { return .every }
        guard let number = Int(inner), (0...1_000_000).contains(number), inner.allSatisfy(\.isNumber) else {
            throw JSONPathError(sentence: "a number or * is expected between \"[\" and \"]\"")
        }
        return .element(number)
    }

    private static func name(_ rest: inout Substring) throws(JSONPathError) -> Step {
        let name = rest.prefix { $0 != "." && $0 != "[" && $0 != "]" }
        guard !name.isEmpty, !name.contains(where: \.isWhitespace) else {
            throw JSONPathError(sentence: "a name is expected, as in data.rows[0].text")
        }
        rest = rest.dropFirst(name.count)
        return .member(String(name))
    }

    /// Whether it may find more than one value.
    package var isList: Bool { steps.contains(.every) }

    /// The value at this place, the first where there are several; nothing where the place is not there.
    package func first(in value: JSON) -> JSON? { all(in: value, upTo: 1)?.first }

    /// All values at this place; nothing where the place is not there, an empty array where it is and holds none.
    package func all(in value: JSON, upTo limit: Int = .max) -> [JSON]? {
        var found = [value]
        for (index, step) in steps.enumerated() {
            let isLast = index == steps.count - 1
            switch step {
            case .member(let name): found = found.compactMap { $0[name] }
            case .element(let number):
                found = found.compactMap { value -> JSON? in
                    guard let elements = value.array, number < elements.count else { return .none }
                    return elements[number]
                }
            case .every:
                let lists = found.compactMap(\.array)
                guard !lists.isEmpty || found.isEmpty else { return nil }
                found = Array(lists.joined().prefix(isLast ? limit : .max))
                // A list that is there and empty is an answer.
                if found.isEmpty { return lists.isEmpty ? nil : [] }
            }
            if found.isEmpty { return nil }
        }
        return found
    }

    /// The records of a list: the elements of the array at this place, or what `[*]` finds.
    package func records(in value: JSON) -> [JSON]? {
        if isList { return all(in: value) }
        return first(in: value)?.array
    }
}

/// Why a text is no path.
package struct JSONPathError: Error, Hashable, Sendable {
    /// What is expected.
    package let sentence: String
}
