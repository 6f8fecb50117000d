import Model
import TestKit
import Testing

@testable import Feeds

@Suite struct MailFuzzTests {
    @Test("no mutation of a mail is lost: each is one complaint, the importer's, or whole in quarantine")
    func mutations() throws {
        let seeds = try MediaFuzz.seeds("mail")
        let reading = MailReading(
            drop: MailDrop(name: "drop", address: DeviceAddress(url: "imaps://mail.example.cn"), channel: "petition"))
        let now = Timestamp(seconds: 1_622_505_600)
        var random = SeededNumbers(0x3A11)
        for round in FuzzInputs() {
            let bytes = MediaFuzz.mutated(seeds[round % seeds.count], &random)
            let arrivals = reading.read(bytes, arrived: now, received: now) { bytes, _, _ in
                [.unreadable(Unreadable(source: "", adapter: "t", reason: "", contentType: "", bytes: bytes, received: now))]
            }
            #expect(!arrivals.isEmpty && arrivals.count <= MIMEMessage.partLimit)
            for case .unreadable(let entry) in arrivals where entry.adapter == "mail" { #expect(entry.bytes == bytes) }
        }
    }

    @Test("no line of a mail server stops its reader")
    func lines() {
        let seed = Array("* 3 FETCH (UID 5 RFC822.SIZE 900 INTERNALDATE \"05-Mar-2021 10:20:00 +0800\" FLAGS (\\Seen))".utf8)
        let entry = IMAPLine.entry(String(decoding: seed, as: UTF8.self))
        #expect(entry?.uid == 5 && entry?.size == 900 && entry?.isSeen == true)
        #expect(entry?.arrived?.text() == "2021-03-05T10:20:00+08:00")
        var random = SeededNumbers(0x14A9)
        for _ in FuzzInputs() {
            _ = IMAPLine.entry(String(decoding: MediaFuzz.mutated(seed, &random), as: UTF8.self))
        }
    }
}
