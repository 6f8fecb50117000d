import NIOCore

/// One connection: sends a request, waits for its answer, sends the next, until the time is over.
final class Exchange: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What ends a measurement: an answer that is neither a success nor a request to slow down.
    struct Unexpected: Error, CustomStringConvertible {
        let description: String
    }

    private var template: RequestTemplate
    private let deadline: NIODeadline
    private let finished: EventLoopPromise<Tally>
    private var tally = Tally()
    private var answer = ByteBuffer()
    private var sent = NIODeadline.now()
    private var isDone = false

    init(_ template: RequestTemplate, until deadline: NIODeadline, finished: EventLoopPromise<Tally>) {
        self.template = template
        self.deadline = deadline
        self.finished = finished
    }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    func channelInactive(context: ChannelHandlerContext) {
        if !isDone { finished.fail(Unexpected(description: "the server closed a connection")) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if !isDone { finished.fail(error) }
        isDone = true
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var piece = unwrapInboundIn(data)
        if answer.readableBytes == 0 { answer = piece } else { answer.writeBuffer(&piece) }
        guard let whole = Answer(answer) else { return }
        answer.moveReaderIndex(forwardBy: whole.length)
        take(whole, context)
    }

    private func take(_ whole: Answer, _ context: ChannelHandlerContext) {
        switch whole.status {
        case 200 where whole.accepted == template.batch:
            tally.waits.append(UInt32(clamping: (NIODeadline.now() - sent).nanoseconds / 1000))
            tally.events += template.batch
            send(context)
        case 429, 503:
            tally.refused += 1
            let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .milliseconds(20)) { bound.value.0.send(bound.value.1) }
        default:
            let description = "an answer with status \(whole.status) that accepts \(whole.accepted) of \(template.batch)"
            errorCaught(context: context, error: Unexpected(description: description))
        }
    }

    private func send(_ context: ChannelHandlerContext) {
        sent = NIODeadline.now()
        guard sent < deadline else {
            isDone = true
            finished.succeed(tally)
            return context.close(promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(template.next()), promise: nil)
    }
}
