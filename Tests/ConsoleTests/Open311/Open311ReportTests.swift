import Console
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Model
import TestKit
import Testing

@Suite("Open311: POST requests")
struct Open311ReportTests {
    static let report = [
        "service_code": "0102", "lat": "40.6574", "long": "109.8403", "address_string": "钢铁大街 & 民族路",
        "description": "垃圾未清运\n三天", "first_name": "小明", "last_name": "王", "phone": "13800001111",
        "email": "wang@example.cn", "media_url": "https://example.cn/1.jpg",
    ]

    @Test("a report becomes a complaint of the key's channel, accepted when we got it, before the answer")
    func complaint() async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let answer = try await client.report(Self.report)
            #expect(answer.status == .ok)
            #expect(answer.headers[.contentType] == "application/json; charset=utf-8")
            let id = try #require(answer.requestID)
            let list = try #require(answer.json?.array)
            #expect(list.count == 1 && list[0]["account_id"] == .null && list[0]["service_notice"] == "四小时内核实")
            let stored = try #require(try bench.journal.reader.events(after: 0, limit: 1).first)
            let complaint = try #require(stored.event.payload.flatMap { Complaint($0) })
            #expect(stored.event.source == "patrold:/channels/smart-kundulun")
            #expect(stored.event.id == complaint.number && id == "smart-kundulun:" + complaint.number)
            #expect(complaint.channel == "smart-kundulun" && complaint.category == "0102")
            #expect(complaint.accepted == Open311Bench.start && stored.event.received == Open311Bench.start)
            #expect(complaint.text == "垃圾未清运\n三天" && complaint.place == "钢铁大街 & 民族路")
            #expect(complaint.latitude == 40.6574 && complaint.longitude == 109.8403)
            #expect(complaint.reporter == "王小明" && complaint.phone == "13800001111")
            #expect(complaint.email == "wang@example.cn" && complaint.media == "https://example.cn/1.jpg")
        }
    }

    @Test(
        "any one place will do",
        arguments: [["lat": "-90", "long": "+180.0"], ["address_string": "民族路"], ["address_id": "A 1"]])
    func place(fields: [String: String]) async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let answer = try await client.report(fields.merging(["service_code": "0504"]) { $1 })
            #expect(answer.status == .ok)
            let complaint = try #require(try bench.complaints().first)
            #expect(complaint.place == fields["address_string"] ?? fields["address_id"])
            #expect((complaint.latitude == nil) == (fields["lat"] == nil))
        }
    }

    @Test(
        "what is missing or wrong is told in the specification's form and stores nothing",
        arguments: [
            (["service_code": ""], 400, "service_code was not provided"), (["service_code": "9999"], 404, "not found"),
            (["lat": "", "long": "", "address_string": ""], 400, "place"), (["long": ""], 400, "together"),
            (["lat": "90.01"], 400, "latitude"), (["long": "nan"], 400, "longitude"), (["lat": "0x10"], 400, "latitude"),
            (["media_url": "javascript:alert(1)"], 400, "media_url"), (["media_url": "http://a b"], 400, "media_url"),
            (["description": String(repeating: "长", count: 4001)], 400, "4000"),
            (["phone": String(repeating: "1", count: 501)], 400, "phone"),
            (["jurisdiction_id": "elsewhere.example"], 404, "jurisdiction_id"),
        ])
    func refused(change: [String: String], code: Int, word: String) async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let answer = try await client.report(Self.report.merging(change) { $1 })
            #expect(answer.isOpen311Error(code, word), "\(answer.status) \(answer.text)")
            #expect(try bench.journal.reader.lastPosition() == 0)
        }
    }

    @Test("everything that is wrong is told at once, in XML too")
    func allErrors() async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let answer = try await client.report(["lat": "x", "long": "1"], to: "/open311/v2/requests.xml")
            #expect(answer.status == .badRequest && answer.headers[.contentType] == "text/xml; charset=utf-8")
            #expect(
                answer.text.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<errors><error><code>400</code><description>"))
            #expect(answer.text.components(separatedBy: "<error>").count == 3)
        }
    }

    @Test("only a key with the scope open311 reports", arguments: [nil, "wrong", Open311Bench.reader, Open311Bench.writer])
    func keys(key: String?) async throws {
        let bench = try Open311Bench { $0.isPublic = true }
        try await bench.serve { client async throws in
            let answer = try await client.report(Self.report, key: key)
            #expect(answer.isOpen311Error(403))
            #expect(!answer.text.contains(key ?? "13800001111"))
            #expect(try bench.journal.reader.lastPosition() == 0)
        }
    }

    @Test("the key may stand in the query or the Authorization header, and each key has its channel")
    func keyElsewhere() async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let query = try await client.report(
                Self.report, to: "/open311/v2/requests.json?api_key=" + Open311Bench.otherKey, key: nil)
            #expect(query.requestID?.hasPrefix("civil-baotou:") == true)
            let header = try await client.report(
                Self.report, key: nil, headers: [.authorization: "Bearer " + Open311Bench.key])
            #expect(header.requestID?.hasPrefix("smart-kundulun:") == true)
        }
    }

    @Test("JSON is taken like a form; other types, bodies too large and text that is none are refused")
    func bodies() async throws {
        let bench = try Open311Bench()
        try await bench.serve(limit: 2000) { client async throws in
            func send(_ body: String, _ type: String) async throws -> TestResponse {
                try await client.execute(
                    uri: "/open311/v2/requests.json", method: .post, headers: [.contentType: type],
                    body: ByteBuffer(string: body))
            }
            let key = Open311Bench.key
            let good = "{\"api_key\":\"\(key)\",\"service_code\":\"0102\",\"lat\":40.5,\"long\":109.8,\"attribute\":[]}"
            #expect(try await send(good, "application/json; charset=utf-8").status == .ok)
            #expect(try bench.complaints().first?.latitude == 40.5)
            #expect(try await send("[]", "application/json").isOpen311Error(400))
            #expect(try await send("{", "application/json").isOpen311Error(400))
            #expect(try await send("api_key=%FF", "application/x-www-form-urlencoded").isOpen311Error(400))
            #expect(try await send("api_key=%4", "application/x-www-form-urlencoded").isOpen311Error(400))
            let fields = String(repeating: "a=1&", count: 499)
            #expect(try await send(fields, "application/x-www-form-urlencoded").isOpen311Error(403))
            #expect(try await send("x", "multipart/form-data; boundary=b").isOpen311Error(415))
            #expect(try await send(String(repeating: "x", count: 2001), "application/json").isOpen311Error(413))
            #expect(try bench.complaints().count == 1)
        }
    }

    @Test("a journal that is closing asks to come again, and stores nothing")
    func stopping() async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            bench.journal.close()
            let answer = try await client.report(Self.report)
            #expect(answer.isOpen311Error(503) && answer.headers[.retryAfter] == "2")
        }
    }
}

