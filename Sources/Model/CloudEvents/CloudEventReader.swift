import FoundationEssentials

/// Reads CloudEvents 1.0 from JSON in one pass, without building a tree (CloudEvents JSON format 1.0.2).
package struct CloudEventReader: Sendable {
    /// Stamped on every event read.
    package let received: Timestamp

    package init(received: Timestamp) {
        self.received = received
    }

    /// Reads one structured-mode event from `buffer[range]`; the bytes must be valid UTF-8.
    ///
    /// - Throws: `CloudEventError` naming the attribute that is missing or wrong.
    package func event(
        in buffer: UnsafeBufferPointer<UInt8>, _ range: Range<Int>
    ) throws(CloudEventError) -> Event {
        do {
            return try read(buffer, range)
        } catch let error as JSONError {
            throw CloudEventError("the event is not JSON: \(error.description)")
        } catch let error as CloudEventError {
            throw error
        } catch {
            throw CloudEventError("the event is not readable")
        }
    }

    private func read(_ buffer: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) throws -> Event {
        var scanner = JSONScanner(buffer, range: range)
        guard scanner.peek() == UInt8(ascii: "{") else { throw CloudEventError("an event must be a JSON object") }
        scanner.index += 1
        var draft = Draft()
        if scanner.peek() == UInt8(ascii: "}") {
            scanner.index += 1
        } else {
            repeat {
                let key = try scanner.skipString()
                try scanner.expect(UInt8(ascii: ":"))
                try readMember(key.range, of: &scanner, into: &draft)
            } while try scanner.anotherFollows(closing: UInt8(ascii: "}"))
        }
        try scanner.expectEnd()
        return try draft.finish(received: received)
    }

    private func readMember(_ key: Range<Int>, of scanner: inout JSONScanner, into draft: inout Draft) throws {
        let name = UnsafeBufferPointer(rebasing: scanner.bytes[key])
        if name.equals("data") {
            let value = try scanner.skipValue()
            draft.data = Array(scanner.bytes[value])
        } else if name.equals("specversion") {
            draft.specversion = try attribute("specversion", &scanner, &draft)
        } else if name.equals("id") {
            draft.id = try attribute("id", &scanner, &draft)
        } else if name.equals("source") {
            draft.source = try attribute("source", &scanner, &draft)
        } else if name.equals("type") {
            draft.type = try attribute("type", &scanner, &draft)
        } else if name.equals("subject") {
            draft.subject = try attribute("subject", &scanner, &draft)
        } else if name.equals("time") {
            draft.time = try attribute("time", &scanner, &draft)
        } else if name.equals("datacontenttype") {
            draft.contentType = try attribute("datacontenttype", &scanner, &draft)
        } else if name.equals("data_base64") {
            draft.base64 = try attribute("data_base64", &scanner, &draft)
        } else if name.equals("position") || name.equals("receivedtime") {
            // Ours to give: what a sender claims here is not kept.
            try scanner.skipValue()
        } else {
            let text = String(decoding: name, as: UTF8.self)
            let value = try scanner.skipValue()
            let json = try JSON(parsing: Array(scanner.bytes[value]))
            draft.extensions.append(JSON.Member(text, json))
        }
    }

    private func attribute(_ name: String, _ scanner: inout JSONScanner, _ draft: inout Draft) throws -> String? {
        switch scanner.peek() {
        case UInt8(ascii: "\""):
            let found = try scanner.skipString()
            if found.escaped { draft.mayHoldNUL = true }
            return scanner.text(found)
        case UInt8(ascii: "n"):
            try scanner.skipValue()
            return nil
        default: throw CloudEventError("attribute '\(name)' must be a string")
        }
    }
}

/// What of an event has been read so far.
struct Draft {
    var specversion: String?
    var id: String?
    var source: String?
    var type: String?
    var subject: String?
    var time: String?
    var contentType: String?
    var data: [UInt8]?
    var base64: String?
    var extensions: [JSON.Member] = []
    /// Whether an attribute came by a way on which NUL can travel: an escape, or a header's percent code.
    var mayHoldNUL = false

    func finish(received: Timestamp) throws(CloudEventError) -> Event {
        guard let specversion else { throw CloudEventError("attribute 'specversion' is missing; send \"1.0\"") }
        guard specversion == "1.0" else {
            throw CloudEventError("specversion '\(specversion.prefix(16))' is not known; send \"1.0\"")
        }
        var event = Event(
            source: try required(source, "source"), id: try required(id, "id"), type: try required(type, "type"),
            subject: subject, time: time, received: received, contentType: contentType ?? "application/json",
            data: try payload())
        if !extensions.isEmpty {
            event.extensions = JSON.object(extensions.sorted { $0.key < $1.key }).bytes
        }
        return event
    }

    private func required(_ value: String?, _ name: String) throws(CloudEventError) -> String {
        guard let value, !value.isEmpty else { throw CloudEventError("attribute '\(name)' is missing or empty") }
        guard value.utf8.count <= 1024 else { throw CloudEventError("attribute '\(name)' is longer than 1024 bytes") }
        guard !mayHoldNUL || !value.utf8.contains(0) else { throw CloudEventError("attribute '\(name)' holds a NUL character") }
        return value
    }

    private func payload() throws(CloudEventError) -> [UInt8] {
        if let base64 {
            guard let bytes = Data(base64Encoded: base64) else { throw CloudEventError("'data_base64' is not base64") }
            return [UInt8](bytes)
        }
        guard let data else { return [] }
        // A payload that is not JSON travels as a JSON string (JSON format 1.0.2, section 3.1.1).
        if let contentType, !isJSON(contentType), data.first == UInt8(ascii: "\""),
            let text = (try? JSON(parsing: data))?.string
        {
            return Array(text.utf8)
        }
        return data
    }
}

/// Whether a media type says JSON: `application/json`, `text/json`, anything `+json`.
package func isJSON(_ mediaType: String) -> Bool {
    let bare = mediaType.prefix { $0 != ";" }.lowercased()
    return bare == "application/json" || bare == "text/json" || bare.hasSuffix("+json")
}

extension UnsafeBufferPointer<UInt8> {
    @inline(__always)
    fileprivate func equals(_ word: StaticString) -> Bool {
        guard count == word.utf8CodeUnitCount else { return false }
        for index in 0..<count where self[index] != word.utf8Start[index] { return false }
        return true
    }
}
