import Console
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Model
import TestKit
import Testing

@Suite("Open311: what is read")
struct Open311ReadTests {
    @Test("services, definitions and discovery, in both formats")
    func services() async throws {
        let bench = try Open311Bench { $0.changed = Open311Bench.start }
        try await bench.serve { client async throws in
            let list = try #require(try await client.ask("services.json").json?.array)
            #expect(list.count == 3)
            #expect(
                list[0] == [
                    "service_code": "0102", "service_name": "暴露垃圾", "description": "市容环境：暴露垃圾", "metadata": false,
                    "type": "realtime", "keywords": "垃圾, 废弃物", "group": "市容环境",
                ])
            #expect(
                try await client.ask("services/0102.json").json == ["service_code": "0102", "attributes": []])
            #expect(try await client.ask("services/9.json").isOpen311Error(404, "service_code"))
            let discovery = try #require(try await client.ask("discovery.json").json)
            #expect(discovery["changeset"]?.string == Open311Bench.start.text() && discovery["contact"] == "热线 12345")
            let endpoint = try #require(discovery["endpoints"]?.array?.first)
            #expect(endpoint["url"]?.string?.hasSuffix("/open311/v2") == true)
            #expect(endpoint["formats"] == ["text/xml", "application/json"])
            #expect(try await client.ask("discovery.xml").text.contains("<endpoints><endpoint><specification>http"))
            #expect(try await client.ask("nothing.json").isOpen311Error(404))
            #expect(try await client.ask("services.json?jurisdiction_id=x").isOpen311Error(404, "jurisdiction_id"))
            #expect(try await client.ask("services.json?jurisdiction_id=kundulun.example").status == .ok)
        }
    }

    @Test("without an ending Accept decides, and XML is the answer to anybody else")
    func formats() async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let json = try await client.ask("services", headers: [.accept: "application/json"])
            #expect(json.json?.array?.count == 3)
            for accept in ["text/xml", "*/*"] {
                let xml = try await client.ask("services", headers: [.accept: accept])
                #expect(xml.headers[.contentType] == "text/xml; charset=utf-8" && xml.text.contains("<services><service>"))
            }
            let ending = try await client.ask("services.xml", headers: [.accept: "application/json"])
            #expect(ending.text.hasPrefix("<?xml"))
        }
    }

    @Test("a report can be read at once, by its id, by its token and in the list, with stage and channel beside")
    func readBack() async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let id = try #require(try await client.report(Open311ReportTests.report).requestID)
            let one = try #require(try await client.ask("requests/\(id).json").json?.array?.first)
            #expect(one["service_request_id"]?.string == id && one["status"] == "open")
            #expect(one["service_code"] == "0102" && one["service_name"] == "暴露垃圾")
            #expect(one["description"] == "垃圾未清运\n三天" && one["address"] == "钢铁大街 & 民族路")
            #expect(one["lat"] == .number("40.6574") && one["long"] == .number("109.8403"))
            #expect(one["requested_datetime"]?.string == Open311Bench.start.text())
            #expect(one["agency_responsible"] == "昆都仑区城市管理综合执法局" && one["media_url"] == "https://example.cn/1.jpg")
            #expect(one["extended_attributes"]?["channel"] == "smart-kundulun")
            let token = try await client.ask("tokens/\(id).json").json?.array
            #expect(token == [["service_request_id": .string(id), "token": .string(id)]])
            let list = try await client.ask("requests.json").json?.array
            #expect(list?.count == 1)
            let encoded = try await client.ask("requests/" + id.replacing(":", with: "%3A") + ".json")
            #expect(encoded.json?.array?.count == 1)
        }
    }

    @Test("the incident's stage, its limit and the closing are told")
    func stages() async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let id = try #require(try await client.report(Open311ReportTests.report).requestID)
            let staged = await eventually {
                let one = try? await client.ask("requests/\(id).json").json?.array?.first
                return one?["extended_attributes"]?["stage"] == "reported"
                    && one?["expected_datetime"]?.string == (Open311Bench.start + .hours(4)).text()
                    && one?["status_notes"] == "待核实"
            }
            #expect(staged)
            let number = try #require(bench.complaints().first?.number)
            let closed = Open311Bench.start + .hours(2)
            try await bench.close(channel: "smart-kundulun", number: number, at: closed)
            let one = try #require(try await client.ask("requests/\(id).json").json?.array?.first)
            #expect(one["status"] == "closed" && one["updated_datetime"]?.string == closed.text())
            #expect(one["expected_datetime"] == .null && one["status_notes"] == "已结案")
            #expect(try await client.ask("requests.json?status=open").json?.array?.isEmpty == true)
            #expect(try await client.ask("requests.json?status=closed").json?.array?.count == 1)
            #expect(try await client.ask("requests.json?status=open,closed").json?.array?.count == 1)
            #expect(try await client.ask("requests.json?status=done").isOpen311Error(400, "status"))
        }
    }

    @Test("what the channel tells anew is told, still without the reporter's name")
    func updated() async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let id = try #require(try await client.report(Open311ReportTests.report).requestID)
            let number = try #require(bench.complaints().first?.number)
            let data: JSON = [
                "channel": "smart-kundulun", "number": .string(number), "text": "王小明补充：已堵路", "place": "民族路东口",
                "category": "0504",
            ]
            _ = try await bench.journal.append([
                .event(
                    Event(
                        source: "patrold:/channels/smart-kundulun", id: number + "/2", type: EventType.complaintUpdated,
                        received: bench.clock.now(), data: data.bytes))
            ])
            let one = try #require(try await client.ask("requests/\(id).json").json?.array?.first)
            #expect(one["description"] == "***补充：已堵路" && one["address"] == "民族路东口")
            #expect(one["service_name"] == "店外经营" && one["lat"] == .number("40.6574"))
        }
    }

    @Test("what is not accepted is closed, with the stage that says why")
    func rejected() async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let id = try #require(try await client.report(Open311ReportTests.report).requestID)
            #expect(await eventually { (try? bench.ledger.reader.incidents(.init()).count) == 1 })
            let incident = try #require(try bench.ledger.reader.incidents(.init()).first)
            let move = IncidentEvent(incident: incident.id, action: .reject, by: "li", reason: "不属于本局")
            _ = try await bench.journal.append([
                .event(
                    Event(
                        source: "patrold:/operators/li", id: "1", type: EventType.incident("reject"), subject: incident.id,
                        received: bench.clock.now(), data: move.json.bytes))
            ])
            let one = try #require(try await client.ask("requests/\(id).json").json?.array?.first)
            #expect(one["status"] == "closed" && one["status_notes"] == "不予受理")
            #expect(one["extended_attributes"]?["stage"] == "rejected")
            #expect(try await client.ask("requests.json?status=open").json?.array?.isEmpty == true)
            #expect(try await client.ask("requests.json?status=closed").json?.array?.count == 1)
        }
    }

    @Test("a key sees its own channel, a token that reads sees all, nobody else sees anything")
    func visibility() async throws {
        let bench = try Open311Bench()
        try await bench.receive(Complaint(channel: "petition", number: "信/1,a.json", accepted: Open311Bench.start, text: "访"))
        try await bench.serve { client async throws in
            let id = try #require(try await client.report(Open311ReportTests.report).requestID)
            func ids(_ key: String?) async throws -> [String] {
                try await client.ask("requests.json", key: key).json?.array?.compactMap { $0["service_request_id"]?.string } ?? []
            }
            #expect(try await ids(Open311Bench.key) == [id])
            #expect(try await ids(Open311Bench.otherKey).isEmpty)
            let all = try await ids(Open311Bench.reader)
            #expect(all.count == 2)
            let petition = try #require(all.first { $0.hasPrefix("petition:") })
            #expect(petition.allSatisfy { $0.isASCII && !",/.".contains($0) })
            let one = try await client.ask("requests/\(petition).json", key: Open311Bench.reader)
            #expect(one.json?.array?.first?["extended_attributes"]?["number"] == "信/1,a.json")
            let both = try await client.ask("requests.json?service_request_id=\(petition),\(id),x", key: Open311Bench.reader)
            #expect(both.json?.array?.compactMap { $0["service_request_id"]?.string } == [petition, id])
            for key in [Open311Bench.key, Open311Bench.otherKey] {
                #expect(try await client.ask("requests/\(petition).json", key: key).isOpen311Error(404))
                #expect(try await client.ask("tokens/\(petition).json", key: key).isOpen311Error(404))
                #expect(try await ids(key + "x").isEmpty)
            }
        }
    }

    @Test("every route is refused without a key, with a wrong one and with one for something else")
    func deny() async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let paths = ["discovery", "services", "services/0102", "requests", "requests/a:b", "tokens/a:b", "other", "a/b/c"]
            for path in paths {
                for key in [nil, "wrong", Open311Bench.writer] {
                    let answer = try await client.ask(path + ".json", key: key)
                    #expect(answer.status == .forbidden || path == "a/b/c" && answer.status == .notFound, "\(path)")
                    #expect(!answer.text.contains("暴露垃圾"))
                }
                let post = try await client.report([:], to: "/open311/v2/" + path + ".json", key: nil)
                #expect(post.status == .forbidden || path == "a/b/c" && post.status == .notFound, "\(path)")
            }
        }
    }

    @Test("a public site shows without a key what came in through Open311, and only that")
    func publicSite() async throws {
        let bench = try Open311Bench { $0.isPublic = true }
        try await bench.receive(Complaint(channel: "petition", number: "1", accepted: Open311Bench.start, text: "访"))
        try await bench.serve { client async throws in
            let id = try #require(try await client.report(Open311ReportTests.report).requestID)
            let list = try await client.ask("requests.json", key: nil).json?.array
            #expect(list?.compactMap { $0["service_request_id"]?.string } == [id])
            #expect(try await client.ask("requests/petition:1.json", key: nil).isOpen311Error(404))
            #expect(try await client.ask("services.json", key: nil).status == .ok)
            #expect(try await client.ask("services.json", key: "wrong").isOpen311Error(403))
        }
    }

    @Test("the operators' socket reads all and reports nothing")
    func local() async throws {
        let bench = try Open311Bench()
        try await bench.receive(Complaint(channel: "petition", number: "1", accepted: Open311Bench.start, text: "访"))
        try await bench.serve(.local) { client async throws in
            #expect(try await client.ask("requests.json", key: nil).json?.array?.count == 1)
            #expect(try await client.report(Open311ReportTests.report, key: nil).isOpen311Error(403))
        }
    }

    @Test("without a site there is no Open311")
    func absent() async throws {
        let bench = try ConsoleBench()
        try await bench.serve { client async throws in
            #expect(try await client.get("/open311/v2/services.json").status == .notFound)
        }
    }
}

