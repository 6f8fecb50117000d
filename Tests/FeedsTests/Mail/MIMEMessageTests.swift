import Model
import TestKit
import Testing

@testable import Feeds

@Suite struct MIMEMessageTests {
    private let received = Timestamp(seconds: 1_622_505_600)

    private func drop(senders: [String] = []) -> MailDrop {
        var drop = MailDrop(name: "drop", address: DeviceAddress(url: "imaps://mail.example.cn"), channel: "petition")
        drop.senders = senders
        return drop
    }

    private func read(_ bytes: [UInt8], senders: [String] = [], importFile: MailDrop.ImportFile = { _, _, _ in [] }) -> [Arrival]
    {
        MailReading(drop: drop(senders: senders))
            .read(bytes, arrived: received - .hours(1), received: received, importFile: importFile)
    }

    private func complaint(_ name: String) throws -> Complaint? {
        guard case .event(let event)? = read(try Fixtures.bytes("mail/" + name)).first else { return nil }
        return event.payload.flatMap { Complaint($0) }
    }

    private func reason(_ name: String, senders: [String] = []) throws -> String? {
        let bytes = try Fixtures.bytes("mail/" + name)
        guard case .unreadable(let entry)? = read(bytes, senders: senders).first else { return nil }
        #expect(entry.bytes == bytes && entry.adapter == "mail" && entry.contentType == "message/rfc822")
        return entry.reason
    }

    @Test("a plain mail in GB18030 becomes one complaint, the subject joined although it is cut inside a character")
    func plain() throws {
        let complaint = try #require(try complaint("plain-gb18030.eml"))
        #expect(complaint.text == "占道经营投诉\n钢铁大街有人占道经营,\n请处理。镕")
        #expect(complaint.reporter == "张三" && complaint.email == "zhang@example.cn")
        #expect(complaint.channel == "petition" && complaint.accepted == received - .hours(1))
        #expect(complaint.number.utf8.count == 16)
    }

    @Test("HTML alone, raw 8-bit text, a forwarded mail: the words are found")
    func others() throws {
        #expect(try complaint("html-only.eml")?.text == "report\n井盖丢失\n民族路&友谊路")
        #expect(try complaint("raw-8bit.eml")?.text == "积水\n友谊大街积水")
        #expect(try complaint("forwarded.eml")?.text == "Fwd: 树倒了\n树倒在路上。\n附件:树.jpg")
    }

    @Test("a table in a nested mail goes to the importer under its own name, and there is no complaint")
    func table() throws {
        var taken: [(String, [UInt8])] = []
        let bytes = try Fixtures.bytes("mail/nested.eml")
        // The name that is shown is not the address.
        for senders in [[], ["clerk@example.cn"], ["@example.cn"]] {
            let arrivals = read(bytes, senders: senders) { bytes, name, received in
                let entry = Unreadable(
                    source: "", adapter: name, reason: "", contentType: "", bytes: bytes, received: received)
                return [.unreadable(entry)]
            }
            for case .unreadable(let entry) in arrivals { taken.append((entry.adapter, entry.bytes)) }
            #expect(arrivals.count == 1)
        }
        #expect(taken.map(\.0) == ["信访.csv", "信访.csv", "信访.csv"])
        #expect(taken.allSatisfy { String(decoding: $0.1, as: UTF8.self).hasPrefix("渠道,编号") })
    }

    @Test("who is not permitted, what is cut off, what a program sent: whole in quarantine, with a sentence and no name")
    func quarantined() throws {
        #expect(try reason("plain-gb18030.eml", senders: ["@example.com"])?.contains("not among the permitted") == true)
        #expect(try reason("nested.eml", senders: ["fake@evil.example"])?.contains("not among the permitted") == true)
        #expect(try reason("truncated.eml")?.contains("cut off") == true)
        #expect(try reason("auto-reply.eml")?.contains("automatic reply") == true)
        #expect(try reason("garbage.eml") != nil)
        let xls = "From: a@b.cn\r\nContent-Type: application/vnd.ms-excel; name=a.xls\r\n\r\nx"
        guard case .unreadable(let entry)? = read(Array(xls.utf8)).first else {
            Issue.record("an XLS workbook is not read")
            return
        }
        #expect(entry.reason.contains("XLSX"))
    }

    @Test("the addresses of a field, and nothing else that looks like one")
    func addresses() {
        func all(_ text: String) -> [String] { MailAddress.all(in: Array(text.utf8)).map { $0.name + "|" + $0.address } }
        #expect(all("A B <a@b.cn>") == ["A B|a@b.cn"])
        #expect(all("a@b.cn (张三)") == ["张三|a@b.cn"])
        #expect(all("\"x@good.cn\" <e@evil.cn>") == ["x@good.cn|e@evil.cn"])
        #expect(all("<good@a.cn> <evil@b.cn>").isEmpty)
        #expect(all("a@b.cn, c@d.cn") == ["|a@b.cn", "|c@d.cn"])
        #expect(all("\"a@b.cn\"").isEmpty && all("").isEmpty && all("a@b@c").isEmpty)
        #expect(!MailAddress(name: "", address: "a@evilexample.cn").isPermitted(by: ["@example.cn"]))
    }

    @Test("parameters of RFC 2231, in pieces, in quotes, and as mailers write them")
    func parameters() {
        func name(_ text: String) -> String? { MIMEParameters(Array(text.utf8))["filename"] }
        #expect(name("attachment; filename=\"a;b \\\"c\\\".csv\"") == "a;b \"c\".csv")
        #expect(name("attachment; filename*=UTF-8'zh'%E8%A1%A8.csv") == "表.csv")
        #expect(name("attachment; filename=\"=?gb18030?B?se0uY3N2?=\"") == "表.csv")
        #expect(name("attachment; filename*0=\"a\"; filename*1=\"b.csv\"") == "ab.csv")
        #expect(name("inline") == nil)
        #expect(MailboxName.encoded("已处理&") == "&XfJZBHQG-&-" && MailboxName.quoted("a\"b") == "\"a\\\"b\"")
    }

    @Test("mails nested without end and parts without number are cut, in little time")
    func caps() {
        let nested = (0..<5000).map { "Content-Type: multipart/mixed; boundary=b\($0)\r\n\r\n--b\($0)\r\n" }.joined()
        let message = MIMEMessage(Array(nested.utf8))
        #expect(message.isCut && message.leaves.isEmpty)
        let parts = String(repeating: "--b\r\n\r\nx\r\n", count: 50_000)
        let many = "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + "--b--"
        #expect(MIMEMessage(Array(many.utf8)).leaves.count == MIMEMessage.partLimit)
    }
}