@Suite("Open311: Idempotency-Key")
struct Open311RepeatTests {
    private static let report = Open311ReportTests.report

    private func headers(_ key: String) throws -> HTTPFields {
        [try #require(HTTPField.Name("Idempotency-Key")): key]
    }

    @Test("the same key gives the same id and one complaint, whatever time passes between")
    func same() async throws {
        let bench = try Open311Bench()
        let headers = try headers("8e03978e-40d5-43e8-bc93-6894a57f9324")
        try await bench.serve { client async throws in
            let first = try await client.report(Self.report, headers: headers)
            bench.clock.advance(.hours(26))
            let again = try await client.report(Self.report, headers: headers)
            #expect(first.status == .ok && again.status == .ok)
            #expect(first.requestID != nil && first.requestID == again.requestID)
            #expect(try bench.complaints().count == 1)
        }
    }

    @Test("the same key with another report is refused, and so is none that could be a key")
    func other() async throws {
        let bench = try Open311Bench()
        let (headers, empty) = (try headers("k1"), try headers("a b"))
        try await bench.serve { client async throws in
            _ = try await client.report(Self.report, headers: headers)
            for change in [["description": "另一件"], ["service_code": "0504"], ["lat": "40.1"], ["address_string": "别处"]] {
                let answer = try await client.report(Self.report.merging(change) { $1 }, headers: headers)
                #expect(answer.isOpen311Error(422, "Idempotency-Key"), "\(change) \(answer.text)")
            }
            #expect(try await client.report(Self.report, headers: empty).isOpen311Error(400))
            #expect(try bench.complaints().count == 1)
        }
    }

    @Test("two clients with the same key do not meet, and without a key each report is a new one")
    func apart() async throws {
        let bench = try Open311Bench()
        let headers = try headers("k1")
        try await bench.serve { client async throws in
            let one = try await client.report(Self.report, headers: headers)
            let two = try await client.report(Self.report, key: Open311Bench.otherKey, headers: headers)
            let three = try await client.report(Self.report)
            let four = try await client.report(Self.report)
            let numbers = Set([one, two, three, four].compactMap { $0.requestID?.split(separator: ":").last.map(String.init) })
            #expect(numbers.count == 4)
            #expect(try bench.complaints().count == 4)
        }
    }

    @Test("eight at once with one key: one complaint, one id")
    func race() async throws {
        let bench = try Open311Bench()
        let headers = try headers("race")
        try await bench.serve { client async throws in
            let port = try #require(client.port)
            let names = try await withThrowingTaskGroup(of: String?.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        let printed = try await curl([
                            "--header", "Idempotency-Key: race", "--data",
                            "api_key=\(Open311Bench.key)&service_code=0102&address_string=x",
                            "http://127.0.0.1:\(port)/open311/v2/requests.json",
                        ])
                        return (try? JSON(parsing: printed))?.array?.first?["service_request_id"]?.string
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(names.count == 8 && Set(names).count == 1 && names[0] != nil)
            #expect(try bench.complaints().count == 1)
            _ = headers
        }
    }
}
