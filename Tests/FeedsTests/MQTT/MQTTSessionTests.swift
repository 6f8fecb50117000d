import Feeds
import Model
import Testing

@Suite struct MQTTSessionTests {
    private func session(_ filters: [String] = ["a"]) -> MQTTSession {
        var settings = MQTTSession.Settings(connect: MQTTConnect(clientID: "c", keepAlive: 40), filters: filters)
        settings.retry = Backoff(first: .seconds(1), longest: .seconds(4))
        return MQTTSession(settings)
    }

    private func up(_ session: inout MQTTSession, resumed: Bool = false, at now: Span = .seconds(10)) {
        _ = session.begin()
        _ = session.on(.opened, at: now)
        _ = session.on(.packet(.connack(sessionPresent: resumed, code: 0)), at: now)
        #expect(session.on(.packet(.suback(id: 1, codes: [1])), at: now) == [.up(resumed: resumed)])
    }

    private func publish(_ id: UInt16, _ payload: UInt8 = 1, duplicate: Bool = false) -> MQTTPacket {
        .publish(MQTTPublish(topic: "a", payload: [payload], duplicate: duplicate, id: id))
    }

    @Test("it connects with a session that the broker keeps, subscribes, and is up when the broker has answered")
    func connects() {
        var session = session()
        #expect(session.begin() == [.open(after: .zero)])
        guard case .send(.connect(let connect)) = session.on(.opened, at: .seconds(1)).first else {
            Issue.record("no CONNECT")
            return
        }
        #expect(!connect.cleanSession && connect.clientID == "c")
        let answer = session.on(.packet(.connack(sessionPresent: false, code: 0)), at: .seconds(1))
        #expect(answer == [.send(.subscribe(id: 1, filters: ["a"]))] && !session.isUp)
        #expect(session.on(.packet(.suback(id: 1, codes: [1])), at: .seconds(1)) == [.up(resumed: false)])
    }

    @Test("an acknowledgement goes out once, and only on the connection on which its message came")
    func acknowledges() {
        var session = session()
        up(&session)
        #expect(session.on(.packet(publish(7)), at: .seconds(11)).count == 2)
        #expect(session.on(.durable(id: 7, connection: 1), at: .seconds(11)) == [.send(.puback(7))])
        #expect(session.on(.durable(id: 7, connection: 1), at: .seconds(11)).isEmpty)
        _ = session.on(.packet(publish(8)), at: .seconds(11))
        _ = session.on(.closed("gone"), at: .seconds(12))
        up(&session, resumed: true, at: .seconds(13))
        #expect(session.on(.durable(id: 8, connection: 1), at: .seconds(13)).isEmpty)
        guard case .message(_, let isRepeat, 2) = session.on(.packet(publish(8, duplicate: true)), at: .seconds(13)).last else {
            Issue.record("no message")
            return
        }
        #expect(isRepeat)
        #expect(session.on(.durable(id: 8, connection: 2), at: .seconds(13)) == [.send(.puback(8))])
    }

    @Test("the same id with other content, or in a new session, is a new message")
    func repeats() {
        var session = session()
        up(&session)
        func isRepeat(_ packet: MQTTPacket) -> Bool? {
            guard case .message(_, let isRepeat, _) = session.on(.packet(packet), at: .seconds(20)).last else { return nil }
            return isRepeat
        }
        #expect(isRepeat(publish(7, 1)) == false)
        #expect(isRepeat(publish(7, 1)) == false)
        #expect(isRepeat(publish(7, 2, duplicate: true)) == false)
        _ = session.on(.closed("gone"), at: .seconds(20))
        up(&session, resumed: false, at: .seconds(21))
        #expect(isRepeat(publish(7, 2, duplicate: true)) == false)
    }

    @Test("it pings after three quarters of the keep-alive and gives a broker up that does not answer")
    func pings() {
        var session = session()
        up(&session)
        #expect(session.deadline == .seconds(40) && session.on(.tick, at: .seconds(39)).isEmpty)
        #expect(session.on(.tick, at: .seconds(40)) == [.send(.pingRequest)])
        #expect(session.on(.packet(.pingAnswer), at: .seconds(41)) == [.heard])
        #expect(session.on(.tick, at: .seconds(70)) == [.send(.pingRequest)])
        let gone = session.on(.tick, at: .seconds(80))
        #expect(gone.first == .close && gone.last == .open(after: .seconds(1)) && !session.isUp)
    }

    @Test("while we hold the broker back its silence is ours, and it is still pinged")
    func held() {
        var session = session()
        up(&session)
        _ = session.on(.held, at: .seconds(20))
        #expect(session.on(.tick, at: .seconds(40)) == [.send(.pingRequest)])
        #expect(session.on(.tick, at: .seconds(70)) == [.send(.pingRequest)])
        _ = session.on(.goOn, at: .seconds(95))
        #expect(session.on(.tick, at: .seconds(96)).isEmpty && session.isUp)
    }

    @Test("a refusal says what to change and is tried seldom", arguments: [1, 2, 3, 4, 5, 77] as [UInt8])
    func refused(_ code: UInt8) {
        var session = session()
        _ = session.begin()
        _ = session.on(.opened, at: .seconds(1))
        let actions = session.on(.packet(.connack(sessionPresent: false, code: code)), at: .seconds(1))
        guard case .refused(let sentence) = actions.dropFirst().first else {
            Issue.record("not refused")
            return
        }
        #expect(actions.first == .close && actions.last == .open(after: .seconds(30)))
        #expect(sentence.contains("CONNACK \(code)") && (![4, 5].contains(code) || sentence.contains("password")))
    }

    @Test("who takes the connection and says nothing, or what no subscriber gets, is no broker")
    func noBroker() {
        var session = session()
        _ = session.begin()
        _ = session.on(.opened, at: .seconds(1))
        #expect(session.on(.tick, at: .seconds(11)).first == .close)
        up(&session, at: .seconds(20))
        #expect(session.on(.packet(.subscribe(id: 1, filters: [])), at: .seconds(21)).first == .close)
        up(&session, at: .seconds(30))
        let second = MQTTPacket.publish(MQTTPublish(topic: "a", payload: [], qos: 2, id: 1))
        #expect(session.on(.packet(second), at: .seconds(31)).contains(.close))
    }

    @Test("a connection that ends before it was accepted makes the sentence doubt the port")
    func doubt() {
        var session = session()
        _ = session.begin()
        _ = session.on(.opened, at: .seconds(1))
        guard case .lost(let sentence) = session.on(.closed("the broker closed the connection"), at: .seconds(1)).first else {
            Issue.record("not lost")
            return
        }
        #expect(sentence.contains("is that an MQTT port"))
    }

    @Test("many filters go in several packets, and a refused one is named")
    func filters() {
        var session = session((1...100).map { "t/\($0)" })
        _ = session.begin()
        _ = session.on(.opened, at: .seconds(1))
        let subscribes = session.on(.packet(.connack(sessionPresent: false, code: 0)), at: .seconds(1))
        #expect(subscribes.count == 2)
        #expect(session.on(.packet(.suback(id: 1, codes: [UInt8](repeating: 1, count: 64))), at: .seconds(1)).isEmpty)
        var codes = [UInt8](repeating: 1, count: 36)
        codes[35] = 0x80
        let last = session.on(.packet(.suback(id: 2, codes: codes)), at: .seconds(1))
        #expect(last == [.up(resumed: false), .filterRefused("t/100")])
    }
}
