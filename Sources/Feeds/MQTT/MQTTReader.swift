import Model

/// Cuts a broker's bytes into packets; of a message that is too long only the beginning is kept, and the stream goes on.
package struct MQTTReader: Sendable {
    /// The longest packet in bytes, its header not counted.
    package let limit: Int
    /// What is kept of a longer message.
    private static let cut = 4096
    private var buffer: [UInt8] = []
    /// Where the unread bytes begin.
    private var start = 0
    /// Bytes of a long message that are still to be passed over.
    private var passing = 0

    package init(limit: Int = 1 << 20) {
        self.limit = limit
    }

    /// Takes bytes and gives the packets that are complete.
    ///
    /// - Throws: `MQTTError` where the bytes are no MQTT; nothing can be read after that.
    package mutating func read(_ bytes: some Collection<UInt8>) throws(MQTTError) -> [MQTTPacket] {
        buffer += bytes
        var packets: [MQTTPacket] = []
        while let packet = try next() { packets.append(packet) }
        buffer.removeFirst(start)
        start = 0
        return packets
    }

    private mutating func next() throws(MQTTError) -> MQTTPacket? {
        let passed = min(passing, buffer.count - start)
        passing -= passed
        start += passed
        guard passing == 0, let (length, header) = try length() else { return nil }
        let first = buffer[start]
        if length > limit { return try beginning(first, length, header) }
        guard buffer.count - start >= header + length else { return nil }
        let body = buffer[(start + header)..<(start + header + length)]
        start += header + length
        return try MQTTPacket(first, Array(body))
    }

    /// The beginning of a message that is too long, when there is enough of it.
    private mutating func beginning(_ first: UInt8, _ length: Int, _ header: Int) throws(MQTTError) -> MQTTPacket? {
        guard first >> 4 == 3 else { throw MQTTError("the broker sends a packet of \(length) bytes that is no message") }
        let kept = min(length, 65_535 + 4 + Self.cut)
        guard buffer.count - start >= header + kept else { return nil }
        let body = Array(buffer[(start + header)..<(start + header + kept)])
        start += header + kept
        passing = length - kept
        guard case .publish(var publish) = try MQTTPacket(first, body) else { return nil }
        publish.payload = Array(publish.payload.prefix(Self.cut))
        publish.isCut = true
        return .publish(publish)
    }

    /// The remaining length (2.2.3) and the bytes of the fixed header, where they are all there.
    private func length() throws(MQTTError) -> (Int, Int)? {
        var length = 0
        for digit in 0..<4 {
            let index = start + 1 + digit
            guard index < buffer.count else { return nil }
            length |= Int(buffer[index] & 0x7F) << (7 * digit)
            if buffer[index] & 0x80 == 0 { return (length, digit + 2) }
        }
        throw MQTTError("what the broker sends is no MQTT: a length of more than four bytes")
    }
}

extension MQTTPacket {
    /// Reads one packet.
    ///
    /// - Parameters:
    ///   - first: its type and flags.
    ///   - body: all that follows the length.
    package init(_ first: UInt8, _ body: [UInt8]) throws(MQTTError) {
        var rest = body[...]
        switch first >> 4 {
        case 2:
            guard body.count == 2 else { throw MQTTError("what answers is no MQTT broker: its CONNACK is not two bytes") }
            self = .connack(sessionPresent: body[0] & 1 == 1, code: body[1])
        case 3: self = .publish(try MQTTPublish(first, &rest))
        case 4: self = .puback(try Self.number(&rest))
        case 8:
            let id = try Self.number(&rest)
            var filters: [String] = []
            while !rest.isEmpty {
                filters.append(try Self.text(&rest))
                rest = rest.dropFirst()
            }
            self = .subscribe(id: id, filters: filters)
        case 9: self = .suback(id: try Self.number(&rest), codes: Array(rest))
        case 12: self = .pingRequest
        case 13: self = .pingAnswer
        case 14: self = .disconnect
        case 0, 15: throw MQTTError("what the broker sends is no MQTT 3.1.1")
        default: self = .other(first)
        }
    }

    fileprivate static func number(_ rest: inout ArraySlice<UInt8>) throws(MQTTError) -> UInt16 {
        guard let high = rest.popFirst(), let low = rest.popFirst() else { throw MQTTError("a packet of the broker is cut off") }
        return UInt16(high) << 8 | UInt16(low)
    }

    fileprivate static func text(_ rest: inout ArraySlice<UInt8>) throws(MQTTError) -> String {
        let count = Int(try number(&rest))
        guard rest.count >= count else { throw MQTTError("a text of the broker is cut off") }
        defer { rest = rest.dropFirst(count) }
        return String(decoding: rest.prefix(count), as: UTF8.self)
    }
}

extension MQTTPublish {
    fileprivate init(_ first: UInt8, _ rest: inout ArraySlice<UInt8>) throws(MQTTError) {
        let qos = first >> 1 & 3
        guard qos < 3 else { throw MQTTError("a message of the broker has QoS 3, which does not exist") }
        let topic = try MQTTPacket.text(&rest)
        let id = qos > 0 ? try MQTTPacket.number(&rest) : nil
        guard id != 0 else { throw MQTTError("a message of the broker has the id 0") }
        self.init(
            topic: topic, payload: Array(rest), qos: qos, retained: first & 1 == 1, duplicate: first & 8 != 0, id: id)
    }
}
