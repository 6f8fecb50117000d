import Glibc
import Model

// What comes in.
extension SIPEndpoint {
    func received(_ bytes: [UInt8], from peer: SIPPeer) {
        // Empty lines and single NULs keep a way through a router open.
        guard bytes.contains(where: { !$0.isBlank && $0 != 0 }) else { return }
        do throws(SIPError) {
            take(try SIPParser.datagram(bytes, limits: settings.limits), from: peer, bytes)
        } catch {
            handlers.unreadable(bytes, error, peer)
        }
        setTimer()
    }

    func accepted(_ descriptor: Int32, from address: SIPPeer) {
        guard connections.count < settings.connections else {
            Glibc.close(descriptor)
            return
        }
        lastConnection += 1
        let number = lastConnection
        var peer = address
        peer.connection = number
        let connection = SIPConnection(descriptor, peer: peer, limits: settings.limits, queue: queue, at: clock.uptime())
        connections[number] = connection
        connection.start { [weak self] in self?.readable(number) }
        setTimer()
    }

    private func readable(_ number: Int) {
        guard let connection = connections[number] else { return }
        switch connection.read(at: clock.uptime()) {
        case .nothing: break
        case .pieces(let pieces):
            for piece in pieces { take(piece, of: connection) }
        case .ended: lose(connection: number)
        }
        setTimer()
    }

    private func take(_ piece: SIPStream.Piece, of connection: SIPConnection) {
        switch piece {
        case .message(let message): take(message, from: connection.peer, message.bytes)
        case .keepAlive: send([0x0D, 0x0A], to: connection.peer)
        case .unreadable(let bytes, let error): handlers.unreadable(bytes, error, connection.peer)
        case .broken(let error):
            handlers.unreadable(connection.rest(), error, connection.peer)
            if let number = connection.peer.connection { lose(connection: number) }
        }
    }

    func lose(connection number: Int) {
        connections.removeValue(forKey: number)?.close()
        perform(client.fail(connection: number))
    }

    private func take(_ message: SIPMessage, from peer: SIPPeer, _ bytes: @autoclosure () -> [UInt8]) {
        guard message.method != nil else {
            perform(client.receive(message, at: clock.uptime()))
            return
        }
        let missing = message.missingHeaders
        guard missing.isEmpty else {
            if message.via != nil { send(message.answer(400, to: peer, tag: Self.random()).bytes, to: peer) }
            handlers.unreadable(bytes(), SIPError(.missingHeader, missing.joined(separator: ", ")), peer)
            return
        }
        // It belongs to an answer to an INVITE, and nobody answers it.
        guard message.method != "ACK" else { return }
        switch server.receive(message, at: clock.uptime()) {
        case .new(let key): handlers.request(Incoming(message: message, peer: peer, key: key))
        case .waiting: break
        case .answered(let answer): send(answer, to: peer)
        }
    }
}

// What goes out.
extension SIPEndpoint {
    /// Answers a request, and each repeat of it with the same bytes.
    package func answer(_ incoming: Incoming, _ status: Int, headers: [SIPHeader] = []) {
        let answer = incoming.message.answer(status, to: incoming.peer, tag: Self.random(), headers: headers).bytes
        server.answer(incoming.key, with: answer, at: clock.uptime())
        send(answer, to: incoming.peer)
    }

    /// Leaves a request without an answer, so that its sender sends it again and it is taken anew.
    package func ignore(_ incoming: Incoming) {
        server.forget(incoming.key)
    }

    /// Reads no more from a TCP connection, so that its device is held back; what was read already still comes.
    package func pause(connection number: Int) {
        connections[number]?.pause()
    }

    package func resume(connection number: Int) {
        connections[number]?.resume(at: clock.uptime())
    }

    /// Sends a request; `Via` is added here.
    ///
    /// - Parameters:
    ///   - limit: when to give it up, where that is before 64 × T1.
    ///   - answered: told once, on the queue.
    package func request(
        _ request: SIPMessage, to peer: SIPPeer, limit: Span? = nil, _ answered: @escaping Answered
    ) {
        var request = request
        let branch = "z9hG4bK" + Self.random()
        let host = SIPSocket.localHost(towards: peer) ?? settings.host
        let place = SIPURI(host: host, port: port(of: peer.transport)).text.dropFirst(4)
        request.headers.insert(
            SIPHeader("via", "SIP/2.0/\(peer.transport.rawValue) \(place);rport;branch=\(branch)"), at: 0)
        waiting[branch] = answered
        perform(client.send(request, branch: branch, to: peer, limit: limit, at: clock.uptime()), of: branch)
        setTimer()
    }

    func port(of transport: SIPPeer.Transport) -> UInt16? {
        switch transport {
        case .udp: datagrams?.port
        case .tcp: listener?.port
        }
    }

    func perform(_ actions: [SIPClientTransactions.Action], of branch: String? = nil) {
        for action in actions {
            switch action {
            case .transmit(let bytes, let peer):
                if !send(bytes, to: peer), let branch { perform(client.fail(branch)) }
            case .finish(let branch, let outcome): waiting.removeValue(forKey: branch)?(outcome)
            }
        }
    }

    /// False where there is no way to the peer any more.
    @discardableResult
    func send(_ bytes: [UInt8], to peer: SIPPeer) -> Bool {
        switch peer.transport {
        case .udp:
            datagrams?.send(bytes, to: peer)
            return datagrams != nil
        case .tcp:
            guard let number = peer.connection, let connection = connections[number] else { return false }
            if connection.send(bytes) { return true }
            lose(connection: number)
            return false
        }
    }

    /// Sixteen hexadecimal digits that nobody guesses.
    package static func random() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
