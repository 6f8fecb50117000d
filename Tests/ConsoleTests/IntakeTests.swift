import Console
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Model
import Testing

@Suite("POST /v1/events")
struct IntakeTests {
    let bench: ConsoleBench

    init() throws {
        bench = try ConsoleBench()
    }

    @Test("a structured event is answered when it is stored")
    func structured() async throws {
        try await bench.serve { client async throws in
            let answer = try await client.sendStructured(ConsoleBench.event("1", data: ["地点": "钢铁大街"]))
            #expect(answer.status == .ok)
            #expect(answer.json == ["accepted": 1, "duplicate": 0, "quarantined": [], "position": 1])
            let stored = try #require(try bench.journal.reader.event(at: 1)).event
            #expect(stored.source == "urn:district:1")
            #expect(stored.received == bench.clock.now())
            #expect(stored.payload == ["地点": "钢铁大街"])
        }
    }

    @Test("a repeat is counted, not stored")
    func duplicate() async throws {
        try await bench.serve { client async throws in
            _ = try await client.sendStructured(ConsoleBench.event("1"))
            let again = try await client.sendStructured(ConsoleBench.event("1"))
            #expect(again.json == ["accepted": 0, "duplicate": 1, "quarantined": [], "position": 1])
        }
    }

    @Test("a binary-mode event: attributes in ce- headers, percent-encoded, the body as it is")
    func binary() async throws {
        try await bench.serve { client async throws in
            var headers: HTTPFields = [:]
            let attributes = [
                "specversion": "1.0", "id": "%E5%8F%B7%201%25", "source": "urn:district:1", "type": "org.example.picture",
                "subject": "%E6%98%86", "time": "2021-06-01T08:00:00+08:00", "region": "150203",
            ]
            for (name, value) in attributes { headers[try #require(HTTPField.Name("ce-" + name))] = value }
            let answer = try await client.send([0xFF, 0xD8, 0x00], "image/jpeg", headers: headers)
            #expect(answer.json?["accepted"] == 1)
            let stored = try #require(try bench.journal.reader.event(at: 1)).event
            #expect(stored.id == "号 1%")
            #expect(stored.subject == "昆")
            #expect(stored.time == "2021-06-01T08:00:00+08:00")
            #expect(stored.contentType == "image/jpeg")
            #expect(stored.data == [0xFF, 0xD8, 0x00])
            #expect(String(decoding: stored.extensions, as: UTF8.self) == #"{"region":"150203"}"#)
        }
    }

    @Test("a batch: good elements are taken, a bad one is kept with index and reason")
    func batch() async throws {
        try await bench.serve { client async throws in
            let bad: JSON = ["specversion": "1.0", "id": "2", "source": "urn:district:1"]
            let batch: JSON = .array([ConsoleBench.event("1"), bad, ConsoleBench.event("3"), ConsoleBench.event("1")])
            let answer = try await client.send(batch.bytes, "application/cloudevents-batch+json; charset=utf-8")
            #expect(answer.status == .ok)
            #expect(answer.json?["accepted"] == 2)
            #expect(answer.json?["duplicate"] == 1)
            let kept = try #require(answer.json?["quarantined"]?.array?.first)
            #expect(kept["index"] == 1)
            #expect(kept["reason"]?.string?.contains("type") == true)
            let row = try #require(try bench.journal.reader.quarantined(Int64(kept["quarantine"]?.int ?? 0)))
            #expect(row.unreadable.bytes == bad.bytes)
            #expect(row.unreadable.source == "patrold:/sources/district")
            #expect(row.unreadable.adapter == "cloudevents")
        }
    }

    @Test("one event a line, with a broken line among them", arguments: ["application/x-ndjson", "application/jsonl"])
    func lines(type: String) async throws {
        try await bench.serve { client async throws in
            let body = ConsoleBench.event("1").bytes + Array("\n\n{broken\r\n".utf8) + ConsoleBench.event("2").bytes
            let answer = try await client.send(body, type)
            #expect(answer.json?["accepted"] == 2)
            let kept = answer.json?["quarantined"]?.array?.map { $0["index"]?.int }
            #expect(kept == [1])
            #expect(try bench.journal.reader.quarantined(1)?.unreadable.bytes == Array("{broken".utf8))
        }
    }

    @Test(
        "a body that cannot be read as a whole is refused with 400 and kept",
        arguments: [
            ("application/cloudevents+json", "{\"specversion\":\"1.0\""), ("application/cloudevents+json", ""),
            ("application/cloudevents+json", "[]"), ("application/cloudevents-batch+json", "{}"),
            ("application/cloudevents-batch+json", "[{},"), ("application/cloudevents+json", "{\"specversion\":\"0.3\"}"),
        ])
    func unreadable(type: String, body: String) async throws {
        try await bench.serve { client async throws in
            let answer = try await client.send(Array(body.utf8), type)
            #expect(answer.isProblem(.badRequest, "unreadable"))
            let number = try #require(answer.json?["quarantine"]?.int)
            let row = try #require(try bench.journal.reader.quarantined(Int64(number)))
            #expect(row.unreadable.bytes == Array(body.utf8))
            #expect(row.unreadable.contentType == type)
            #expect(answer.json?["detail"]?.string == row.unreadable.reason)
        }
    }

    @Test("an unknown content type is refused with 415 and kept", arguments: ["text/plain", "application/json", nil])
    func unknownType(type: String?) async throws {
        try await bench.serve { client async throws in
            let answer = try await client.send(ConsoleBench.event("1").bytes, type)
            #expect(answer.isProblem(.unsupportedMediaType, "unsupported-media-type"))
            #expect(answer.json?["quarantine"] == 1)
            #expect(try bench.journal.reader.quarantined(1)?.unreadable.bytes == ConsoleBench.event("1").bytes)
        }
    }

    @Test("an empty batch is answered")
    func emptyBatch() async throws {
        try await bench.serve { client async throws in
            let answer = try await client.send(Array("[]".utf8), "application/cloudevents-batch+json")
            #expect(answer.json == ["accepted": 0, "duplicate": 0, "quarantined": [], "position": 0])
        }
    }

    @Test("what a sender claims as position or receive time is not kept")
    func claims() async throws {
        try await bench.serve { client async throws in
            guard case .object(var members) = ConsoleBench.event("1") else { return }
            members += [JSON.Member("position", 99), JSON.Member("receivedtime", "1999-01-01T00:00:00Z")]
            _ = try await client.sendStructured(.object(members))
            let stored = try #require(try bench.journal.reader.event(at: 1)).event
            #expect(stored.received == bench.clock.now())
            #expect(stored.extensions.isEmpty)
        }
    }
}
