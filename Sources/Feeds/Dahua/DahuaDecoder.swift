import Model

/// Why bytes state no event that we understand, as one sentence.
package struct DahuaDecodingError: Error, Hashable, Sendable {
    package let reason: String
}

/// Reads the text of one event.
package enum DahuaDecoder {
    private static let dataMark = Array(";data=".utf8)
    /// No device says more than this before `;data=`.
    static let headLimit = 1024

    /// Reads `Code=…;action=…;index=…;data=…`; members may stand in any order and be missing, `data` comes last.
    ///
    /// Only the first `;data=` divides: what follows holds semicolons and equals signs of its own. Bytes that are not
    /// UTF-8 are taken for GB18030.
    /// - Throws: `DahuaDecodingError`; the bytes belong into quarantine then.
    package static func decode(_ bytes: [UInt8]) throws(DahuaDecodingError) -> DahuaEvent {
        let text = isValidUTF8(bytes) ? bytes : XMLRepair.utf8(bytes)
        let mark = firstMark(text)
        var event = try head(text[..<(mark ?? text.count)])
        guard let mark else { return event }
        let data = trimmed(text[(mark + dataMark.count)...])
        guard !data.isEmpty else { return event }
        do {
            event.data = try JSON(parsing: Array(data))
            // A bare word such as `5` is JSON by chance.
            guard event.data?.plainText != nil else { return event }
            event.data = nil
        } catch {}
        event.text = String(decoding: data.prefix(4096), as: UTF8.self)
        return event
    }

    private static func head(_ bytes: ArraySlice<UInt8>) throws(DahuaDecodingError) -> DahuaEvent {
        guard bytes.count <= headLimit else {
            throw DahuaDecodingError(reason: "the event's head is longer than \(headLimit) bytes")
        }
        var event = DahuaEvent(code: "", action: .pulse)
        for member in String(decoding: bytes, as: UTF8.self).split(separator: ";") {
            guard let equals = member.firstIndex(of: "=") else { continue }
            let value = member[member.index(after: equals)...].filter { !$0.isWhitespace }
            switch member[..<equals].filter({ !$0.isWhitespace }).lowercased() {
            case "code": event.code = value
            case "action": event.action = action(value)
            case "index": event.index = Int(value).flatMap { (0..<100_000).contains($0) ? $0 : nil }
            default: break
            }
        }
        guard !event.code.isEmpty else { throw DahuaDecodingError(reason: "the event names no Code") }
        return event
    }

    private static func action(_ word: String) -> DahuaEvent.Action {
        switch word.lowercased() {
        case "start": .start
        case "stop": .stop
        default: .pulse
        }
    }

    private static func firstMark(_ bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBufferPointer { $0.offset(of: dataMark, from: 0) }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes.drop { $0.isBlank }
        while let last = rest.last, last.isBlank { rest = rest.dropLast() }
        return rest
    }
}

extension DahuaDecoder {
    /// Reads bytes again that were quarantined: one event, or a piece of the stream with its delimiters.
    ///
    /// Nothing is folded: a `Start` is a start, a `Stop` a stop, with the ids that the stream gives them.
    package static func replay(
        _ bytes: [UInt8], contentType: String, source: String, device: String, classes: [String: AlarmClass],
        received: Timestamp, zone: Zone = .shanghai
    ) -> [Arrival] {
        let events = AlarmEvents(source: source, device: device, adapter: "dahua", classes: classes)
        var reader = DahuaReader(contentType: contentType)
        var arrivals: [Arrival] = []
        func take(_ block: DahuaBlock) {
            switch block {
            case .heartbeat: break
            case .unreadable(let reason, let bytes):
                arrivals.append(events.unreadable(bytes, contentType, reason, received: received))
            case .event(let bytes):
                do throws(DahuaDecodingError) {
                    let event = try decode(bytes)
                    arrivals += events.unfolded([events.sighting(of: event, zone: zone, received: received)])
                } catch {
                    arrivals.append(events.unreadable(bytes, contentType, error.reason, received: received))
                }
            }
        }
        reader.read(bytes, take)
        reader.finish(take)
        return arrivals
    }
}
