import Model

/// The bounds within which a body is read at all.
enum VIIDBounds {
    /// Values and members of one body; a picture is one.
    static let values = 200_000
    /// Objects of one body.
    static let objects = 1000

    /// Whether a body holds no more values than we read, counted without building anything.
    static func fits(_ bytes: [UInt8]) -> Bool {
        var count = 0
        var inString = false
        var escaped = false
        for byte in bytes {
            if inString {
                if escaped {
                    escaped = false
                } else if byte == UInt8(ascii: "\\") {
                    escaped = true
                } else if byte == UInt8(ascii: "\"") {
                    inString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                inString = true
            } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                count += 1
                if count > values { return false }
            }
        }
        return true
    }
}

extension JSON {
    /// The text of the first of these members that says something; numbers come as text and as numbers.
    func viidText(_ keys: [String]) -> String? {
        for key in keys {
            if let text = self[key]?.plainText, !text.isEmpty { return text }
        }
        return nil
    }

    func viidText(_ key: String) -> String? { viidText([key]) }
}
