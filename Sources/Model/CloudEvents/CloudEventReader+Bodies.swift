extension CloudEventReader {
    /// One element of a body: where it stands, and what it is.
    package typealias Element = (bytes: Range<Int>, event: Result<Event, CloudEventError>)

    /// Reads a structured body (`application/cloudevents+json`).
    package func structured(_ body: UnsafeBufferPointer<UInt8>) throws(CloudEventError) -> Event {
        try requireUTF8(body)
        return try event(in: body, 0..<body.count)
    }

    /// Reads a batch body (`application/cloudevents-batch+json`).
    ///
    /// - Throws: where the body as a whole is no JSON array; a bad element is a failure of its own.
    package func batch(_ body: UnsafeBufferPointer<UInt8>) throws(CloudEventError) -> [Element] {
        try requireUTF8(body)
        do {
            var scanner = JSONScanner(body)
            guard scanner.peek() == UInt8(ascii: "[") else { throw CloudEventError("a batch must be a JSON array") }
            scanner.index += 1
            var elements: [Element] = []
            if scanner.peek() == UInt8(ascii: "]") {
                scanner.index += 1
            } else {
                repeat {
                    elements.append(element(body, try scanner.skipValue()))
                } while try scanner.anotherFollows(closing: UInt8(ascii: "]"))
            }
            try scanner.expectEnd()
            return elements
        } catch let error as JSONError {
            throw CloudEventError("the batch is not JSON: \(error.description)")
        } catch let error as CloudEventError {
            throw error
        } catch {
            throw CloudEventError("the batch is not readable")
        }
    }

    /// Reads one event a line (`application/x-ndjson`); empty lines are passed over.
    ///
    /// A line that is not UTF-8 or no event is a failure of its own and the other lines are read.
    package func lines(_ body: UnsafeBufferPointer<UInt8>) -> [Element] {
        let valid = isValidUTF8(body)
        var elements: [Element] = []
        var start = 0
        while start < body.count {
            let end = body[start...].firstIndex(of: 0x0A) ?? body.count
            var last = end
            while last > start, body[last - 1] == 0x0D || body[last - 1] == 0x20 { last -= 1 }
            if last > start {
                let line = start..<last
                if valid || isValidUTF8(UnsafeBufferPointer(rebasing: body[line])) {
                    elements.append(element(body, line))
                } else {
                    elements.append((line, .failure(CloudEventError("the line is not UTF-8"))))
                }
            }
            start = end + 1
        }
        return elements
    }

    /// Reads a binary-mode event: the attributes are headers, the body is the payload.
    ///
    /// - Parameter headers: name (lower case, without `ce-`) and value, percent-decoded.
    package func binary(
        headers: [(name: String, value: String)], contentType: String?, body: [UInt8]
    ) throws(CloudEventError) -> Event {
        var draft = Draft()
        draft.mayHoldNUL = true
        draft.contentType = contentType
        draft.data = body
        for (name, value) in headers {
            switch name {
            case "specversion": draft.specversion = value
            case "id": draft.id = value
            case "source": draft.source = value
            case "type": draft.type = value
            case "subject": draft.subject = value
            case "time": draft.time = value
            case "position", "receivedtime": break
            default: draft.extensions.append(JSON.Member(name, .string(value)))
            }
        }
        if contentType.map(isJSON) ?? true, !body.isEmpty {
            do {
                _ = try JSON(parsing: body)
            } catch {
                throw CloudEventError("the payload is not JSON: \(error.description)")
            }
        }
        return try draft.finish(received: received)
    }

    private func element(_ body: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Element {
        do {
            return (range, .success(try event(in: body, range)))
        } catch {
            return (range, .failure(error))
        }
    }

    private func requireUTF8(_ body: UnsafeBufferPointer<UInt8>) throws(CloudEventError) {
        guard isValidUTF8(body) else { throw CloudEventError("the body is not UTF-8") }
    }
}
