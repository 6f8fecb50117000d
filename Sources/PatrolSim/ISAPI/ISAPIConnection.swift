import NIOCore
import NIOHTTP1

/// One client's connection to a simulated camera: parsed requests in, raw bytes out.
///
/// Confined to its channel's event loop, as NIO does with handlers.
final class ISAPIConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let router: ISAPIRouter
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var streamed: ISAPICamera?

    init(router: ISAPIRouter) {
        self.router = router
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let request):
            head = request
            body = []
        case .body(let piece):
            if body.count < 1 << 20 { body += piece.readableBytesView }
        case .end:
            guard let request = head, streamed == nil else { return }
            head = nil
            answer(request, context: context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        streamed?.detach(context.channel)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ request: HTTPRequestHead, context: ChannelHandlerContext) {
        guard let (camera, path) = router.route(request.uri) else {
            write(ISAPIAnswer.notFound(request.uri), context: context)
            return
        }
        guard camera.isOn else {
            context.close(promise: nil)
            return
        }
        let verdict = camera.admit(
            header: request.headers.first(name: "Authorization"), method: request.method.rawValue, target: request.uri)
        guard verdict == .accepted else {
            write(ISAPIAnswer.unauthorized(realm: camera.realm, verdict), context: context)
            return
        }
        serve(path, of: camera, request: request, context: context)
    }

    private func serve(_ path: String, of camera: ISAPICamera, request: HTTPRequestHead, context: ChannelHandlerContext) {
        let isOld = camera.faults.contains(.notFoundOnNewPath)
        let streamPath = (isOld ? "" : "/ISAPI") + "/Event/notification/alertStream"
        switch (request.method, path) {
        case (.GET, streamPath):
            streamed = camera
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: ISAPIAnswer.streamHead)), promise: nil)
            camera.attach(context.channel)
        default:
            let answer = camera.answer(request.method.rawValue, path, body: body)
            write(answer ?? ISAPIAnswer.notFound(request.uri), context: context)
        }
    }

    private func write(_ answer: ISAPIAnswer, context: ChannelHandlerContext) {
        let channel = context.channel
        let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: answer.bytes)))
        if answer.closes { written.whenComplete { _ in channel.close(promise: nil) } }
    }
}

/// Finds the camera that a request means.
struct ISAPIRouter: Sendable {
    /// The one camera of a port of its own, else nothing.
    let only: ISAPICamera?
    /// The cameras that share a port, numbered from 1 in `/cam/<n>/…`.
    let shared: [ISAPICamera]

    /// The camera and the path as it sees it, without its prefix and the query.
    func route(_ target: String) -> (ISAPICamera, String)? {
        let path = target.prefix { $0 != "?" }
        if let only { return (only, String(path)) }
        let parts = path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
        guard parts.count == 3, parts[0] == "cam", let number = Int(parts[1]), shared.indices.contains(number - 1) else {
            return nil
        }
        return (shared[number - 1], "/" + parts[2])
    }
}
