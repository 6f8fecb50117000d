import NIOCore

/// One client's connection to a simulated RTSP server.
///
/// Confined to its channel's event loop, as NIO does with handlers.
final class RTSPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let book: RTSPBook
    private var nonce: String
    private var pending: [UInt8] = []
    private var hasRenewed = false

    init(_ book: RTSPBook) {
        self.book = book
        nonce = book.freshNonce()
    }

    func channelActive(context: ChannelHandlerContext) {
        book.opened()
        if book.settings.faults.contains(.closes) { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        book.closed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        pending += unwrapInboundIn(data).readableBytesView
        guard pending.count <= 1 << 16 else { return context.close(promise: nil) }
        while let end = pending.firstRange(of: Array("\r\n\r\n".utf8)) {
            let head = String(decoding: pending[..<end.lowerBound], as: UTF8.self)
            pending.removeFirst(end.upperBound)
            guard let request = RTSPRequest(head) else { return context.close(promise: nil) }
            book.note(request)
            answer(request, context)
        }
    }

    private func answer(_ request: RTSPRequest, _ context: ChannelHandlerContext) {
        let settings = book.settings
        let faults = settings.faults
        if faults.contains(.hang) || faults.contains(.hangOnDescribe) && request.method == "DESCRIBE" { return }
        if faults.contains(.garbage) { return send([0xDE, 0xAD, 0, 1, 2, 3, 0xFF], context) }
        if faults.contains(.flood) {
            return send(Array("RTSP/1.0 200 OK\r\n".utf8) + Array(repeating: 0x41, count: 1 << 20), context)
        }
        if faults.contains(.speaksHTTP) {
            return send(Array("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n".utf8), context)
        }
        let isLocked = request.method == "DESCRIBE" || faults.contains(.locksOptions)
        let authority = RTSPAuthority(settings: settings, nonce: nonce, isOurs: book.isOurs)
        let isStale = faults.contains(.staleNonce) && !hasRenewed
        if isLocked, case .challenge(let offers) = authority.judge(request, isStale: isStale) {
            return challenge(request, offers, settings, context)
        }
        send(serve(request, RTSPAnswer(settings: settings)), context)
    }

    private func challenge(
        _ request: RTSPRequest, _ offers: [String], _ settings: RTSPServerSettings, _ context: ChannelHandlerContext
    ) {
        var offers = offers
        if offers.contains(where: { $0.contains("stale") }) {
            hasRenewed = true
            let fresh = book.freshNonce()
            offers = offers.map { $0.replacing(nonce, with: fresh) }
            nonce = fresh
        }
        send(RTSPAnswer(settings: settings).bytes(401, request, headers: offers.map { ("WWW-Authenticate", $0) }), context)
    }

    private func serve(_ request: RTSPRequest, _ answer: RTSPAnswer) -> [UInt8] {
        let faults = answer.settings.faults
        switch request.method {
        case "OPTIONS":
            return answer.bytes(200, request, headers: [("Public", "OPTIONS, DESCRIBE, SETUP, TEARDOWN, PLAY")])
        case "DESCRIBE":
            let refusals: [(RTSPFault, Int)] = [
                (.notFound, 404), (.noSession, 454), (.noBandwidth, 453), (.busy, 503), (.forbidden, 403),
            ]
            if let refusal = refusals.first(where: { faults.contains($0.0) }) { return answer.bytes(refusal.1, request) }
            guard let channel = answer.settings.channels[request.path] else { return answer.bytes(404, request) }
            let body = RTSPAnswer.description(request, hasVideo: channel.hasVideo && !faults.contains(.noVideo))
            return answer.bytes(200, request, headers: [("Content-Base", request.url + "/")], body: body)
        default: return answer.bytes(501, request)
        }
    }

    private func send(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
        let faults = book.settings.faults
        if faults.contains(.singleBytes) {
            for byte in bytes { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: [byte])), promise: nil) }
        } else {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
        }
        if faults.contains(.closesAfterAnswer) || faults.contains(.longLength) && bytes.count > 300 {
            context.close(promise: nil)
        }
    }
}
