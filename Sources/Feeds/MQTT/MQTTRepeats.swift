/// Recognises a message that the broker sends again because our acknowledgement did not reach it.
///
/// Only within one session that the broker kept: there the same id with the same content and the DUP flag is the same
/// message (MQTT 3.1.1 section 4.4).
struct MQTTRepeats: Sendable {
    /// No broker has more messages under way with one client; older ids may come to mean other messages.
    private static let limit = 1024
    private var marks: [UInt16: Int] = [:]
    /// Their ids, the oldest first.
    private var order: [UInt16] = []

    /// Remembers a message and tells whether it was taken before.
    mutating func take(_ publish: MQTTPublish, _ id: UInt16) -> Bool {
        var hasher = Hasher()
        hasher.combine(publish.topic)
        hasher.combine(publish.payload)
        let mark = hasher.finalize()
        let last = marks.updateValue(mark, forKey: id)
        if last == nil { order.append(id) }
        if order.count >= Self.limit * 2 {
            for old in order.prefix(Self.limit) { marks[old] = nil }
            order.removeFirst(Self.limit)
        }
        return publish.duplicate && last == mark
    }
}
