extension MQTTPacket {
    /// The packet's bytes (MQTT 3.1.1 chapter 3).
    package var bytes: [UInt8] {
        switch self {
        case .connect(let connect): Self.packet(0x10, connect.variable)
        case .connack(let present, let code): Self.packet(0x20, [present ? 1 : 0, code])
        case .publish(let publish): Self.packet(publish.firstByte, publish.variable)
        case .puback(let id): Self.packet(0x40, Self.number(id))
        case .subscribe(let id, let filters):
            Self.packet(0x82, Self.number(id) + filters.flatMap { Self.text($0) + [1] })
        case .suback(let id, let codes): Self.packet(0x90, Self.number(id) + codes)
        case .pingRequest: [0xC0, 0]
        case .pingAnswer: [0xD0, 0]
        case .disconnect: [0xE0, 0]
        case .other(let first): [first, 0]
        }
    }

    private static func packet(_ first: UInt8, _ rest: [UInt8]) -> [UInt8] {
        var length = rest.count
        var bytes = [first]
        repeat {
            let digit = UInt8(length & 0x7F)
            length >>= 7
            bytes.append(length > 0 ? digit | 0x80 : digit)
        } while length > 0
        return bytes + rest
    }

    fileprivate static func number(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

    /// A text of at most 65,535 bytes, as all texts of the protocol are.
    fileprivate static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8.prefix(65_535))
        return number(UInt16(bytes.count)) + bytes
    }
}

extension MQTTConnect {
    fileprivate var variable: [UInt8] {
        var flags: UInt8 = cleanSession ? 2 : 0
        var rest = MQTTPacket.text(clientID)
        if let user {
            flags |= 0x80
            rest += MQTTPacket.text(user)
            // A password without a user is not permitted (3.1.2.9).
            if let password {
                flags |= 0x40
                rest += MQTTPacket.text(password)
            }
        }
        return MQTTPacket.text("MQTT") + [4, flags] + MQTTPacket.number(keepAlive) + rest
    }
}

extension MQTTPublish {
    fileprivate var firstByte: UInt8 { 0x30 | (duplicate ? 8 : 0) | qos << 1 | (retained ? 1 : 0) }

    fileprivate var variable: [UInt8] { MQTTPacket.text(topic) + (id.map { MQTTPacket.number($0) } ?? []) + payload }
}
