/// As much of MQTT 3.1.1 as a publisher needs.
enum MQTTWire {
    static func connect(_ settings: MQTTPublisher.Settings) -> [UInt8] {
        var flags: UInt8 = 0
        var rest = text(settings.clientID)
        if let topic = settings.availability {
            // A will of QoS 1, retained.
            flags |= 0x04 | 0x08 | 0x20
            rest += text(topic) + text("offline")
        }
        if let user = settings.user {
            flags |= 0x80
            rest += text(user)
            if let password = settings.password {
                flags |= 0x40
                rest += text(password)
            }
        }
        return packet(0x10, text("MQTT") + [4, flags, 0, 0] + rest)
    }

    static func publish(_ message: MQTTPublisher.Message) -> [UInt8] {
        let first: UInt8 = 0x32 | (message.wasSent ? 8 : 0) | (message.retained ? 1 : 0)
        return packet(first, text(message.topic) + [UInt8(message.id >> 8), UInt8(message.id & 0xFF)] + message.payload)
    }

    /// Takes the next whole packet out of what was received.
    static func next(_ buffer: inout [UInt8]) -> (first: UInt8, body: [UInt8])? {
        var length = 0
        for digit in 0..<4 {
            guard digit + 1 < buffer.count else { return nil }
            length |= Int(buffer[digit + 1] & 0x7F) << (7 * digit)
            guard buffer[digit + 1] & 0x80 == 0 else { continue }
            let end = digit + 2 + length
            guard buffer.count >= end else { return nil }
            defer { buffer.removeFirst(end) }
            return (buffer[0], Array(buffer[(digit + 2)..<end]))
        }
        return nil
    }

    private static func text(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return [UInt8(bytes.count >> 8 & 0xFF), UInt8(bytes.count & 0xFF)] + bytes
    }

    private static func packet(_ first: UInt8, _ rest: [UInt8]) -> [UInt8] {
        var length = rest.count
        var head = [first]
        repeat {
            let digit = UInt8(length & 0x7F)
            length >>= 7
            head.append(length > 0 ? digit | 0x80 : digit)
        } while length > 0
        return head + rest
    }
}
