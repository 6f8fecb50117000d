/// An HTTP request with places to be filled.
package struct RequestTemplate: Hashable, Sendable {
    package struct Pair: Hashable, Sendable {
        package var name: String
        package var value: Template

        package init(_ name: String, _ value: Template) {
            self.name = name
            self.value = value
        }
    }

    /// Upper case.
    package var method: String
    /// After the connection's address.
    package var path: Template
    /// A parameter whose place has no value is left out.
    package var query: [Pair]
    package var headers: [Pair]
    package var body: Template?
    package var contentType: String

    package init(
        method: String = "GET", path: Template, query: [Pair] = [], headers: [Pair] = [], body: Template? = nil,
        contentType: String = "application/json"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.contentType = contentType
    }

    /// Path and query with all places filled and percent-encoded.
    package func target(_ values: [String: String]) -> String {
        let start = path.filled(values, as: .url)
        let parameters = query.compactMap { pair in
            pair.value.lacks(values) ? nil : Escape.url.apply(pair.name) + "=" + pair.value.filled(values, as: .url, all: true)
        }
        guard !parameters.isEmpty else { return start }
        return start + (start.contains("?") ? "&" : "?") + parameters.joined(separator: "&")
    }

    /// The body with all places filled, escaped as its media type wants.
    package func bodyBytes(_ values: [String: String]) -> [UInt8]? {
        let media = contentType.lowercased()
        let escape: Escape = media.contains("json") ? .json : media.contains("form-urlencoded") ? .url : .plain
        return body.map { Array($0.filled(values, as: escape).utf8) }
    }

    /// Every place in it.
    package var places: Set<String> {
        let templates = [path] + query.map(\.value) + headers.map(\.value) + (body.map { [$0] } ?? [])
        return Set(templates.flatMap(\.places))
    }

    /// How a value is written where it stands.
    package enum Escape: Sendable {
        case plain, url, json

        package func apply(_ text: String) -> String {
            switch self {
            case .plain: return text
            case .url: return Self.percentEncoded(text)
            case .json:
                var bytes: [UInt8] = []
                JSON.write(text, to: &bytes)
                return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
            }
        }

        /// All but the unreserved characters of RFC 3986.
        private static func percentEncoded(_ text: String) -> String {
            let digits = Array("0123456789ABCDEF".utf8)
            var bytes: [UInt8] = []
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "~"):
                    bytes.append(byte)
                default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// A text with places such as `{since}`; a brace that begins no lower-case word in braces stands for itself.
package struct Template: Hashable, Sendable {
    private enum Part: Hashable, Sendable {
        case text(String)
        case place(String)
    }

    private var parts: [Part] = []

    package init(_ text: String) {
        var plain = ""
        var rest = Substring(text)
        while let first = rest.popFirst() {
            let word = rest.prefix { $0.isASCII && ($0.isLowercase || $0 == "_") }
            if first == "{", !word.isEmpty, rest.dropFirst(word.count).first == "}" {
                if !plain.isEmpty { parts.append(.text(plain)) }
                plain = ""
                parts.append(.place(String(word)))
                rest = rest.dropFirst(word.count + 1)
            } else {
                plain.append(first)
            }
        }
        if !plain.isEmpty { parts.append(.text(plain)) }
    }

    /// The names of its places.
    package var places: [String] {
        parts.compactMap { if case .place(let name) = $0 { name } else { nil } }
    }

    /// Whether a place has no value.
    package func lacks(_ values: [String: String]) -> Bool { places.contains { values[$0] == nil } }

    /// The text with each place filled; one without a value stays empty.
    ///
    /// - Parameter all: whether the text between the places is escaped too.
    package func filled(_ values: [String: String], as escape: RequestTemplate.Escape, all: Bool = false) -> String {
        parts.map { part in
            switch part {
            case .text(let text): all ? escape.apply(text) : text
            case .place(let name): escape.apply(values[name] ?? "")
            }
        }.joined()
    }
}
