import Glibc
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
        case 200 where whole.accepted == template.batch || whole.accepted == 1:
            tally.waits.append(UInt32(clamping: (NIODeadline.now() - sent).nanoseconds / 1000))
            tally.events += template.batch
            send(context)
        case 429, 503:
            tally.refused += 1
            let loop = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: .milliseconds(20)) { [bound = NIOLoopBound(self, eventLoop: context.eventLoop)] in
                bound.value.send(loop.value)
            }
        default:
            errorCaught(context: context, error: Unexpected(description: "an answer with status \(whole.status) that accepts \(whole.accepted)"))
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

/// What the load generator reads of an answer.
private struct Answer {
    let status: Int
    let accepted: Int
    /// Head and body in bytes.
    let length: Int

    /// Nothing while the answer is not whole.
    init?(_ buffer: ByteBuffer) {
        let found = buffer.withUnsafeReadableBytes { bytes -> (Int, Int, Int)? in
            guard bytes.count > 12, let blank = Self.find("\r\n\r\n", in: bytes) else { return nil }
            let head = UnsafeRawBufferPointer(rebasing: bytes[..<(blank + 2)])
            guard let name = Self.find("ontent-", in: head, followedBy: "ength: ") else { return nil }
            let length = blank + 4 + Self.number(in: head, at: name)
            guard bytes.count >= length else { return nil }
            let body = UnsafeRawBufferPointer(rebasing: bytes[(blank + 4)..<length])
            let accepted = Self.find("\"accepted\":", in: body).map { Self.number(in: body, at: $0 + 11) } ?? 0
            return (Self.number(in: bytes, at: 9), accepted, length)
        }
        guard let found else { return nil }
        (status, accepted, length) = found
    }

    private static func find(_ word: StaticString, in bytes: UnsafeRawBufferPointer) -> Int? {
        guard let base = bytes.baseAddress,
            let hit = memmem(base, bytes.count, word.utf8Start, word.utf8CodeUnitCount)
        else { return nil }
        return UnsafeRawPointer(hit) - base
    }

    /// Just behind `Content-Length: `, however its words are capitalised.
    private static func find(_ word: StaticString, in bytes: UnsafeRawBufferPointer, followedBy rest: StaticString) -> Int? {
        var from = 0
        while let hit = find(word, in: UnsafeRawBufferPointer(rebasing: bytes[from...])) {
            let start = from + hit + word.utf8CodeUnitCount + 1
            if let next = find(rest, in: UnsafeRawBufferPointer(rebasing: bytes[start...])), next == 0 {
                return start + rest.utf8CodeUnitCount
            }
            from = start
        }
        return nil
    }

    private static func number(in bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        var value = 0
        var index = offset
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) {
            value = value * 10 + Int(bytes[index] - 0x30)
            index += 1
        }
        return value
    }
}