@Suite("Open311: which requests are listed")
struct Open311SearchTests {
    private let start = Open311Bench.start

    private func ids(_ answer: TestResponse) -> [String] {
        (answer.json?.array ?? []).compactMap { $0["extended_attributes"]?["number"]?.string }
    }

    @Test("the last 90 days, both ends included, newest first; categories choose")
    func stretch() async throws {
        let bench = try Open311Bench()
        let days: [Int64] = [0, 1, 45, 90, 91, 200]
        for day in days {
            var complaint = Complaint(channel: "media", number: "d\(day)", accepted: start - .days(day), text: "")
            complaint.category = day % 2 == 0 ? "0102" : "0504"
            try await bench.receive(complaint)
        }
        let day = { (back: Int64) in Day(start - .days(back), in: .shanghai).description }
        let from = { (back: Int64) in (start - .days(back)).text(in: .utc) }
        let cases: [(String, [String])] = [
            ("", ["d0", "d1", "d45", "d90"]), ("?service_code=0504", ["d1", "d45"]),
            ("?service_code=0504,0102&status=", ["d0", "d1", "d45", "d90"]),
            ("?service_code=0777", []), ("?start_date=\(from(91))&end_date=\(from(1))", ["d1", "d45", "d90", "d91"]),
            ("?end_date=\(from(91))", ["d91"]), ("?start_date=\(from(200))", ["d200"]),
            ("?start_date=\((start - .days(1)).text())", ["d0", "d1"]), ("?start_date=\(day(45))&end_date=\(day(45))", ["d45"]),
            ("?service_request_id=media:d200,media:d0&start_date=nonsense", ["d200", "d0"]),
        ]
        try await bench.serve { client async throws in
            for (query, expected) in cases {
                let answer = try await client.ask("requests.json" + query, key: Open311Bench.reader)
                #expect(ids(answer) == expected, "\(query) \(answer.text.prefix(200))")
            }
        }
    }

