import Model
import NIOCore
import NIOPosix
import Platform
import Synchronization

/// What is wrong with a posted alarm.
package enum PushFault: Hashable, Sendable {
    /// The multipart body lacks its closing boundary.
    case noClosingBoundary
    /// The multipart body says that it is XML.
    case wrongContentType
    /// The document is cut.
    case truncated
    /// The document is JSON.
    case json
}

/// A simulated Hikvision device that posts its alarms (`httpHosts`) and sends each again until it is answered with 200.
///
/// It authenticates with digest once it was challenged, and keeps the nonce as devices do. Every try is a connection of
/// its own. May be used from any thread.
package final class ISAPIPusher: Sendable {
    /// What one alarm took.
    package struct Outcome: Hashable, Sendable {
        /// The statuses in their order; 0 where there was no answer.
        package var statuses: [Int] = []
        package var isTaken: Bool { statuses.last == 200 }
    }

    private let settings: ISAPICameraSettings
    private let host: String
    private let port: Int
    private let path: String
    private let group: MultiThreadedEventLoopGroup
    private let challenge = Mutex<(nonce: String, realm: String, count: Int)?>(nil)
    private let retryEvery: Span
    private let tries: Int

    /// - Parameters:
    ///   - settings: whose user, password, MAC address and names it has.
    ///   - path: such as `/push/isapi/cam-1`.
    ///   - retryEvery: how long it waits before it sends again.
    ///   - tries: how often it sends one alarm at most, challenges not counted.
    package init(
        _ settings: ISAPICameraSettings, to host: String, port: Int, path: String, retryEvery: Span = .milliseconds(100),
        tries: Int = 100
    ) {
        self.settings = settings
        self.host = host
        self.port = port
        self.path = path
        self.retryEvery = retryEvery
        self.tries = tries
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    }

    package func stop() async { try? await group.shutdownGracefully() }

    /// Posts an alarm until it is taken.
    ///
    /// Pictures make it a form of parts; sent again, it says so.
    package func push(_ alarm: SimAlarm, pictures: [[UInt8]] = [], faults: Set<PushFault> = []) async -> Outcome {
        var outcome = Outcome()
        var alarm = alarm
        let first = Timestamp(seconds: settings.clock().microseconds / 1_000_000)
        alarm.dateTime = alarm.dateTime ?? first.text()
        for _ in 0..<tries {
            let (type, body) = content(alarm, pictures, faults)
            let status = await post(type, body)
            outcome.statuses.append(status)
            if status == 200 || Task.isCancelled { break }
            alarm.isRetransmission = true
            try? await Task.sleep(nanoseconds: UInt64(retryEvery.microseconds * 1000))
        }
        return outcome
    }

    /// Posts bytes as they are, once.
    package func post(_ type: String, _ body: [UInt8]) async -> Int {
        let known = challenge.withLock { $0 }
        let (status, header) = await exchange(type, body, authorize: known != nil)
        guard status == 401, let given = header.flatMap(AuthorizationHeader.init) else { return status }
        challenge.withLock { $0 = (given["nonce"], given["realm"], 0) }
        return await exchange(type, body, authorize: true).status
    }

    private func content(_ alarm: SimAlarm, _ pictures: [[UInt8]], _ faults: Set<PushFault>) -> (String, [UInt8]) {
        var camera: Set<CameraFault> = faults.contains(.json) ? [.json] : []
        if faults.contains(.truncated) { camera.insert(.truncatedXML) }
        let part = AlertPart(settings: settings, faults: camera, alarm: alarm, dateTime: alarm.dateTime ?? "")
        let document = part.document()
        guard !pictures.isEmpty else { return document }
        var body: [UInt8] = []
        func add(_ name: String, _ type: String, _ content: [UInt8]) {
            body += Array(
                ("--boundary\r\nContent-Disposition: form-data; name=\"\(name)\"; filename=\"\(name)\"\r\n"
                    + "Content-Type: \(type)\r\nContent-Length: \(content.count)\r\n\r\n").utf8)
            body += content + [13, 10]
        }
        add("\(alarm.eventType).xml", document.type, document.body)
        for (index, picture) in pictures.enumerated() { add("detectionPicture\(index + 1).jpg", "image/jpeg", picture) }
        if !faults.contains(.noClosingBoundary) { body += Array("--boundary--\r\n".utf8) }
        let isWrong = faults.contains(.wrongContentType)
        return (isWrong ? "application/xml" : "multipart/form-data; boundary=boundary", body)
    }

    private func authorization() -> String? {
        let used = challenge.withLock { challenge -> (nonce: String, realm: String, count: Int)? in
            challenge?.count += 1
            return challenge
        }
        guard let used else { return nil }
        let digits = String(used.count, radix: 16)
        let count = String(repeating: "0", count: max(0, 8 - digits.count)) + digits
        let response = DigestAuthority.response(
            user: settings.user, realm: used.realm, password: settings.password, method: "POST", uri: path, nonce: used.nonce,
            count: count, client: "5ca1ab1e")
        return "Digest username=\"\(settings.user)\", realm=\"\(used.realm)\", nonce=\"\(used.nonce)\", uri=\"\(path)\", "
            + "qop=auth, nc=\(count), cnonce=\"5ca1ab1e\", response=\"\(response)\""
    }

    /// One request on a connection of its own: its status and its challenge; 0 where there was no answer.
    private func exchange(_ type: String, _ body: [UInt8], authorize: Bool) async -> (status: Int, challenge: String?) {
        var head = "POST \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nContent-Type: \(type)\r\n"
        head += "Content-Length: \(body.count)\r\nConnection: close\r\n"
        if authorize, let header = authorization() { head += "Authorization: \(header)\r\n" }
        let bytes = Array((head + "\r\n").utf8) + body
        let answer = group.next().makePromise(of: String.self)
        do {
            let channel = try await ClientBootstrap(group: group).connectTimeout(.seconds(5))
                .channelInitializer { $0.pipeline.addHandler(AnswerHead(answer)) }
                .connect(host: host, port: port).get()
            try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
            // A server that never answers shall not hold the device for ever.
            let limit = channel.eventLoop.scheduleTask(in: .seconds(20)) { channel.close(promise: nil) }
            let text = try await answer.futureResult.get()
            limit.cancel()
            channel.close(promise: nil)
            return Self.read(text)
        } catch {
            answer.succeed("")
            return (0, nil)
        }
    }

    private static func read(_ head: String) -> (status: Int, challenge: String?) {
        let lines = head.split(whereSeparator: \.isNewline)
        let status = lines.first.flatMap { line in line.split(separator: " ").dropFirst().first.flatMap { Int($0) } } ?? 0
        let header = lines.first { $0.lowercased().hasPrefix("www-authenticate:") }
        return (status, header.map { line in String(line.dropFirst("www-authenticate:".count).drop { $0 == " " }) })
    }
}

/// Gathers the head of an answer; an empty one where the server hangs up before.
///
/// Confined to its channel's event loop, as NIO does with handlers.
private final class AnswerHead: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer

    private let answer: EventLoopPromise<String>
    private var text: [UInt8] = []

    init(_ answer: EventLoopPromise<String>) {
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        text += unwrapInboundIn(data).readableBytesView
        let decoded = String(decoding: text, as: UTF8.self)
        if decoded.contains("\r\n\r\n") || text.count > 64 << 10 { answer.succeed(decoded) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        answer.succeed("")
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
