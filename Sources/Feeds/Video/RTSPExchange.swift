import Model

/// One look at a picture stream, as a pure state machine: `OPTIONS`, `DESCRIBE`, the challenge's answer, the verdict.
///
/// Nothing is set up, so nothing need be torn down. Wrong passwords are tried once: devices lock an address out.
package struct RTSPExchange: Sendable {
    package enum Input: Sendable {
        case opened
        case bytes([UInt8])
        /// The peer closed the connection.
        case closed
        /// No connection, with the system's word for why.
        case failed(String)
        case timeUp
    }

    package enum Action: Hashable, Sendable {
        case send([UInt8])
        /// The device closes after each answer: open a new connection.
        case reopen
        /// The end; the connection can be closed.
        case done(RTSPVerdict)
    }

    private enum Step { case options, describe, authorized, over }

    private let address: RTSPAddress
    private let credentials: RTSPCredentials?
    /// Random text of the client for the digest.
    private let nonce: String
    private var step = Step.options
    private var reader = RTSPReplyReader()
    private var challenge: RTSPChallenge?
    private var sequence = 0
    /// Whether the last request has no answer yet.
    private var isWaiting = false
    private var reopened = 0
    private var renewals = 0

    package init(_ address: RTSPAddress, credentials: RTSPCredentials?, nonce: String) {
        self.address = address
        self.credentials = credentials
        self.nonce = nonce
    }

    /// Takes what happened and says what to do.
    package mutating func on(_ input: Input) -> [Action] {
        guard step != .over else { return [] }
        switch input {
        case .opened: return [request()]
        case .bytes(let bytes): return take(reader.read(bytes))
        case .closed: return closed()
        case .failed(let why): return end(.unreachable, "nobody answers at \(place) (\(why)); check address, port and power")
        case .timeUp:
            // A description without its length, from a server that keeps the connection.
            if step != .options, case .reply(let reply) = reader.finish(), reply.status == 200 { return take(.reply(reply)) }
            return end(
                .unreachable, "\(place) takes connections and answers nothing in time; restart the device or check the port")
        }
    }

    private mutating func take(_ reading: RTSPReplyReader.Reading) -> [Action] {
        switch reading {
        case .more: return []
        case .foreign(let what):
            return end(.otherProtocol, "\(place) does not speak RTSP: \(what); RTSP is mostly at port 554")
        case .reply(let reply):
            isWaiting = false
            switch step {
            case .options: return afterOptions(reply)
            case .describe, .authorized: return afterDescribe(reply)
            case .over: return []
            }
        }
    }

    /// Whatever `OPTIONS` is answered with, the channel is asked for; many servers let anybody ask for options.
    private mutating func afterOptions(_ reply: RTSPReply) -> [Action] {
        if reply.status == 453 || reply.status == 503 { return busy(reply.status) }
        // The challenge to it is not answered: some servers take a nonce once only.
        step = .describe
        return [request()]
    }

    private mutating func afterDescribe(_ reply: RTSPReply) -> [Action] {
        switch reply.status {
        case 200 where reply.describesVideo: return end(.alive, "the channel offers video")
        case 200: return end(.noChannel, "the channel at \(address.url) has no video; check the path and the camera's encoder")
        case 401: return authorize(reply)
        case 403: return end(.refused, "the user may not see \(address.url) (RTSP 403); give it the right to live view")
        case 453, 503: return busy(reply.status)
        case 300..<400:
            return end(.noChannel, "the device sends us elsewhere (RTSP \(reply.status)); write the new address under rtsp")
        case 500...: return busy(reply.status)
        default:
            return end(.noChannel, "there is no channel at \(address.url) (RTSP \(reply.status)); check the path after the port")
        }
    }

    private mutating func authorize(_ reply: RTSPReply) -> [Action] {
        guard credentials != nil else {
            return end(.refused, "\(place) asks for user and password (RTSP 401); write them into the camera's settings")
        }
        let fresh = RTSPChallenge(reply.all("www-authenticate"), permitsBasic: credentials?.permitsBasic ?? false)
        guard let fresh else {
            return end(.refused, "\(place) asks for a kind of login that is not supported; switch RTSP to digest with MD5")
        }
        if step == .authorized {
            guard fresh.isStale, renewals < 1 else {
                return end(.refused, "\(place) refuses user or password (RTSP 401); correct them, it may lock us out")
            }
            renewals += 1
        }
        challenge = fresh
        step = .authorized
        return [request()]
    }

    private mutating func busy(_ status: Int) -> [Action] {
        end(.busy, "\(place) has no free session (RTSP \(status)); close other viewers or raise its limit")
    }

    private mutating func closed() -> [Action] {
        if case .reply(let reply) = reader.finish() { return take(.reply(reply)) }
        // Some devices close after each answer; one that closes without a word is asked once more only.
        let limit = step == .authorized ? 2 : 1
        guard isWaiting, sequence > 1, reopened < limit else {
            return end(.unreachable, "\(place) closes the connection without an answer; restart the device or check the port")
        }
        reopened += 1
        reader = RTSPReplyReader()
        return [.reopen]
    }

    private mutating func request() -> Action {
        sequence += 1
        isWaiting = true
        let method = step == .options ? "OPTIONS" : "DESCRIBE"
        var lines = ["\(method) \(address.url) RTSP/1.0", "CSeq: \(sequence)", "User-Agent: patrold"]
        if method == "DESCRIBE" { lines.append("Accept: application/sdp") }
        if let challenge, let credentials, step == .authorized {
            lines.append("Authorization: " + challenge.answer(method, address.url, credentials, nonce: nonce))
        }
        return .send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8))
    }

    private mutating func end(_ outcome: RTSPVerdict.Outcome, _ sentence: String) -> [Action] {
        step = .over
        return [.done(RTSPVerdict(outcome, sentence))]
    }

    private var place: String {
        (address.host.contains(":") ? "[\(address.host)]" : address.host) + ":\(address.port)"
    }
}
