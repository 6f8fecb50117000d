import Model

/// The names and values of one record, whatever syntax they came in.
struct CallValues: Hashable, Sendable {
    /// Folded name → value; of a name that comes twice the first that holds something.
    private(set) var values: [String: String] = [:]

    init() {}

    init(_ pairs: some Sequence<(String, String)>) {
        for (name, value) in pairs { add(name, value) }
    }

    mutating func add(_ name: String, _ value: String) {
        let key = CallSpellings.fold(name)
        guard values.count < 1000 || values[key] != nil else { return }
        if values[key]?.isEmpty ?? true { values[key] = value }
    }

    /// The first value of a field that holds something.
    func first(_ field: CallField, _ spellings: CallSpellings) -> String? {
        first(field, spellings) { $0 }
    }

    /// The first value of a field that can be read.
    func first<Value>(_ field: CallField, _ spellings: CallSpellings, _ read: (String) -> Value?) -> Value? {
        for name in spellings.names[field] ?? [] {
            if let value = values[name], !value.isEmpty, let found = read(value) { return found }
        }
        return nil
    }

    /// Whether this looks like a record: two sides, or an identity with a moment or length.
    func isRecord(_ spellings: CallSpellings) -> Bool {
        func says(_ field: CallField) -> Bool { first(field, spellings) != nil }
        if says(.caller), says(.callee) { return true }
        return says(.callID) && (says(.start) || says(.talk) || says(.total) || says(.caller) || says(.callee))
    }
}
