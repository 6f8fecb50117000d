/// Takes an endpoint's ReferenceParameters out of an envelope so that they can be sent back as they are.
///
/// Cameras name a subscription there (others in the address) and refuse calls in which it changed, prefixes included.
enum ReferenceParameters {
    private static let sizeLimit = 4096

    /// The elements inside ReferenceParameters (or ReferenceProperties) of the first endpoint of that name.
    ///
    /// - Returns: XML with every namespace declaration that it needs, empty where there is none or it is too long.
    static func copied(from envelope: [UInt8], endpoint: String = "SubscriptionReference") -> String {
        var scanner = XMLTagScanner(envelope)
        var scopes: [[Declaration]] = []
        var insideEndpoint = 0
        var list: Int?
        var result = ""
        var child: (start: XMLTagScanner.Tag, scope: [Declaration])?
        while let tag = scanner.next(), scopes.count < 64, result.utf8.count <= sizeLimit {
            switch tag.kind {
            case .open, .empty:
                if list == scopes.count, child == nil { child = (tag, scopes.flatMap { $0 }) }
                if tag.kind == .open {
                    scopes.append(declarations(in: envelope, tag))
                    if tag.name == endpoint { insideEndpoint = scopes.count }
                    if insideEndpoint > 0, ["ReferenceParameters", "ReferenceProperties"].contains(tag.name) {
                        list = scopes.count
                    }
                } else if let done = child, list == scopes.count {
                    result += copy(envelope, done.start, to: tag.range.upperBound, done.scope)
                    child = nil
                }
            case .close:
                guard !scopes.isEmpty else { return "" }
                scopes.removeLast()
                if let done = child, list == scopes.count {
                    result += copy(envelope, done.start, to: tag.range.upperBound, done.scope)
                    child = nil
                }
                if let depth = list, scopes.count < depth { list = nil }
                if insideEndpoint > 0, scopes.count < insideEndpoint { return limited(result) }
            }
        }
        return limited(result)
    }

    private static func limited(_ text: String) -> String { text.utf8.count <= sizeLimit ? text : "" }

    private struct Declaration {
        /// Empty for the default namespace.
        var prefix: String
        /// As it stands in the document, `xmlns:a="…"`.
        var text: String
    }

    private static func copy(
        _ bytes: [UInt8], _ start: XMLTagScanner.Tag, to end: Int, _ scope: [Declaration]
    ) -> String {
        guard end - start.range.lowerBound <= sizeLimit else { return String(repeating: " ", count: sizeLimit + 1) }
        let own = Set(declarations(in: bytes, start).map(\.prefix))
        let inside = String(decoding: bytes[start.range.lowerBound..<end], as: UTF8.self)
        var needed: [String: String] = [:]
        for each in scope where !own.contains(each.prefix) && (each.prefix.isEmpty || inside.contains(each.prefix + ":")) {
            needed[each.prefix] = each.text
        }
        let head = String(decoding: bytes[start.range.lowerBound..<start.nameEnd], as: UTF8.self)
        let rest = String(decoding: bytes[start.nameEnd..<end], as: UTF8.self)
        return head + needed.sorted { $0.key < $1.key }.map { " " + $0.value }.joined() + rest
    }

    /// The namespace declarations of a start tag.
    private static func declarations(in bytes: [UInt8], _ tag: XMLTagScanner.Tag) -> [Declaration] {
        var found: [Declaration] = []
        var at = tag.nameEnd
        while at < tag.range.upperBound, found.count < 64 {
            guard let equals = bytes[at..<tag.range.upperBound].firstIndex(of: UInt8(ascii: "=")) else { break }
            let name = String(decoding: bytes[at..<equals].filter { $0 > 0x20 }, as: UTF8.self)
            guard let open = bytes[equals..<tag.range.upperBound].firstIndex(where: { $0 == 0x22 || $0 == 0x27 }),
                let close = bytes[(open + 1)..<tag.range.upperBound].firstIndex(of: bytes[open])
            else { break }
            if name == "xmlns" || name.hasPrefix("xmlns:") {
                let value = String(decoding: bytes[open...close], as: UTF8.self)
                found.append(Declaration(prefix: String(name.dropFirst(6)), text: "\(name)=\(value)"))
            }
            at = close + 1
        }
        return found
    }
}
