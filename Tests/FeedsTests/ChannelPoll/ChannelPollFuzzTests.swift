import Model
import PatrolSim
import TestKit
import Testing

@testable import Feeds

@Suite struct ChannelPollFuzzTests {
    /// Answers of every interface, as servers send them.
    private static let answers: [(Channel, String)] = [
        (
            ChannelDefinitions.cursor(),
            """
            {"code":0,"data":{"rows":[{"caseNo":"A1","acceptTime":"2021-03-05 10:20:30","updateTime":"2021-03-05 11:00:00",\
            "description":"占道","address":"钢铁大街","eventCode":"0501","position":{"lat":40.65,"lng":"109.84"},"photos":[{"url":"u"}],\
            "state":"结案","endTime":"2021-03-06 10:00:00","disposal":"清理"},{"caseNo":7,"acceptTime":"2021/3/5"}],"next":"2","more":true}}
            """
        ),
        (
            ChannelDefinitions.gateway(),
            """
            {"success":true,"result":{"orders":[{"orderNo":"H1","createdAt":1614910830000,"modifiedAt":1614910830000,"content":"x",\
            "location":{"name":"a","x":109.8,"y":40.6},"person":{"name":"测试甲","mobile":"19900000000"},"status":4}]}}
            """
        ),
        (
            ChannelDefinitions.open311(),
            """
            [{"service_request_id":638344,"status":"closed","service_code":"garbage","description":null,"service_name":"垃圾",\
            "requested_datetime":"2021-04-14T06:37:38-08:00","updated_datetime":"2021-04-15T06:37:38-08:00","lat":37.7,"long":-122.4}]
            """
        ),
    ]

    @Test("the answers themselves are understood")
    func seeds() throws {
        for (channel, text) in Self.answers {
            let decoder = try #require(ChannelDecoder(channel))
            let unreadable = Unreadable(
                source: "", adapter: "", reason: "", contentType: "", bytes: Array(text.utf8), received: Timestamp(seconds: 0))
            let events = decoder.replay(unreadable, received: Timestamp(seconds: 0)).compactMap { arrival -> Event? in
                if case .event(let event) = arrival { event } else { nil }
            }
            #expect(events.contains { $0.type == EventType.complaintReceived }, "\(channel.key)")
            #expect(events.contains { $0.type == EventType.complaintClosed }, "\(channel.key)")
        }
    }

    @Test("no answer, however damaged, stops the feed, and every event made of it is whole")
    func answers() throws {
        var numbers = SeededNumbers(4)
        let decoders = try Self.answers.map { try #require(ChannelDecoder($0.0)) }
        for _ in FuzzInputs() {
            let index = Int(numbers.next() % UInt64(Self.answers.count))
            let bytes = Self.mutated(Array(Self.answers[index].1.utf8), &numbers)
            guard let answer = try? ChannelAnswer(bytes, decoders[index].definition) else { continue }
            var memory = ChannelMemory()
            let decoded = decoders[index].decode(answer.records, memory: &memory, received: Timestamp(seconds: 0))
            for arrival in decoded.arrivals + decoded.doubtful {
                guard case .event(let event) = arrival else { continue }
                let payload = try #require(event.payload)
                let isWhole =
                    event.type == EventType.complaintClosed
                    ? ComplaintClosing(payload) != nil : Complaint(payload)?.number.isEmpty == false
                #expect(isWhole && event.id.utf8.count <= 250)
            }
            #expect(decoded.arrivals.count <= answer.records.count * 4)
        }
    }

    @Test("no text, taken for a path, a template, a time or a header, stops anything")
    func texts() {
        var numbers = SeededNumbers(5)
        let json = (try? JSON(parsing: Self.answers[0].1)) ?? .null
        let seeds = [
            "data.rows[0].text", "$.groups[*].cases[12]", "x {since} {", "/a/{number}?q={id}", "2021年3月5日10时20分30秒",
            "20210305102030",
            "1614910830000", "2021-03-05T10:20:30.123+08:00", "Wed, 21 Oct 2026 07:28:00 GMT", "120",
        ]
        for _ in FuzzInputs() {
            let seed = seeds[Int(numbers.next() % UInt64(seeds.count))]
            let text = String(decoding: Self.mutated(Array(seed.utf8), &numbers), as: UTF8.self)
            if let path = try? JSONPath(text) { _ = path.records(in: json) }
            let template = Template(text)
            #expect(template.filled([:], as: .plain).utf8.count <= text.utf8.count)
            for form in TimeSpelling.Form.allCases { _ = TimeSpelling(form).read(text) }
            if let wait = RetryAfter.read(text, now: Timestamp(seconds: 1_700_000_000)) {
                #expect(wait >= .seconds(1) && wait <= .days(1))
            }
        }
    }

    @Test(
        "Retry-After is read in both its forms and within bounds",
        arguments: [
            ("120", 120), ("0", 1), ("9999999", 86400), ("Tue, 14 Nov 2023 22:14:20 GMT", 60),
            ("Tue, 14 Nov 2023 22:00:00 GMT", 1),
            ("soon", nil), (nil, nil),
        ] as [(String?, Int64?)])
    func retryAfter(value: String?, seconds: Int64?) {
        #expect(RetryAfter.read(value, now: Timestamp(seconds: 1_700_000_000)) == seconds.map { .seconds($0) })
    }

    private static func mutated(_ bytes: [UInt8], _ numbers: inout SeededNumbers) -> [UInt8] {
        var bytes = bytes
        for _ in 0...(numbers.next() % 4) where !bytes.isEmpty {
            let at = Int(numbers.next() % UInt64(bytes.count))
            switch numbers.next() % 5 {
            case 0: bytes[at] = UInt8(truncatingIfNeeded: numbers.next())
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(Array("0123456789\"{}[],:null-.eE".utf8)[Int(numbers.next() % 25)], at: at)
            case 3: bytes.removeLast(bytes.count - at)
            default:
                let end = min(bytes.count, at + Int(numbers.next() % 40))
                bytes.insert(contentsOf: bytes[at..<end], at: at)
            }
        }
        return bytes
    }
}
