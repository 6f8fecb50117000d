import Feeds
import Foundation
import Model
import PatrolSim
import TestKit
import Testing

@Suite(.enabled(if: DovecotServer.missing == nil, "dovecot cannot run here")) struct MailFeedTests {
    /// A mailbox, a journal, and the feed between them.
    private final class Bench {
        let folder: TemporaryFolder
        let journal = MemoryJournal()
        let server: DovecotServer
        var drop: MailDrop

        init(tls: Bool = false) async throws {
            folder = try TemporaryFolder("patrold-mail")
            server = try await DovecotServer.start(in: folder.path, tls: tls)
            let address = DeviceAddress(url: "imap://127.0.0.1:\(server.port)", user: DovecotServer.user) {
                DovecotServer.password
            }
            drop = MailDrop(name: "drop", address: address, channel: "petition")
            drop.permitsPlain = true
            drop.mark = folder.file("marks/drop.json")
        }

        func feed() -> PeriodicFeed {
            let made = drop.feed(
                .quick("drop", "mail"), in: journal.surroundings(), lookEvery: .milliseconds(10),
                importFile: { bytes, name, received in
                    let row = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).last ?? ""
                    let number = row.split(separator: ",").dropFirst().first.map(String.init) ?? name
                    let complaint = Complaint(channel: "petition", number: number, accepted: received, text: name)
                    return [
                        .event(
                            Event(
                                source: "patrold:/channels/petition", id: number, type: EventType.complaintReceived,
                                received: received, data: complaint.json.bytes))
                    ]
                })
            made.start()
            return made
        }

        func put(_ name: String) throws { try server.deliver(try Fixtures.bytes("mail/" + name)) }

        static func mail(_ number: Int, _ text: String = "积水") -> [UInt8] {
            let header = "From: 李 <li\(number)@example.cn>\r\nMessage-ID: <\(number)@example.cn>\r\nSubject: s\(number)\r\n"
            return Array((header + "\r\n\(text)\r\n").utf8)
        }

        var subjects: [String] { journal.complaints.map { $0.text.split(separator: "\n").first.map(String.init) ?? "" } }
    }

    @Test("mails become complaints and rows, broken ones go to quarantine, and all are marked as read after that")
    func seen() async throws {
        let bench = try await Bench()
        for name in ["plain-gb18030.eml", "truncated.eml", "nested.eml", "garbage.eml", "html-only.eml"] { try bench.put(name) }
        let feed = bench.feed()
        #expect(await eventually { bench.journal.complaints.count == 3 })
        #expect(await bench.journal.waits(for: .live, saying: "no new mail"))
        #expect(bench.subjects == ["占道经营投诉", "信访.csv", "report"] && bench.journal.complaints.dropFirst().first?.number == "XF-1")
        #expect(bench.journal.unreadable.count == 2)
        #expect(bench.journal.unreadable.first?.bytes == (try Fixtures.bytes("mail/truncated.eml")))
        #expect(bench.server.flags() == ["S", "S", "S", "S", "S"])
        let event = try #require(bench.journal.events.first)
        #expect(event.source == "patrold:/channels/petition" && event.id == bench.journal.complaints.first?.number)
        await feed.stopped()
        #expect(!bench.journal.words.contains("example.cn") && !bench.journal.words.contains(DovecotServer.password))
        #expect(bench.journal.state.withLock { $0.duplicates } == 0)
    }

    @Test("nothing is marked and no mark is kept before the journal has the mail, and a restart gives the same mail again")
    func restart() async throws {
        let bench = try await Bench()
        try bench.server.deliver(Bench.mail(1))
        bench.journal.refuse(.full)
        var feed = bench.feed()
        #expect(await eventually { bench.journal.state.withLock { $0.calls } >= 2 })
        await feed.stopped()
        #expect(bench.server.flags() == [""] && !FileManager.default.fileExists(atPath: bench.folder.file("marks/drop.json")))
        bench.journal.refuse(nil)
        feed = bench.feed()
        // Fetching marks it for a moment; what counts is the mark after the journal has it.
        #expect(await eventually { bench.subjects == ["s1"] && bench.server.flags() == ["S"] })
        await feed.stopped()
        #expect(bench.subjects == ["s1"])
        // A daemon that starts again takes only what came meanwhile.
        try bench.server.deliver(Bench.mail(2))
        feed = bench.feed()
        #expect(await eventually { bench.subjects == ["s1", "s2"] })
        await feed.stopped()
        #expect(bench.journal.state.withLock { $0.duplicates } == 0)
    }

    @Test("a mail server that is killed midway and comes back loses nothing and gives nothing twice")
    func serverDies() async throws {
        let bench = try await Bench()
        for number in 1...20 { try bench.server.deliver(Bench.mail(number, String(repeating: "长", count: 5000))) }
        let feed = bench.feed()
        #expect(await eventually { bench.journal.complaints.count >= 3 })
        bench.server.kill()
        #expect(await bench.journal.waits(for: .unreachable))
        try await bench.server.restart()
        #expect(await eventually { bench.journal.complaints.count == 20 })
        #expect(await eventually { bench.server.flags() == Array(repeating: "S", count: 20) })
        await feed.stopped()
        #expect(bench.subjects == (1...20).map { "s\($0)" } && bench.journal.gaps.contains { $0.state == .closed })
    }

    @Test("when the mailbox is numbered anew all mails are looked at again, and none counts twice")
    func renumbered() async throws {
        let bench = try await Bench()
        try bench.server.deliver(Bench.mail(1))
        let feed = bench.feed()
        #expect(await eventually { bench.subjects == ["s1"] })
        #expect(await bench.journal.waits(for: .live, saying: "no new mail"))
        try await bench.server.renumber()
        try bench.server.deliver(Bench.mail(2))
        #expect(await eventually { bench.subjects.contains("s2") })
        await feed.stopped()
        #expect(bench.subjects == ["s1", "s2"] && bench.journal.state.withLock { $0.duplicates } == 1)
    }

    @Test("mails can be moved to a folder, which is made, or be left as they were")
    func afterwards() async throws {
        let bench = try await Bench()
        bench.drop.afterwards = .move("已处理")
        try bench.server.deliver(Bench.mail(1))
        var feed = bench.feed()
        #expect(await eventually { bench.server.flags(in: "&XfJZBHQG-").count == 1 && bench.server.flags().isEmpty })
        await feed.stopped()
        bench.drop.afterwards = .keep
        try bench.server.deliver(Bench.mail(2))
        feed = bench.feed()
        #expect(await eventually { bench.subjects == ["s1", "s2"] })
        #expect(await bench.journal.waits(for: .live, saying: "no new mail"))
        await feed.stopped()
        #expect(bench.server.flags() == [""])
    }

    @Test("a stranger's mail is quarantined with a sentence; a mail that is too long only by its header")
    func senders() async throws {
        let bench = try await Bench()
        bench.drop.senders = ["li1@example.cn", "li3@example.cn"]
        bench.drop.sizeLimit = 4000
        for number in [1, 2] { try bench.server.deliver(Bench.mail(number)) }
        try bench.server.deliver(Bench.mail(3, String(repeating: "x", count: 9000)))
        let feed = bench.feed()
        #expect(await bench.journal.waits(for: .live, saying: "no new mail"))
        await feed.stopped()
        #expect(bench.subjects == ["s1"] && bench.journal.unreadable.count == 2)
        let reasons = bench.journal.unreadable.map(\.reason)
        try #require(reasons.count == 2)
        #expect(reasons[0].contains("not among the permitted") && reasons[1].contains("stays in the mailbox"))
        // The long one is not all here, so it stays unread.
        #expect(bench.server.flags() == ["S", "S", ""])
        #expect(!bench.journal.words.contains("li2") && bench.journal.unreadable[1].bytes.count < 500)
    }

    @Test("STARTTLS and TLS from the start, with the authority that is configured and no other")
    func encrypted() async throws {
        let bench = try await Bench(tls: true)
        bench.drop.permitsPlain = false
        let port = try #require(bench.server.tlsPort)
        let starttls = bench.drop.address.url
        for (number, url) in [starttls, "imaps://127.0.0.1:\(port)"].enumerated() {
            try bench.server.deliver(Bench.mail(number))
            bench.drop.address.url = url
            bench.drop.address.trust = .system
            var feed = bench.feed()
            #expect(await bench.journal.waits(for: .unreachable, saying: "certificate"))
            await feed.stopped()
            #expect(bench.subjects.count == number)
            bench.drop.address.trust = .authority(file: bench.server.certificate)
            feed = bench.feed()
            #expect(await eventually { bench.subjects.count == number + 1 })
            await feed.stopped()
        }
    }

    @Test("a wrong password and a server without encryption are sentences that say what to change")
    func refused() async throws {
        let bench = try await Bench()
        bench.drop.permitsPlain = false
        var feed = bench.feed()
        #expect(await bench.journal.waits(for: .refused, saying: "offers no encryption"))
        await feed.stopped()
        bench.drop.permitsPlain = true
        bench.drop.address.password = { "falsch" }
        feed = bench.feed()
        #expect(await bench.journal.waits(for: .refused, saying: "check user and password"))
        await feed.stopped()
        #expect(!bench.journal.words.contains("falsch"))
    }
}
