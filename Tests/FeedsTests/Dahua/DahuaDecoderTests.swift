import Feeds
import Foundation
import Model
import TestKit
import Testing

/// The blocks of a stream that comes in pieces of some size.
func dahuaBlocks(of bytes: [UInt8], pieces: Int = Int.max, eventLimit: Int = 1 << 20) -> [DahuaBlock] {
    var reader = DahuaReader(contentType: "multipart/x-mixed-replace; boundary=myboundary", eventLimit: eventLimit)
    var found: [DahuaBlock] = []
    var index = 0
    while index < bytes.count {
        let end = pieces >= bytes.count - index ? bytes.count : index + pieces
        reader.read(bytes[index..<end]) { found.append($0) }
        index = end
    }
    reader.finish { found.append($0) }
    return found
}

@Suite struct DahuaDecoderTests {
    private let received = Timestamp("2021-06-01T08:00:03+08:00") ?? Timestamp(seconds: 0)
    private let maker = AlarmEvents(source: "patrold:/feeds/cam-1", device: "cam-1", adapter: "dahua", classes: [:])

    private func events(_ name: String) throws -> [DahuaEvent] {
        try dahuaBlocks(of: try Fixtures.bytes("dahua/\(name).txt")).compactMap { block in
            guard case .event(let bytes) = block else { return nil }
            return try DahuaDecoder.decode(bytes)
        }
    }

