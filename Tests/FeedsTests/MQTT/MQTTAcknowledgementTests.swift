import Feeds
import Glibc
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

/// With a broker of the test's own making, which sees every byte.
@Suite(.serialized) struct MQTTAcknowledgementTests {
    private let journal = MemoryJournal()

    /// Answers CONNECT and SUBSCRIBE, sends what the test gives, and keeps what comes back.
    private final class TellTale: Sendable {
        let received = Mutex<[UInt8]>([])
        let connections = Mutex(0)
        private let current = Mutex<Int32>(-1)
        private let outgoing: @Sendable (Int) -> [UInt8]
        private let subscribed: [UInt8]
        let server: Mutex<LoopbackServer?> = Mutex(nil)

        init(subscribed: [UInt8] = [1], _ outgoing: @escaping @Sendable (_ connection: Int) -> [UInt8]) {
            self.outgoing = outgoing
            self.subscribed = subscribed
            let made = LoopbackServer { [weak self] connection in self?.serve(connection) }
            server.withLock { $0 = made }
        }

        var port: Int { server.withLock { $0?.port ?? 0 } }
        func stop() { server.withLock { $0?.stop() } }

        /// Breaks the connection.
        func cut() { current.withLock { _ = shutdown($0, Int32(SHUT_RDWR)) } }

        /// PUBACK packets by id, in order.
        var acknowledged: [UInt16] {
            let bytes = received.withLock { $0 }
            return stride(from: 0, to: bytes.count - 3, by: 1).filter { bytes[$0] == 0x40 && bytes[$0 + 1] == 2 }
                .map { UInt16(bytes[$0 + 2]) << 8 | UInt16(bytes[$0 + 3]) }
        }

        private func serve(_ connection: Connection) {
            let number = connections.withLock {
                $0 += 1
                return $0
            }
            current.withLock { $0 = connection.descriptor }
            _ = packet(connection)
            connection.write([0x20, 2, number > 1 ? 1 : 0, 0])
            let id = Array(packet(connection).prefix(2))
            guard id.count == 2 else { return }
            connection.write([0x90, UInt8(2 + subscribed.count)] + id + subscribed)
            connection.write(outgoing(number))
            while true {
                let bytes = connection.read(1)
                guard !bytes.isEmpty else { return }
                received.withLock { $0 += bytes }
            }
        }

        /// The rest of one short packet.
        private func packet(_ connection: Connection) -> [UInt8] {
            let head = connection.read(2)
            return head.count == 2 ? connection.read(Int(head[1])) : []
        }
    }

    private static func publish(_ id: UInt16, _ text: String, duplicate: Bool = false) -> [UInt8] {
        MQTTPacket.publish(
            MQTTPublish(topic: "site/1/door", payload: Array(text.utf8), duplicate: duplicate, id: id)
        ).bytes
    }

    @Test("PUBACK comes after the commit and never before")
    func durable() async {
        let teller = TellTale { _ in Self.publish(1, "ON") + Self.publish(2, "OFF") + Self.publish(3, "nonsense") }
        let slow = SlowJournal(journal)
        let broker = MQTTBroker.quick(
            teller.port, [.door()], journal, change: { $0.keepAlive = .seconds(1) }, deliver: slow.deliver)
        #expect(await eventually { await broker.standing(of: "door").messages == 3 })
        // The ping comes after whatever was said about the messages.
        #expect(await eventually { teller.received.withLock { $0.contains(0xC0) } })
        #expect(teller.acknowledged.isEmpty)
        slow.letGo()
        #expect(await eventually { teller.acknowledged == [1, 2, 3] })
        #expect(journal.alarms.count == 2 && journal.unreadable.count == 1)
        await broker.stop()
        teller.stop()
    }

    @Test("a message without id or time that comes again after a broken connection is the same message")
    func duplicate() async {
        let teller = TellTale { connection in
            Self.publish(7, "ON", duplicate: connection > 1) + (connection > 1 ? Self.publish(8, "OFF") : [])
        }
        let slow = SlowJournal(journal)
        let broker = MQTTBroker.quick(teller.port, [.door()], journal, deliver: slow.deliver)
        #expect(await eventually { await broker.standing(of: "door").messages == 1 })
        teller.cut()
        #expect(await eventually { teller.connections.withLock { $0 } == 2 })
        #expect(await eventually { await broker.standing(of: "door").messages == 3 })
        slow.letGo()
        #expect(await eventually { teller.acknowledged == [7, 8] })
        #expect(journal.alarms.map(\.state) == [.start, .stop] && journal.alarms.last?.repeats == 0)
        await broker.stop()
        teller.stop()
    }

    @Test("a topic that the broker does not permit is named to the operator, and only that device is refused")
    func refusedTopic() async throws {
        let teller = TellTale(subscribed: [1, 0x80, 1]) { _ in [] }
        let broker = MQTTBroker.quick(teller.port, [.door(), .frigate()], journal)
        func refusal() -> FeedStatus? {
            journal.state.withLock { $0.statuses.last { $0.name == "gate" && $0.state == .refused } }
        }
        #expect(await eventually { refusal() != nil })
        #expect(refusal()?.detail.contains("frigate/events") == true)
        #expect(await eventually { journal.statuses.contains { $0.device == "door" && $0.status == .online } })
        await broker.stop()
        teller.stop()
    }

    @Test("what is no broker is unreachable with a sentence")
    func noBroker() async {
        let web = LoopbackServer { connection in
            connection.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        }
        let broker = MQTTBroker.quick(web.port, [.door()], journal)
        #expect(await eventually { journal.status?.state == .unreachable && journal.status?.detail.contains("MQTT") == true })
        await broker.stop()
        web.stop()
    }
}
