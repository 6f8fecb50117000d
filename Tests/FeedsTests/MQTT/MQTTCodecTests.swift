import Feeds
import Testing

@Suite struct MQTTCodecTests {
    private let packets: [MQTTPacket] = [
        .connack(sessionPresent: true, code: 5), .puback(7), .suback(id: 9, codes: [1, 0x80]), .pingRequest, .pingAnswer,
        .disconnect, .subscribe(id: 3, filters: ["frigate/#", "场所/+"]),
        .publish(MQTTPublish(topic: "a/b", payload: [1, 2, 3], qos: 1, retained: true, duplicate: true, id: 300)),
        .publish(MQTTPublish(topic: "a", payload: [], qos: 0)),
    ]

    @Test("every packet reads back as it was written, wherever the bytes are cut")
    func roundTrip() throws {
        let bytes = packets.flatMap(\.bytes)
        for size in [1, 2, 3, 7, bytes.count] {
            var reader = MQTTReader()
            var read: [MQTTPacket] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                read += try reader.read(rest.prefix(size))
                rest = rest.dropFirst(size)
            }
            #expect(read == packets)
        }
    }

    @Test("lengths around each boundary of the length's own size read back", arguments: [127, 128, 16_383, 16_384, 1_000_000])
    func lengths(_ size: Int) throws {
        let packet = MQTTPacket.publish(MQTTPublish(topic: "", payload: [UInt8](repeating: 1, count: size - 4), qos: 1, id: 1))
        var reader = MQTTReader()
        #expect(try reader.read(packet.bytes) == [packet])
    }

    @Test("a message that is too long comes as its beginning, and the stream goes on behind it")
    func tooLong() throws {
        var reader = MQTTReader(limit: 100_000)
        let long = MQTTPublish(topic: "long", payload: [UInt8](repeating: 9, count: 500_000), qos: 1, id: 4)
        var bytes = MQTTPacket.publish(long).bytes + MQTTPacket.puback(1).bytes
        var read: [MQTTPacket] = []
        while !bytes.isEmpty {
            read += try reader.read(bytes.prefix(7001))
            bytes.removeFirst(min(7001, bytes.count))
        }
        guard case .publish(let cut) = try #require(read.first) else { return #expect(Bool(false)) }
        #expect(cut.isCut && cut.id == 4 && cut.topic == "long" && cut.payload == [UInt8](repeating: 9, count: 4096))
        #expect(read.last == .puback(1) && read.count == 2)
    }

    @Test(
        "bytes that are no MQTT end the connection with a sentence",
        arguments: [
            Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8), [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 1], [0x36, 2, 0, 0], [0x32, 2, 0, 5],
            [0x20, 1, 0], [0x32, 4, 0, 0, 0, 0], [0x00, 0],
        ] as [[UInt8]])
    func nonsense(_ bytes: [UInt8]) {
        #expect(throws: MQTTError.self) {
            var reader = MQTTReader(limit: 1000)
            _ = try reader.read(bytes + [UInt8](repeating: 0, count: 100))
        }
    }

    @Test("filters match as the standard says")
    func topics() {
        for (filter, topic, matches) in [
            ("a/b", "a/b", true), ("a/+", "a/b", true), ("a/+", "a/b/c", false), ("a/#", "a", true), ("a/#", "a/b/c", true),
            ("#", "a", true), ("#", "$SYS/x", false), ("$SYS/#", "$SYS/x", true), ("+/+", "/a", true), ("a", "A", false),
            ("+", "", true), ("a/+/c", "a//c", true),
        ] {
            #expect(MQTTTopic.matches(filter, topic) == matches, "\(filter) \(topic)")
        }
        #expect(MQTTTopic.fault("a/#/b") != nil && MQTTTopic.fault("a+") != nil && MQTTTopic.fault("a/+/#") == nil)
    }
}
