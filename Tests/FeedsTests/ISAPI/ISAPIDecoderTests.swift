import Feeds
import Foundation
import Model
import TestKit
import Testing

@Suite struct ISAPIDecoderTests {
    private let decoder = ISAPIDecoder(classes: [
        "fielddetection": AlarmClass(name: "intrusion", label: "区域入侵"),
        "keepalive": AlarmClass(name: "keepalive", role: .heartbeat, label: "心跳"),
    ])

    private func readings(_ name: String) throws -> [ISAPIReading] {
        try outputs(of: try Fixtures.bytes("isapi/\(name).txt")).map { output in
            guard case .part(let part) = output else { throw ISAPITestError.unreadable }
            return try decoder.decode(part)
        }
    }

    private func alert(_ name: String) throws -> ISAPIAlert {
        guard case .alert(let alert)? = try readings(name).first else { throw ISAPITestError.noAlert }
        return alert
    }

    @Test("videoloss that is not there is a heartbeat, and so is a class of that role")
    func heartbeat() throws {
        guard case .heartbeat(let alert)? = try readings("heartbeat").first else { throw ISAPITestError.noAlert }
        #expect(alert.time?.moment == Timestamp("2021-06-01T08:00:00+08:00"))
        let text = "<EventNotificationAlert><eventType>keepAlive</eventType></EventNotificationAlert>"
        guard case .heartbeat = try decoder.decode(MultipartPart(contentType: "", bytes: Array(text.utf8))) else {
            throw ISAPITestError.noAlert
        }
    }

    @Test("region, target, channel, time and count are read")
    func fields() throws {
        let alert = try alert("region")
        #expect(alert.type == "fielddetection" && alert.state == .active && alert.channel == 1)
        #expect(alert.regions.map(\.id) == ["2"] && alert.regions.first?.target == "human")
        #expect(alert.activePostCount == 1 && alert.description == "fielddetection alarm")
    }

    @Test("a duration event is the event inside")
    func duration() throws {
        let alert = try alert("duration")
        #expect(alert.type == "linedetection" && alert.isDuration)
    }

    @Test(
        "channels: empty and 0 are the device itself, either field serves",
        arguments: [
            ("empty-channel", nil), ("channel-zero", nil), ("both-channels", 5), ("dyn-channel", 12), ("ip-channel", 34),
        ] as [(String, Int?)])
    func channels(_ name: String, _ channel: Int?) throws {
        #expect(try alert(name).channel == channel)
    }

    @Test(
        "device times: a lost plus and a missing zone are repaired, nonsense is kept as it came",
        arguments: [
            ("lost-plus", "2024-01-22T11:47:15+08:00", true), ("no-zone", "2025-04-06T14:16:04+08:00", true),
            ("unreadable-time", "yesterday", false),
        ])
    func times(_ name: String, _ text: String, _ isKnown: Bool) throws {
        let time = try #require(try alert(name).time)
        #expect(time.rfc3339 == text)
        #expect(time.moment == (isKnown ? Timestamp(text) : nil))
    }

    @Test(
        "any namespace, none, prefixes and extensions are read alike",
        arguments: [
            "std-cgi-namespace", "no-namespace", "prefixed", "psia-extensions",
        ])
    func namespaces(_ name: String) throws {
        #expect(try alert(name).type == "fielddetection")
    }

    @Test("names with bare ampersands, GB18030 or broken bytes never lose the alert")
    func names() throws {
        #expect(try alert("bare-ampersand").channelName == "Gate & Yard")
        #expect(try alert("gb18030-name").channelName == "城管东门")
        #expect(try alert("broken-utf8-name").type == "fielddetection")
    }

    @Test("JSON parts are read as XML parts are")
    func json() throws {
        let alert = try alert("json")
        #expect(alert.channel == 2 && alert.regions.first?.id == "4" && alert.regions.first?.target == "vehicle")
        #expect(alert.description == "a \"quoted\" } brace")
        #expect(try self.alert("json-wrapped").type == "linedetection")
    }