    @Test(
        "a stretch that is too long, runs backwards or is no date is refused",
        arguments: [
            "start_date=2021-01-01T00:00:00Z&end_date=2021-04-01T00:00:01Z",
            "start_date=2021-02-01T00:00:00Z&end_date=2021-01-01T00:00:00Z",
            "start_date=yesterday", "end_date=2021-01-01T00:00:00", "start_date=2021-02-30",
        ])
    func refused(query: String) async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            #expect(try await client.ask("requests.json?" + query).isOpen311Error(400, "date"))
        }
    }

    @Test("1000 requests at most, the newest, and at most 1000 by name")
    func thousand() async throws {
        let bench = try Open311Bench()
        let events = (0..<1005).map { index in
            let complaint = Complaint(channel: "media", number: "\(index)", accepted: start - .seconds(Int64(index)), text: "")
            return Arrival.event(
                Event(
                    source: "patrold:/channels/media", id: "\(index)", type: EventType.complaintReceived,
                    received: bench.clock.now(), data: complaint.json.bytes))
        }
        _ = try await bench.journal.append(events)
        try await bench.serve { client async throws in
            let found = ids(try await client.ask("requests.json", key: Open311Bench.reader))
            #expect(found.count == 1000 && found.first == "0" && found.last == "999")
            let names = (0..<1001).map { "m:\($0)" }.joined(separator: ",")
            #expect(try await client.ask("requests.json?service_request_id=" + names).isOpen311Error(400, "1000"))
        }
    }
}
