import Crypto
import Foundation
import Model
import TestKit
import Testing

@testable import Journal

@Suite("Personal data at rest")
struct PersonalSealTests {
    static let names = ["王翠花", "Wang Cuihua", "13900139000", "13700137000", "cuihua@example.com"]
    private let seal: PersonalSeal
    private let other: PersonalSeal

    init() throws {
        seal = try PersonalSeal(text: String(repeating: "0a", count: 32))
        other = try PersonalSeal(text: String(repeating: "0b", count: 32))
    }

    private static func complaint(_ id: String = "1", text: String = "噪音") -> Event {
        var complaint = Complaint(channel: "citizen", number: id, accepted: Timestamp(seconds: 1_622_505_600), text: text)
        complaint.reporter = "王翠花"
        complaint.phone = "13900139000"
        complaint.email = "cuihua@example.com"
        return event(EventType.complaintReceived, complaint.json.bytes, id: id)
    }

    private static func event(_ type: String, _ data: [UInt8], id: String = "1") -> Event {
        Event(source: "urn:test", id: id, type: type, received: Timestamp(seconds: 1_622_505_600), data: data)
    }

    private func isClean(_ bytes: [UInt8]) -> Bool {
        let data = Data(bytes)
        return Self.names.allSatisfy { data.range(of: Data($0.utf8)) == nil }
    }

    @Test("the named members are sealed and opened again; everything else stays byte for byte")
    func roundTrip() throws {
        let event = Self.complaint()
        let sealed = try seal.seal(event)
        #expect(isClean(sealed.data))
        let payload = try #require(sealed.payload)
        let text = try #require(payload["phone"]?.string)
        #expect(text.hasPrefix("sealed:1:\(seal.current.id):"))
        #expect(payload["text"] == "噪音")
        #expect(Complaint(payload)?.name == ComplaintName(channel: "citizen", number: "1"))
        #expect(seal.open(payload) == event.payload)
        // A name's length is not told: short values are padded alike.
        #expect(payload["reporter"]?.string?.count == text.count)
    }

    @Test("spelling, order, white space and numbers of other members are not touched")
    func splice() throws {
        let data =
            #" {"x" : 1.50e1, "phone" : 13900139000 ,"deep":[{"caller":"13700137000","y":"é"}],"#
            + #""email":null,"reporter":"" } "#
        let sealed = try seal.seal(Self.event(EventType.recordingFile, Array(data.utf8)))
        #expect(isClean(sealed.data))
        let text = String(decoding: sealed.data, as: UTF8.self)
        #expect(text.hasPrefix(#" {"x" : 1.50e1, "phone" : "sealed:1:"#))
        #expect(text.hasSuffix(#","y":"é"}],"email":null,"reporter":"" } "#))
        let opened = seal.open(try #require(sealed.payload))
        #expect(opened["phone"] == .number("13900139000"))
        #expect(opened["deep"]?.array?.first?["caller"] == "13700137000")
    }

    @Test("a member's name that is spelt with escapes, and one after a byte order mark, are found")
    func escaped() throws {
        let data = Array(#"{"ph\u006fne":"13900139000"}"#.utf8)
        #expect(isClean(try seal.seal(Self.event(EventType.complaintReceived, data)).data))
        let marked: [UInt8] = [0xEF, 0xBB, 0xBF] + Array(#"{"phone":"13900139000"}"#.utf8)
        let sealed = try seal.seal(Self.event(EventType.complaintReceived, marked))
        #expect(isClean(sealed.data))
        #expect(seal.open(try #require(sealed.payload))["phone"] == "13900139000")
    }

    @Test("a payload that is no JSON is sealed as a whole")
    func raw() throws {
        for bytes in [Array("王翠花 13900139000".utf8), [0xFF] + Array("王翠花".utf8), Array("{\"phone\":\"王翠花".utf8)] {
            let event = Self.event(EventType.complaintReceived, bytes)
            let sealed = try seal.seal(event)
            #expect(isClean(sealed.data))
            let stored = StoredEvent(position: 1, event: sealed, leaf: [])
            #expect(PersonalSeal.open(stored, with: seal).event.data == bytes)
            #expect(PersonalSeal.open(stored, with: nil).event.data == sealed.data)
        }
    }

    @Test("events that tell of nobody pass untouched")
    func untouched() throws {
        let data = Array(#"{"phone":"13900139000"}"#.utf8)
        for type in [EventType.cameraAlarm, "org.example.fact", EventType.prefix] {
            #expect(try seal.seal(Self.event(type, data)).data == data)
        }
        let plain = Array(#"{ "text" : "x" }"#.utf8)
        #expect(try seal.seal(Self.event(EventType.complaintReceived, plain)).data == plain)
        #expect(try seal.seal(Self.event(EventType.complaintReceived, [])).data == [])
    }

    @Test("without the key, with another, or where the text was changed or moved, it is hidden and nothing fails")
    func lostKey() throws {
        let sealed = try #require(try seal.seal(Self.complaint()).payload)
        for hidden in [other.open(sealed), PersonalSeal.open(sealed, with: nil)] {
            #expect(hidden["phone"] == "***")
            #expect(hidden["text"] == "噪音")
        }
        let phone = try #require(sealed["phone"]?.string)
        #expect(seal.open(["email": .string(phone)])["email"] == "***")
        #expect(seal.open(["phone": .string(String(phone.dropLast(5)) + "AAAA=")])["phone"] == "***")
        #expect(seal.open(["phone": "sealed:1:zz"])["phone"] == "***")
        #expect(seal.open(["phone": "13900139000"])["phone"] == "13900139000")
    }

    @Test("an old key goes on opening and seals no longer; what is sealed already stays as it is")
    func rotation() throws {
        let old = try seal.seal(Self.complaint())
        let text = "# new\n" + String(repeating: "0c", count: 32) + "\r\n\n" + String(repeating: "0A", count: 32) + " # old\n"
        let both = try PersonalSeal(text: text)
        #expect(both.keyIDs.count == 2)
        #expect(both.keyIDs.last == seal.current.id)
        #expect(both.open(try #require(old.payload))["reporter"] == "王翠花")
        #expect(try both.seal(Self.complaint()).payload?["phone"]?.string?.hasPrefix("sealed:1:\(both.current.id):") == true)
        #expect(try both.seal(old).data == old.data)
        // What only looks sealed is sealed.
        let fake = Array(#"{"phone":"sealed:1:0000:13900139000"}"#.utf8)
        #expect(isClean(try both.seal(Self.event(EventType.complaintReceived, fake)).data))
    }

    @Test("a key that is none is refused with a sentence that does not hold it", arguments: ["", "# x\n", "abc", "zz"])
    func badKey(text: String) {
        #expect {
            try PersonalSeal(text: text)
        } throws: { error in
            guard let error = error as? PersonalKeyError else { return false }
            return error.sentence.contains("openssl rand -hex 32") && !error.sentence.contains("abc")
        }
    }

    @Test("a key file is made once, for its owner only, and refused where others may read it")
    func keyFile() throws {
        let folder = try TemporaryFolder("key")
        let path = folder.file("personal.key")
        let made = try PersonalKeyFile.readOrMake(path: path)
        #expect(try PersonalKeyFile.readOrMake(path: path).current.id == made.current.id)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect { try PersonalKeyFile.readOrMake(path: path) } throws: { "\($0)".contains("chmod 600 \(path)") }
        #expect(throws: PersonalKeyError.self) { try PersonalKeyFile.read(path: folder.file("none")) }
    }
}
