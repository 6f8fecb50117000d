import HTTPTypes
import Hummingbird
import Model
import NIOCore

/// In which of the two formats of GeoReport v2 an answer is written.
enum Open311Format: String, Sendable, CaseIterable {
    case json, xml

    var contentType: String {
        switch self {
        case .json: "application/json; charset=utf-8"
        case .xml: "text/xml; charset=utf-8"
        }
    }

    /// The format of a path that has no ending: JSON where it is asked for, else XML, which the specification requires.
    init(accept: String?) {
        self = accept?.lowercased().contains("json") == true ? .json : .xml
    }
}

/// An answer before it is written: one tree for both formats, so that they cannot differ.
indirect enum Open311Value: Hashable, Sendable {
    struct Member: Hashable, Sendable {
        let name: String
        let value: Open311Value
    }

    case none
    case text(String)
    /// A number as it is spelled.
    case number(String)
    case flag(Bool)
    case record([Member])
    /// A list, and the name of each of its elements in XML.
    case list(of: String, [Open311Value])

    static func optional(_ text: String?) -> Open311Value { text.map { .text($0) } ?? .none }

    static func members(_ members: [(String, Open311Value)]) -> Open311Value {
        .record(members.map { Member(name: $0.0, value: $0.1) })
    }

    var json: JSON {
        switch self {
        case .none: .null
        case .text(let text): .string(text)
        case .number(let text): .number(text)
        case .flag(let value): .bool(value)
        case .record(let members): .object(members.map { JSON.Member($0.name, $0.value.json) })
        case .list(_, let values): .array(values.map(\.json))
        }
    }

    /// The element of that name with this value in it.
    func write(as name: String, to text: inout String) {
        if self == .none {
            text += "<" + name + "/>"
            return
        }
        text += "<" + name + ">"
        switch self {
        case .none: break
        case .text(let value): text += value.markup
        case .number(let value): text += value
        case .flag(let value): text += value ? "true" : "false"
        case .record(let members): for member in members { member.value.write(as: member.name, to: &text) }
        case .list(let element, let values): for value in values { value.write(as: element, to: &text) }
        }
        text += "</" + name + ">"
    }
}

/// A whole answer: the tree and the name of its root in XML.
struct Open311Document: Sendable {
    let root: String
    let value: Open311Value

    /// `service_requests` of `request`s.
    static func requests(_ requests: [Open311Value]) -> Open311Document {
        Open311Document(root: "service_requests", value: .list(of: "request", requests))
    }

    func response(_ format: Open311Format, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) -> Response {
        var headers = headers
        headers[.contentType] = format.contentType
        let bytes: [UInt8]
        switch format {
        case .json: bytes = value.json.bytes
        case .xml:
            var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            value.write(as: root, to: &text)
            bytes = Array((text + "\n").utf8)
        }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// A refusal in the form of GeoReport v2: a list of code and description.
struct Open311Error: Error, Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        /// As an HTTP status.
        let code: Int
        /// One sentence: what is wrong and what to do; never a word of a reporter's data.
        let description: String
    }

    let entries: [Entry]
    /// Seconds after which to come again, where that helps.
    var retryAfter: Int?

    init(_ entries: [Entry]) {
        self.entries = entries
    }

    init(_ code: Int, _ description: String, retryAfter: Int? = nil) {
        entries = [Entry(code: code, description: description)]
        self.retryAfter = retryAfter
    }

    func response(_ format: Open311Format) -> Response {
        var headers: HTTPFields = [:]
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        let list = entries.map { entry in
            Open311Value.members([("code", .number(String(entry.code))), ("description", .text(entry.description))])
        }
        return Open311Document(root: "errors", value: .list(of: "error", list))
            .response(format, status: .init(code: entries.first?.code ?? 400), headers: headers)
    }
}
