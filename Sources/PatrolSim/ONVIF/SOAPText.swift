import Model

/// A received SOAP message, searched by local names; enough for a simulated camera, which trusts its caller.
struct SOAPText {
    private struct Tag {
        var name: Substring
        var isClose: Bool
        var range: Range<String.Index>
        var isEmpty: Bool
    }

    let text: String
    private let tags: [Tag]

    init(_ bytes: [UInt8]) {
        text = String(decoding: bytes, as: UTF8.self)
        tags = Self.tags(in: text)
    }

    /// The local name of the first element in the Body.
    var operation: String? {
        guard let body = tags.firstIndex(where: { $0.name == "Body" && !$0.isClose }), body + 1 < tags.count else { return nil }
        return String(tags[body + 1].name)
    }

    func has(_ name: String) -> Bool { tags.contains { $0.name == name } }

    /// What stands between the first tags of that name, entities undone and white space around it dropped.
    func first(_ name: String) -> String? {
        guard let open = tags.firstIndex(where: { $0.name == name && !$0.isClose }) else { return nil }
        if tags[open].isEmpty { return "" }
        guard let close = tags[open...].first(where: { $0.name == name && $0.isClose }) else { return nil }
        let inside = text[tags[open].range.upperBound..<close.range.lowerBound]
        let trimmed = inside.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        return Self.unescaped(String(trimmed))
    }

    private static func tags(in text: String) -> [Tag] {
        var found: [Tag] = []
        var index = text.startIndex
        while let start = text[index...].firstIndex(of: "<"), let end = text[start...].firstIndex(of: ">") {
            index = text.index(after: end)
            var inside = text[text.index(after: start)..<end]
            guard let first = inside.first, first != "?", first != "!" else { continue }
            let isClose = first == "/"
            if isClose { inside = inside.dropFirst() }
            let whole = inside.prefix { !$0.isWhitespace && $0 != "/" }
            let name = whole.lastIndex(of: ":").map { whole[whole.index(after: $0)...] } ?? whole
            found.append(Tag(name: name, isClose: isClose, range: start..<index, isEmpty: inside.hasSuffix("/")))
        }
        return found
    }

    private static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var result = text
        for (entity, character) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")] {
            result = result.split(separator: entity, omittingEmptySubsequences: false).joined(separator: character)
        }
        return result
    }

    /// An envelope as gSOAP servers write it.
    static func envelope(_ body: String, action: String = "") -> [UInt8] {
        let header = action.isEmpty ? "" : "<wsa5:Action>\(action)</wsa5:Action>"
        return Array(
            ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<SOAP-ENV:Envelope \(declarations)>"
                + "<SOAP-ENV:Header>\(header)</SOAP-ENV:Header><SOAP-ENV:Body>\(body)</SOAP-ENV:Body></SOAP-ENV:Envelope>").utf8)
    }

    /// A SOAP 1.2 fault.
    static func fault(_ subcode: String, _ reason: String, sender: Bool = true) -> [UInt8] {
        envelope(
            "<SOAP-ENV:Fault><SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:\(sender ? "Sender" : "Receiver")</SOAP-ENV:Value>"
                + "<SOAP-ENV:Subcode><SOAP-ENV:Value>\(subcode)</SOAP-ENV:Value></SOAP-ENV:Subcode></SOAP-ENV:Code>"
                + "<SOAP-ENV:Reason><SOAP-ENV:Text xml:lang=\"en\">\(reason.markup)</SOAP-ENV:Text></SOAP-ENV:Reason>"
                + "</SOAP-ENV:Fault>")
    }

    private static let declarations = [
        "xmlns:SOAP-ENV=\"http://www.w3.org/2003/05/soap-envelope\"", "xmlns:wsa5=\"http://www.w3.org/2005/08/addressing\"",
        "xmlns:wsnt=\"http://docs.oasis-open.org/wsn/b-2\"", "xmlns:wsrf=\"http://docs.oasis-open.org/wsrf/rw-2\"",
        "xmlns:wstop=\"http://docs.oasis-open.org/wsn/t-1\"", "xmlns:ter=\"http://www.onvif.org/ver10/error\"",
        "xmlns:tev=\"http://www.onvif.org/ver10/events/wsdl\"", "xmlns:tds=\"http://www.onvif.org/ver10/device/wsdl\"",
        "xmlns:trt=\"http://www.onvif.org/ver10/media/wsdl\"", "xmlns:tptz=\"http://www.onvif.org/ver20/ptz/wsdl\"",
        "xmlns:tt=\"http://www.onvif.org/ver10/schema\"", "xmlns:tns1=\"http://www.onvif.org/ver10/topics\"",
        "xmlns:tnsvendor=\"urn:example:topics\"", "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"",
    ].joined(separator: " ")
}