    @Test("retransmission, input port and missing state are seen; an answer states nothing")
    func others() throws {
        #expect(try alert("retransmission").isRetransmission)
        #expect(try alert("io").inputPort == "3")
        #expect(try alert("no-state").state == nil)
        #expect(try readings("response-status") == [.nothing])
        #expect(decoder.alarmClass(of: "TreeFellOver").name == "treefellover")
    }

    @Test("document types are refused and the part after them is read", arguments: ["doctype-bomb", "external-entity"])
    func bombs(_ name: String) throws {
        let parts = outputs(of: try Fixtures.bytes("isapi/\(name).txt"))
        var refused = 0
        var read = 0
        for case .part(let part) in parts {
            if (try? decoder.decode(part)) == nil { refused += 1 } else { read += 1 }
        }
        #expect(refused == 1 && read == 1)
    }

    @Test("an alert with words without end or a thousand regions stays small")
    func capped() throws {
        let words = String(repeating: "x", count: 9000)
        let regions = (1...1000).map { "<DetectionRegionEntry><regionID>\($0)</regionID></DetectionRegionEntry>" }.joined()
        let text =
            "<EventNotificationAlert><eventType>\(words)</eventType><dateTime>\(words)</dateTime>"
            + "<eventDescription>\(words)</eventDescription><DetectionRegionList>\(regions)</DetectionRegionList>"
            + "</EventNotificationAlert>"
        guard case .alert(let alert) = try decoder.decode(MultipartPart(contentType: "", bytes: Array(text.utf8))) else {
            throw ISAPITestError.noAlert
        }
        #expect(alert.regions.count == 256 && alert.type.count == 120 && alert.time?.text.count == 64)
        #expect(alert.description?.count == 1000)
    }

    @Test("every recorded stream and alarm decodes", .enabled(if: recordedPayloads("isapi") != nil))
    func recorded() throws {
        let folder = try #require(recordedPayloads("isapi"))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            .filter { $0.hasPrefix("stream-") || $0.hasPrefix("EventNotificationAlert-") }
        #expect(names.count >= 13)
        for name in names {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
            for size in [1, 7, 64, Int.max] {
                let found = outputs(of: bytes, pieces: size)
                #expect(found.count == 1, "\(name)")
                guard case .part(let part)? = found.first else {
                    Issue.record("\(name) has no part")
                    continue
                }
                switch try decoder.decode(part) {
                case .alert(let alert), .heartbeat(let alert): #expect(alert.time?.moment != nil, "\(name)")
                default: Issue.record("\(name) is no alert")
                }
            }
        }
    }

    @Test("a quarantined part is decoded again, and once more refused where it is still unreadable")
    func replay() throws {
        let good = try Fixtures.bytes("isapi/region.txt")
        func replay(_ bytes: [UInt8], _ type: String) -> [Arrival] {
            ISAPIDecoder.replay(
                bytes, contentType: type, source: "patrold:/feeds/cam-1", device: "cam-1", classes: decoder.classes,
                received: Timestamp(seconds: 0))
        }
        guard case .event(let event)? = replay(good, "multipart/mixed; boundary=boundary").first else {
            throw ISAPITestError.noAlert
        }
        #expect(event.payload.flatMap(CameraAlarm.init)?.alarmClass == "intrusion")
        #expect(event.id == "alarm/1/fielddetection/2/2021-06-01T08:00:00+08:00/1/start")
        guard case .unreadable(let bytes)? = replay(Array("nonsense".utf8), "application/xml").first else {
            throw ISAPITestError.unreadable
        }
        #expect(bytes.bytes == Array("nonsense".utf8) && bytes.adapter == "isapi")
    }
}

enum ISAPITestError: Error {
    case unreadable, noAlert
}

/// A folder of recorded payloads beside the checkout, also where the checkout is reached through symbolic links.
func recordedPayloads(_ protocolName: String) -> String? {
    if let path = Fixtures.shared("fixtures/" + protocolName) { return path }
    let tests = URL(fileURLWithPath: Fixtures.root + "/Tests").resolvingSymlinksInPath()
    let path = tests.deletingLastPathComponent().deletingLastPathComponent().path + "/shared/fixtures/" + protocolName
    return FileManager.default.fileExists(atPath: path) ? path : nil
}