    private func sighting(_ name: String) throws -> AlarmSighting {
        maker.sighting(of: try #require(try events(name).first), zone: .shanghai, received: received)
    }

    @Test(
        "every quirk of the frame gives its events, however the bytes are cut",
        arguments: [
            ("motion", ["VideoMotion"]), ("heartbeat", []), ("region", ["CrossRegionDetection"]),
            ("no-blank-line", ["AlarmLocal"]), ("no-blank-line-data", ["CrossRegionDetection"]),
            ("semicolons", ["CrossLineDetection"]), ("not-json", ["VideoMotion"]), ("broken-json", ["CrossLineDetection"]),
            ("open-json", ["CrossLineDetection", "VideoMotion"]), ("stray-quote", ["CrossLineDetection", "VideoMotion"]),
            ("no-data", ["CrossLineDetection"]), ("pulse", ["_DoorFace_"]), ("no-index", ["StorageFailure"]),
            ("no-action", ["TimeChange"]), ("blanks", ["VideoMotion"]), ("long-length", ["VideoMotion", "VideoBlind"]),
            ("short-length", ["CrossRegionDetection"]), ("no-length", ["VideoMotion"]),
            ("no-line-end", ["VideoMotion", "VideoBlind"]), ("line-feeds", ["VideoMotion"]),
            ("several", ["VideoMotion", "CrossRegionDetection", "VideoMotion"]), ("garbage", ["VideoMotion", "VideoBlind"]),
            ("gb18030-name", ["CrossLineDetection"]),
        ] as [(String, [String])])
    func frames(_ name: String, _ codes: [String]) throws {
        let bytes = try Fixtures.bytes("dahua/\(name).txt")
        let whole = dahuaBlocks(of: bytes)
        #expect(try events(name).map(\.code) == codes)
        for size in [1, 2, 3, 7, 64] { #expect(dahuaBlocks(of: bytes, pieces: size) == whole, "\(name) in pieces of \(size)") }
        let unreadable = whole.filter { if case .unreadable = $0 { true } else { false } }
        #expect(unreadable.count == (name == "garbage" ? 3 : 0))
    }

    @Test("an event is given out at its own end and does not wait for the next part")
    func atOnce() throws {
        for name in ["motion", "region", "short-length", "no-blank-line", "broken-json"] {
            var reader = DahuaReader(contentType: "multipart/x-mixed-replace; boundary=myboundary")
            var found = 0
            reader.read(try Fixtures.bytes("dahua/\(name).txt")) { _ in found += 1 }
            #expect(found == 1, "\(name)")
            #expect(reader.pendingBytes <= 2)
        }
        var reader = DahuaReader(contentType: "multipart/x-mixed-replace; boundary=myboundary")
        var found = 0
        reader.read(Array("--myboundary\r\nContent-Length:37\r\n\r\nCode=VideoMotion;action=Start;index=0".utf8)) { _ in
            found += 1
        }
        #expect(found == 1)
    }

    @Test("data that are not JSON are kept as text, with their semicolons and equals signs")
    func text() throws {
        #expect(try events("not-json").first?.text == "key=value;other")
        #expect(try events("broken-json").first?.text?.hasPrefix("{") == true)
        #expect(try events("semicolons").first?.data?["Name"]?.string == "a;b=c;data={x")
        #expect(try events("gb18030-name").first?.data?["Name"]?.string == "大门")
    }

    @Test("rule, target, confidence, deed, channel and time are read")
    func fields() throws {
        let sighting = try sighting("region")
        #expect(sighting.channel == 2 && sighting.region == "3" && sighting.target == "human" && sighting.confidence == 0.8)
        #expect(sighting.active == true && sighting.rawType == "CrossRegionDetection")
        #expect(sighting.description == "Yard: Cross Enter")
        #expect(sighting.time == "2021-06-01T08:00:00.250+08:00")
        #expect(sighting.identity == "10044@2021-06-01T08:00:00.250+08:00")
    }

    @Test("the rule's number is found under each of its names")
    func rules() throws {
        let regions = try events("rule-names").map { maker.sighting(of: $0, zone: .shanghai, received: received).region }
        #expect(regions == ["2", "4"])
    }

    @Test(
        "targets: of one object, of a list, of the code, and words nobody expects",
        arguments: [("smoke", "smoke"), ("objects", "vehicle"), ("smart-motion", "human"), ("motion", nil)] as [(String, String?)]
    )
    func targets(_ name: String, _ target: String?) throws {
        #expect(try sighting(name).target == target)
    }

    @Test("an alarm input is named by its number")
    func input() throws {
        let sighting = try sighting("no-blank-line")
        #expect(sighting.channel == 6 && sighting.region == "input-6")
    }

    @Test("UTC that counts local time is seen through, and a time that cannot be read stays as it came")
    func times() throws {
        #expect(try sighting("local-utc").time == "2021-06-01T08:00:00.007+08:00")
        #expect(try sighting("unreadable-time").time == "yesterday")
        let late = Timestamp("2021-06-01T16:00:05+08:00") ?? received
        let event = try #require(try events("local-utc").first)
        #expect(maker.sighting(of: event, zone: .shanghai, received: late).time == "2021-06-01T16:00:00.007+08:00")
    }

    @Test("a pulse is a fact of its own; no index is the device itself; no Code is refused")
    func actions() throws {
        let pulse = try sighting("pulse")
        #expect(pulse.isMomentary && pulse.active == nil && pulse.identity == nil)
        #expect(try sighting("no-index").channel == nil)
        #expect(throws: DahuaDecodingError.self) { try events("no-code") }
    }

    @Test("an event that the stream cuts goes to quarantine with its bytes")
    func cut() throws {
        let blocks = dahuaBlocks(of: try Fixtures.bytes("dahua/cut.txt"))
        #expect(blocks.count == 2)
        guard case .unreadable(let reason, let bytes)? = blocks.last else { throw ISAPITestError.unreadable }
        #expect(reason == "the stream ended inside an event" && bytes.starts(with: Array("Code=CrossRegion".utf8)))
    }

    @Test("events and lines over their caps are passed over, and what follows is read")
    func caps() throws {
        let head = "--myboundary\r\n\r\n"
        let good = head + "Code=VideoMotion;action=Start;index=0\r\n\r\n"
        let long = head + "Code=X;action=Start;index=0;data={\"a\":\"" + String(repeating: "x", count: 9000) + "\"}\r\n\r\n"
        let endless = head + String(repeating: "y", count: 100_000) + "\r\n"
        for size in [17, 1000] {
            let found = dahuaBlocks(of: Array((long + good + endless + good).utf8), pieces: size, eventLimit: 8000)
            let unreadable = found.filter { if case .unreadable = $0 { true } else { false } }
            #expect(found.count - unreadable.count == 2 && unreadable.count == 2, "in pieces of \(size)")
        }
        let tiny = dahuaBlocks(of: Array(long.utf8), pieces: 10, eventLimit: 100)
        #expect(tiny.count == 1)
        let deep = "Code=X;action=Start;index=0;data=" + String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
        #expect((try? DahuaDecoder.decode(Array(deep.utf8)))?.text != nil)
        let words = String(repeating: "x", count: 5000)
        let wordy =
            "Code=\(words.prefix(500));action=Start;index=0;data={\"LocaleTime\":\"\(words)\",\"Name\":\"\(words)\","
            + "\"RuleId\":\"\(words)\",\"EventID\":5,\"Object\":{\"ObjectType\":\"\(words)\"}}"
        let event = try DahuaDecoder.decode(Array(wordy.utf8))
        let sighting = maker.sighting(of: event, zone: .shanghai, received: received)
        let sizes = [sighting.rawType, sighting.time, sighting.region, sighting.target, sighting.description, sighting.identity]
        #expect(sizes.allSatisfy { ($0?.utf8.count ?? 0) <= 200 })
    }

    @Test("a replay gives the same ids again, and quarantines again what it cannot read")
    func replay() throws {
        func replay(_ name: String) throws -> [Arrival] {
            DahuaDecoder.replay(
                try Fixtures.bytes("dahua/\(name).txt"), contentType: "multipart/x-mixed-replace; boundary=myboundary",
                source: "patrold:/feeds/cam-1", device: "cam-1", classes: [:], received: received)
        }
        guard case .event(let event)? = try replay("region").first else { throw ISAPITestError.noAlert }
        #expect(event.id == "alarm/2/CrossRegionDetection/3/10044@2021-06-01T08:00:00.250+08:00/-/start")
        #expect(try replay("several").count == 3)
        guard case .unreadable(let bytes)? = try replay("no-code").first else { throw ISAPITestError.unreadable }
        #expect(bytes.adapter == "dahua")
    }

    @Test("every recorded stream is read", .enabled(if: recordedPayloads("dahua") != nil))
    func recorded() throws {
        let folder = try #require(recordedPayloads("dahua"))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { $0.hasSuffix(".txt") }
        #expect(names.count >= 7)
        for name in names {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
            for size in [1, 7, 64, Int.max] {
                let found = dahuaBlocks(of: bytes, pieces: size)
                #expect(found.count == 1, "\(name)")
                guard case .event(let text)? = found.first else {
                    Issue.record("\(name) has no event")
                    continue
                }
                #expect(try !DahuaDecoder.decode(text).code.isEmpty)
            }
        }
    }
}
