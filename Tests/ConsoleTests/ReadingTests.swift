import Console
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Model
import Testing

@Suite("Reading through the console")
struct ReadingTests {
    let bench: ConsoleBench

    init() throws {
        bench = try ConsoleBench()
    }

    private func fact(_ id: String, type: String = "org.example.fact", source: String = "urn:a", data: JSON = [:]) -> Event {
        Event(source: source, id: id, type: type, received: bench.clock.now(), data: data.bytes)
    }

    private func opened(_ id: String, reference: String, place: String? = nil, at: Timestamp) -> Event {
        let opening = IncidentEvent.Opening(
            at: at, origin: "camera", reference: reference, alarmClass: "intrusion", place: place, state: .collected,
            key: "camera/\(reference)")
        let decision = IncidentEvent(incident: id, action: .opened, by: "rule:correlation", cause: 1, opening: opening)
        return fact(id, type: EventType.incident("opened"), source: "patrold:/incidents", data: decision.json)
    }

    @Test("pages follow `next` and give every event once, in order")
    func pages() async throws {
        for id in 1...25 { try await bench.store(fact("\(id)")) }
        try await bench.serve { client async throws in
            var ids: [String] = []
            var next = 0
            while true {
                let page = try #require(try await client.get("/v1/events?after=\(next)&limit=7").json)
                let events = try #require(page["events"]?.array)
                if events.isEmpty { break }
                #expect(events.count <= 7)
                ids += events.compactMap { $0["id"]?.string }
                next = try #require(page["next"]?.int)
                #expect(events.last?["position"]?.int == next)
            }
            #expect(ids == (1...25).map { "\($0)" })
            #expect(next == 25)
        }
    }

    @Test("filters by type pattern and source; `next` goes on over what does not fit")
    func filters() async throws {
        try await bench.store(
            fact("1", type: "cn.patrold.camera.alarm"), fact("2", type: "cn.patrold.camera.status", source: "urn:b"),
            fact("3", type: "org.example.x"))
        try await bench.serve { client async throws in
            func ids(_ query: String) async throws -> [String] {
                let page = try await client.get("/v1/events?" + query).json
                #expect(page?["next"]?.int == 3)
                return page?["events"]?.array?.compactMap { $0["id"]?.string } ?? []
            }
            #expect(try await ids("type=cn.patrold.*") == ["1", "2"])
            #expect(try await ids("type=*.alarm") == ["1"])
            #expect(try await ids("source=urn:b") == ["2"])
            #expect(try await ids("type=nothing") == [])
            #expect(try await ids("limit=nonsense&after=nonsense") == ["1", "2", "3"])
        }
    }

    @Test("an event is a CloudEvent with position and receive time; personal data is masked")
    func masking() async throws {
        var complaint = Complaint(channel: "citizen", number: "1", accepted: bench.clock.now(), text: "噪音")
        complaint.reporter = "王某某"
        complaint.phone = "13800000000"
        try await bench.store(
            fact("1", type: EventType.complaintReceived, data: complaint.json),
            fact("2", data: ["calls": [["caller": "13900000000", "callee": "12319"]]]))
        try await bench.serve { client async throws in
            let answer = try await client.get("/v1/events")
            for secret in ["王某某", "13800000000", "13900000000", "12319"] { #expect(!answer.text.contains(secret)) }
            let event = try #require(answer.json?["events"]?.array?.first)
            #expect(event["specversion"] == "1.0")
            #expect(event["position"] == 1)
            #expect(event["receivedtime"] == .string(bench.clock.now().text()))
            #expect(event["data"]?["reporter"] == "***")
            #expect(event["data"]?["phone"] == "***")
            #expect(event["data"]?["text"] == "噪音")
        }
    }

    @Test("bytes that are not JSON come as base64")
    func binaryData() async throws {
        var picture = fact("1")
        picture.contentType = "image/jpeg"
        picture.data = [0xFF, 0xD8]
        try await bench.store(picture)
        try await bench.serve { client async throws in
            let event = try await client.get("/v1/events").json?["events"]?.array?.first
            #expect(event?["data_base64"] == "/9g=")
            #expect(event?["data"] == nil)
        }
    }

    @Test("incidents are listed and shown; an unknown one is 404 with a sentence")
    func incidents() async throws {
        try await bench.store(opened("2021-1", reference: "cam-1", at: bench.clock.now()))
        try await bench.serve { client async throws in
            let list = try await client.get("/v1/incidents?state=collected&origin=camera&limit=5").json
            #expect(list?["incidents"]?.array?.map { $0["id"] } == ["2021-1"])
            #expect(try await client.get("/v1/incidents?state=closed").json == ["incidents": []])
            let shown = try await client.get("/v1/incidents/2021-1").json
            #expect(shown?["reference"] == "cam-1")
            #expect(shown?["state"] == "collected")
            #expect(try await client.get("/v1/incidents/2021-9").isProblem(.notFound, "unknown-incident"))
        }
    }

    @Test("the page is HTML that shows data as text, whatever is in it")
    func page() async throws {
        let script = "<script>alert('x')</script>"
        let bench = try ConsoleBench(
            status: ["position": 1, "feeds": [["name": .string(script), "detail": "a & b < c"]]])
        try await bench.store(opened("2021-1", reference: script, place: "\"><img src=x>", at: bench.clock.now()))
        try await bench.serve { client async throws in
            let answer = try await client.get("/")
            #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
            #expect(answer.headers[.contentSecurityPolicy]?.contains("default-src 'none'") == true)
            #expect(answer.text.hasPrefix("<!doctype html>"))
            #expect(!answer.text.contains("<script"))
            #expect(!answer.text.contains("<img"))
            #expect(answer.text.components(separatedBy: "&lt;script&gt;").count == 3)
            #expect(answer.text.contains("a &amp; b &lt; c"))
            #expect(answer.text.contains("2021-1"))
        }
    }

    @Test("the operators' socket needs no token, moves incidents and settles the quarantine")
    func local() async throws {
        try await bench.store(opened("2021-1", reference: "cam-1", at: bench.clock.now()))
        try await bench.serve(.local) { client async throws in
            #expect(try await client.get("/v1/events", token: nil).status == .ok)
            func post(_ uri: String, _ body: String) async throws -> TestResponse {
                try await client.execute(uri: uri, method: .post, body: ByteBuffer(string: body))
            }
            let moved = try await post("/v1/incidents/2021-1/file", #"{"by":"li"}"#)
            #expect(moved.json?["id"] == "2021-1")
            #expect(try await post("/v1/incidents/2021-9/file", "{}").isProblem(.notFound, "unknown-incident"))
            #expect(try await post("/v1/incidents/2021-1/file", "{").isProblem(.badRequest, "unreadable"))
            for action in ["opened", "sighted", "overdue", "nonsense"] {
                let answer = try await post("/v1/incidents/2021-1/" + action, "{}")
                #expect(answer.isProblem(.notFound, "unknown-action"), "\(action)")
            }
            #expect(try await post("/v1/quarantine/4/replay", "").json == ["number": 4, "replay": true])
            #expect(try await post("/v1/quarantine/4/dismiss", "").json == ["number": 4, "replay": false])
            #expect(try await post("/v1/quarantine/x/replay", "").isProblem(.notFound, "unknown-action"))
            #expect(try await post("/v1/quarantine/4/drop", "").isProblem(.notFound, "unknown-action"))
        }
    }
}
