import HTTPTypes
import Hummingbird
import Model

/// An error answer in RFC 9457 form (`application/problem+json`).
package struct Problem: Error, HTTPResponseError, Sendable {
    package let status: HTTPResponse.Status
    /// Stable short name; the last part of the problem's type URI.
    package let code: String
    /// One sentence: what is wrong and what to do.
    package let detail: String
    var headers: HTTPFields = [:]
    var members: [(String, JSON)] = []

    package init(_ status: HTTPResponse.Status, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
        if status == .unauthorized {
            // A line each and Basic first: browsers read one challenge a line and ask for the first they know.
            headers.append(HTTPField(name: .wwwAuthenticate, value: "Basic realm=\"patrold\", charset=\"UTF-8\""))
            headers.append(HTTPField(name: .wwwAuthenticate, value: "Bearer realm=\"patrold\""))
        }
    }

    /// The same problem, telling the sender when to come back.
    func retry(after seconds: Int) -> Problem {
        var copy = self
        copy.headers[.retryAfter] = String(seconds)
        return copy
    }

    func with(_ name: String, _ value: JSON) -> Problem {
        var copy = self
        copy.members.append((name, value))
        return copy
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var members: [(String, JSON?)] = [
            ("type", .string("urn:patrold:problem:" + code)), ("title", .string(status.reasonPhrase)),
            ("status", .int(status.code)), ("detail", .string(detail)),
        ]
        members += self.members.map { ($0.0, $0.1) }
        return Response.json(.object(present: members), status: status, type: "application/problem+json", headers: headers)
    }
}

extension Response {
    /// A JSON answer.
    static func json(
        _ json: JSON, status: HTTPResponse.Status = .ok, type: String = "application/json", headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes)))
    }
}
