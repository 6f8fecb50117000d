import Model
import Testing

@Suite struct CloudEventReaderTests {
    private let reader = CloudEventReader(received: Timestamp(seconds: 1_622_505_600))
    private let minimal = #"{"specversion":"1.0","id":"1","source":"patrold:/feeds/x","type":"t"}"#

    private func structured(_ text: String) throws -> Event {
        try Array(text.utf8).withUnsafeBufferPointer { try reader.structured($0) }
    }

    private func reason(_ text: String) -> String? {
        do {
            _ = try structured(text)
            return nil
        } catch {
            return (error as? CloudEventError)?.reason
        }
    }

    @Test("every attribute arrives, and the payload keeps its very bytes")
    func complete() throws {
        let event = try structured(
            #"{"data":{"a": 1.50,"b":[ ]},"specversion":"1.0","id":"7","source":"s","type":"t","subject":"cam","#
                + #""time":"2021-06-01T08:00:00","datacontenttype":"application/json","zeta":1,"alpha":"x","position":99}"#)
        #expect(event.id == "7" && event.source == "s" && event.type == "t" && event.subject == "cam")
        #expect(event.time == "2021-06-01T08:00:00")
        #expect(String(decoding: event.data, as: UTF8.self) == #"{"a": 1.50,"b":[ ]}"#)
        // Sorted, and without what is ours to give.
        #expect(String(decoding: event.extensions, as: UTF8.self) == #"{"alpha":"x","zeta":1}"#)
        #expect(event.received == reader.received)
    }

    @Test("an event written out reads back as itself")
    func roundTrip() throws {
        var event = Event(
            source: "patrold:/feeds/录音", id: "a/\"b\"", type: "t", subject: "主题", time: "yesterday", received: reader.received,
            data: Array(#"{"k":"值"}"#.utf8), extensions: Array(#"{"region":"150203"}"#.utf8))
        let text = StoredEvent(position: 3, event: event, leaf: []).cloudEvent().text
        #expect(try structured(text) == event)
        event.contentType = "audio/wav"
        event.data = [0, 255, 10]
        let binary = StoredEvent(position: 3, event: event, leaf: []).cloudEvent().text
        #expect(try structured(binary) == event)
    }

    @Test(
        "what is missing or wrong is named",
        arguments: [
            (#"{"id":"1","source":"s","type":"t"}"#, "'specversion' is missing"),
            (#"{"specversion":"0.3","id":"1","source":"s","type":"t"}"#, "specversion '0.3' is not known"),
            (#"{"specversion":"1.0","source":"s","type":"t"}"#, "'id' is missing"),
            (#"{"specversion":"1.0","id":"","source":"s","type":"t"}"#, "'id' is missing"),
            (#"{"specversion":"1.0","id":"1","type":"t"}"#, "'source' is missing"),
            (#"{"specversion":"1.0","id":"1","source":"s"}"#, "'type' is missing"),
            (#"{"specversion":"1.0","id":1,"source":"s","type":"t"}"#, "'id' must be a string"),
            (#"{"specversion":"1.0","id":null,"source":"s","type":"t"}"#, "'id' is missing"),
            (#"{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"%%"}"#, "not base64"),
            (#"{"specversion":"1.0","id":"1","source":"s","type":"t""#, "not JSON: unexpected end"),
            (#"[1]"#, "must be a JSON object"), ("", "must be a JSON object"),
        ])
    func wrong(text: String, part: String) {
        #expect(reason(text)?.contains(part) == true, "\(reason(text) ?? "accepted")")
    }

    @Test("an attribute of more than 1024 bytes is refused")
    func long() {
        let id = String(repeating: "x", count: 1025)
        #expect(reason(#"{"specversion":"1.0","id":"\#(id)","source":"s","type":"t"}"#)?.contains("longer than 1024") == true)
    }

    @Test("cutting an event anywhere is an error and never a crash")
    func truncation() {
        for end in 0..<minimal.utf8.count { #expect(reason(String(minimal.prefix(end))) != nil) }
        #expect(reason(minimal) == nil)
    }

    @Test("a batch keeps its good elements beside a bad one, and a broken batch is refused whole")
    func batch() throws {
        let elements = try Array("[\(minimal),{\"id\":\"2\"},\(minimal)]".utf8).withUnsafeBufferPointer { try reader.batch($0) }
        #expect(elements.map { (try? $0.event.get()) != nil } == [true, false, true])
        #expect(try Array("[]".utf8).withUnsafeBufferPointer { try reader.batch($0) }.isEmpty)
        for text in ["[\(minimal)", minimal, "[\(minimal),]", "[\(minimal)] x"] {
            #expect(throws: CloudEventError.self) { try Array(text.utf8).withUnsafeBufferPointer { try reader.batch($0) } }
        }
    }

    @Test("lines stand for themselves: empty ones are passed over, a bad one does not stop the rest")
    func lines() {
        var body = Array("\(minimal)\r\n\n{bad\n".utf8)
        body += [0xC4, 0xE3, 0x0A]
        body += Array(minimal.utf8)
        let elements = body.withUnsafeBufferPointer { reader.lines($0) }
        #expect(elements.map { (try? $0.event.get()) != nil } == [true, false, false, true])
        if case .failure(let error)? = elements.dropFirst(2).first?.event { #expect(error.reason == "the line is not UTF-8") }
    }

    @Test("binary mode takes attributes from headers and the body as it is")
    func binary() throws {
        let headers = [
            ("specversion", "1.0"), ("id", "1"), ("source", "s"), ("type", "t"), ("region", "150203"), ("position", "9"),
        ]
        .map { (name: $0.0, value: $0.1) }
        let event = try reader.binary(headers: headers, contentType: "image/jpeg", body: [0xFF, 0xD8])
        #expect(event.data == [0xFF, 0xD8] && event.contentType == "image/jpeg")
        #expect(String(decoding: event.extensions, as: UTF8.self) == #"{"region":"150203"}"#)
        #expect(throws: CloudEventError.self) {
            try reader.binary(headers: headers, contentType: "application/json", body: [0xFF, 0xD8])
        }
    }

    @Test("a text payload travels as a JSON string and arrives as the text")
    func textPayload() throws {
        let event = try structured(
            #"{"specversion":"1.0","id":"1","source":"s","type":"t","datacontenttype":"text/plain","data":"占道\n经营"}"#)
        #expect(String(decoding: event.data, as: UTF8.self) == "占道\n经营")
    }
}
