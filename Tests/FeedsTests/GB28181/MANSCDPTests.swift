import Feeds
import Foundation
import Model
import TestKit
import Testing

/// What documents say, in every dress that they come in.
@Suite struct MANSCDPTests {
    private func message(_ name: String) throws -> MANSCDPMessage {
        try MANSCDPMessage(try Fixtures.bytes("gb28181/" + name))
    }

    private func alarm(_ name: String) throws -> GB28181Alarm { GB28181Alarm(try message(name)) }

    @Test(
        "an alarm reads the same in every encoding, whatever its label says",
        arguments: [
            "alarm-gb2312.xml", "alarm-utf8-labelled-gb2312.xml", "alarm-gbk-labelled-utf8.xml",
        ])
    func encodings(name: String) throws {
        let alarm = try alarm(name)
        #expect(alarm.description == "东门有人" && alarm.rawType == "5/6/1" && alarm.priority == 1)
        #expect(alarm.source == "15020300001340000001" && alarm.serial == "7" && alarm.time == "2021-06-01T10:20:30")
    }

    @Test("a character that a device cut in half is lost, its neighbours are not")
    func cutCharacter() throws {
        let description = try #require(try alarm("alarm-cut-character.xml").description)
        #expect(description.hasPrefix("东门有") && description.contains("\u{FFFD}"))
    }

    @Test(
        "the type stands on top, in Info or in info; Info wins; methods are combined or missing",
        arguments: [
            ("alarm-type-on-top.xml", "5/2"), ("alarm-type-lower-info.xml", "5/4"), ("alarm-type-twice.xml", "5/5"),
            ("alarm-methods-combined.xml", "5/12"), ("alarm-no-method.xml", "-/6"), ("alarm-no-command.xml", "2/1"),
            ("alarm-nothing.xml", "alarm"),
        ])
    func types(name: String, rawType: String) throws {
        #expect(try alarm(name).rawType == rawType)
    }

    @Test("a bare ampersand and a broken Address are repaired; blanks and NULs around are passed over")
    func repairs() throws {
        #expect(try alarm("alarm-bare-ampersand.xml").description == "A&B 路口")
        let catalog = try message("catalog-broken-address.xml")
        #expect(catalog.kind == .response && catalog.command == "Catalog")
        #expect(catalog.root.first("Name")?.text == "东门")
        let keepalive = try message("keepalive.xml")
        #expect(keepalive.command == "Keepalive" && GB28181Code(keepalive.device ?? "") != nil)
    }

    @Test("nothing, another root and entities that multiply are refused")
    func refused() throws {
        #expect { try MANSCDPMessage([]) } throws: { ($0 as? MANSCDPError)?.code == .empty }
        #expect { try message("unknown-root.xml") } throws: { ($0 as? MANSCDPError)?.code == .unknownRoot }
        #expect { try message("bomb-entities.xml") } throws: { ($0 as? MANSCDPError)?.sentence.contains("document type") == true }
        let deep = String(repeating: "<Notify>", count: 200) + String(repeating: "</Notify>", count: 200)
        #expect(throws: MANSCDPError.self) { try MANSCDPMessage(Array(deep.utf8)) }
        let wide = "<Notify>" + String(repeating: "<a/>", count: 60_000) + "</Notify>"
        #expect(throws: MANSCDPError.self) { try MANSCDPMessage(Array(wide.utf8)) }
        #expect(throws: MANSCDPError.self) { try MANSCDPMessage([UInt8](repeating: 0x20, count: 300_000)) }
    }

