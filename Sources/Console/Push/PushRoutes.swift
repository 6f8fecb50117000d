import FoundationEssentials
import HTTPTypes
import Hummingbird
import Model
import NIOCore

/// `/push/…` and `/VIID/…`: calls of devices in their own formats, handed to the feed that they are for.
///
/// Who may call is the feed's matter: devices know HTTP digest, an address, or nothing at all. The answer is the feed's,
/// and a 2xx comes only after the commit.
struct PushRoutes: Sendable {
    let receive: PushReceiver
    /// Largest body in bytes.
    let limit: Int

    func add(to router: Router<ConsoleContext>) {
        for method in [HTTPRequest.Method.get, .post, .put, .delete] {
            for path in ["/push/**", "/VIID/**"] {
                router.on(RouterPath(path), method: method) { request, context in try await answer(request, context) }
            }
        }
    }

    private func answer(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
        let path = request.uri.path
        let answer = await receive(
            PushRequest(
                method: request.method.rawValue, path: path.removingPercentEncoding ?? path, query: request.uri.query ?? "",
                headers: request.headers.map { ($0.name.rawName, $0.value) }, body: Array(body.readableBytesView),
                peer: context.peer))
        return Response(answer)
    }

    private var tooLarge: Problem {
        Problem(.contentTooLarge, "too-large", "the body is larger than \(limit) bytes; let the device send smaller pictures")
    }
}

extension Response {
    /// A device's answer as it is.
    fileprivate init(_ answer: PushAnswer) {
        var headers: HTTPFields = [:]
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
        }
        self.init(
            status: .init(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}