    @Test("a replay of a body or of a whole message gives the event; what is still unreadable goes back")
    func replay() throws {
        let body = try Fixtures.bytes("gb28181/alarm-gb2312.xml")
        let received = Timestamp(seconds: 1_622_514_030)
        func replay(_ bytes: [UInt8], _ type: String) -> [Arrival] {
            GB28181Decoder.replay(
                bytes, contentType: type, source: "patrold:/feeds/gb-1", device: "gb-1", classes: [:], received: received)
        }
        let head = Array("MESSAGE sip:a SIP/2.0\r\nContent-Length: \(body.count)\r\n\r\n".utf8)
        for arrivals in [replay(body, "Application/MANSCDP+xml"), replay(head + body, "message/sip")] {
            guard case .event(let event) = arrivals.first else { return #expect(Bool(false)) }
            #expect(event.id == "alarm/-/5/6/1/15020300001340000001/15020300001340000001/7/2021-06-01T10:20:30/-/pulse")
            #expect(event.time == "2021-06-01T10:20:30+08:00")
        }
        guard case .unreadable(let again) = replay([1, 2, 3], "message/sip").first else { return #expect(Bool(false)) }
        #expect(again.adapter == "gb28181" && again.bytes == [1, 2, 3])
        #expect(replay(try Fixtures.bytes("gb28181/keepalive.xml"), "").isEmpty)
    }

    @Test("codes have twenty digits, with blanks around them or not")
    func codes() {
        #expect(GB28181Code(" 15020300001320000001 ")?.type == 132)
        #expect(GB28181Code("15020300001320000001")?.domain == "1502030000")
        #expect(GB28181Code("1502030000132000000") == nil)
        #expect(GB28181Code("1502030000132000000a") == nil)
        #expect(GB28181Code("１５０２０３００００１３２００００００") == nil)
    }

    @Test("answers to questions come in parts, in any order, with sums that are right, wrong or missing")
    func questions() throws {
        func part(_ serial: Int, _ sum: Int?, _ codes: [Int]) throws -> MANSCDPMessage {
            let items = codes.map { "<Item><DeviceID>\($0)</DeviceID></Item>" }.joined()
            let text =
                "<Response><CmdType>Catalog</CmdType><SN>\(serial)</SN>"
                + (sum.map { "<SumNum>\($0)</SumNum>" } ?? "") + "<DeviceList>\(items)</DeviceList></Response>"
            return try MANSCDPMessage(Array(text.utf8))
        }
        var questions = GB28181Questions(quiet: .seconds(10))
        questions.ask("Catalog", serial: 1, limit: .seconds(60), at: .zero)
        #expect(questions.receive(try part(1, 3, [1, 2]), at: .seconds(1)) == nil)
        #expect(questions.receive(try part(1, 3, [2]), at: .seconds(2)) == nil)
        #expect(questions.receive(try part(1, 3, [3]), at: .seconds(3))?.answer?.items.count == 3)
        questions.ask("Catalog", serial: 2, limit: .seconds(60), at: .zero)
        #expect(questions.deadline == .seconds(60))
        questions.taken(2, at: .seconds(1))
        #expect(questions.deadline == .seconds(11))
        #expect(questions.receive(try part(99, 9, [1]), at: .seconds(5)) == nil)
        #expect(questions.tick(at: .seconds(14)).isEmpty)
        #expect(questions.tick(at: .seconds(15)).map { $0.answer?.items.count } == [1])
        questions.ask("Catalog", serial: 3, limit: .seconds(60), at: .zero)
        #expect(questions.receive(try part(3, nil, [1, 1]), at: .seconds(1))?.answer?.items.count == 1)
        #expect(questions.deadline == nil)
    }

    @Test("recorded bodies are read")
    func recorded() throws {
        guard let folder = Fixtures.shared("fixtures/gb28181") else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
            if name.contains("MESSAGE") {
                // The recordings' lines end with LF, their lengths count CR LF.
                let parts = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
                let empty = try #require(parts.firstIndex { $0.isEmpty })
                let body = Array(parts[(empty + 1)...].joined(separator: [0x0A]))
                let message = try MANSCDPMessage(body)
                #expect(name.contains(message.command))
            } else if name.hasSuffix(".xml") {
                #expect(GB28181Alarm(try MANSCDPMessage(bytes)).rawType == "2/1")
            } else {
                #expect(try SIPParser.datagram(bytes).missingHeaders.isEmpty)
            }
        }
    }
}

@Suite struct MANSCDPFuzzTests {
    @Test("damaged documents are refused or read, and an alarm in them always makes an event")
    func damagedDocuments() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Fixtures.root + "/Tests/Fixtures/gb28181").sorted()
        let fixtures = try names.map { try Fixtures.bytes("gb28181/" + $0) }
        var random = SeededNumbers(28181)
        let received = Timestamp(seconds: 1_622_514_030)
        for _ in FuzzInputs() {
            let index = Int.random(in: 0..<fixtures.count, using: &random)
            let bytes = sipDamaged(fixtures[index], with: fixtures[(index + 1) % fixtures.count], &random)
            let arrivals = GB28181Decoder.replay(
                bytes, contentType: "Application/MANSCDP+xml", source: "s", device: "d", classes: [:], received: received)
            guard let message = try? MANSCDPMessage(bytes) else {
                if case .unreadable = arrivals.first { continue }
                Issue.record("lost: \(bytes)")
                continue
            }
            if message.kind == .notify, message.isCommand("Alarm") { #expect(arrivals.count == 1) }
        }
    }
}
