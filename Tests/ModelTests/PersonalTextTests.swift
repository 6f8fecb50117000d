import Model
import Testing

@Suite("Personal numbers in free text")
struct PersonalTextTests {
    @Test(
        "telephone and identity card numbers are hidden, and the words around them stay",
        arguments: [
            ("联系电话13800138000，请回复", "联系电话***，请回复"),
            ("138-0013-8000", "***"), ("138 0013 8000", "***"), ("+86 13800138000", "***"), ("0086-13800138000", "***"),
            ("１３８００１３８０００", "***"), ("打了15904721234和18647299999两个", "打了***和***两个"),
            ("0472-5123456", "***"), ("(0472)5123456", "***"), ("（0472） 5123456", "***"), ("04725123456", "***"),
            ("010-12345678", "***"), ("0472-512 3456", "***"), ("021-6123-4567", "***"),
            ("身份证150203198503071234", "身份证***"), ("15020319850307123X，", "***，"), ("150203850307123", "***"),
            ("2021-03-05 13800138000", "2021-03-05 ***"), ("tel:13800138000.", "tel:***."),
            ("邮箱a.b-c@mail.example.cn。", "邮箱***。"), ("a@b.cn,c@d.cn", "***,***"), ("写到li@example.com.", "写到***."),
        ])
    func hidden(text: String, shown: String) {
        #expect(PersonalText.masked(text) == shown)
    }

    @Test(
        "what is no personal number stays",
        arguments: [
            "2021-03-05 08:30:15", "钢铁大街12号楼3单元501", "工单20210305001", "12345热线", "400-123-4567", "110", "1234567",
            "罚款 2000 元", "150203202113451234567", "12800138000", "138001380001", "0472", "", "占道经营", "98765432101234567890",
            "@所有人", "a@b", "@example.com", "5@",
        ])
    func kept(text: String) {
        #expect(PersonalText.masked(text) == text)
    }

    @Test("an event is shown without names, without numbers in its text, and otherwise as it is")
    func shownEvent() throws {
        var complaint = Complaint(
            channel: "smart-kundulun", number: "13800138000", accepted: Timestamp(seconds: 1_622_505_600),
            text: "烧烤摊油烟，电话13900139000")
        complaint.reporter = "王翠花"
        complaint.phone = "13900139000"
        let event = Event(
            source: "urn:test", id: "1", type: EventType.complaintReceived, received: complaint.accepted,
            data: complaint.json.bytes)
        let stored = StoredEvent(position: 1, event: event, leaf: [])
        let shown = stored.cloudEvent()["data"]
        #expect(shown?["reporter"] == "***")
        #expect(shown?["phone"] == "***")
        #expect(shown?["text"] == "烧烤摊油烟，电话***")
        // The channel's own number is no telephone, whatever it looks like.
        #expect(shown?["number"] == "13800138000")
        #expect(stored.cloudEvent(masking: [])["data"] == complaint.json)
    }

    @Test("a complaint's payload that is no JSON is not shown at all")
    func shownRaw() {
        let event = Event(
            source: "urn:test", id: "1", type: EventType.complaintReceived, received: Timestamp(seconds: 0),
            contentType: "text/plain", data: Array("王翠花".utf8))
        #expect(StoredEvent(position: 1, event: event, leaf: []).cloudEvent()["data"] == "***")
        #expect(StoredEvent(position: 1, event: event, leaf: []).cloudEvent()["data_base64"] == nil)
    }

    @Test("payloads about complaints and messages read back as they were written")
    func payloads() throws {
        let (one, other) = (ComplaintName(channel: "a", number: "2021/3/1"), ComplaintName(channel: "b", number: "7"))
        #expect(ComplaintName("a/2021/3/1") == one)
        #expect(ComplaintName("a/") == nil)
        #expect(ComplaintName("/7") == nil)
        #expect(ComplaintName("a") == nil)
        let merging = ComplaintMerging(complaint: one, into: other, by: "li", reason: "同一摊点")
        #expect(ComplaintMerging(merging.json) == merging)
        let separating = ComplaintSeparating(complaint: one, by: "li")
        #expect(ComplaintSeparating(separating.json) == separating)
        var update = ComplaintUpdate(one, text: "又来了", category: "0501")
        update.phone = "1"
        #expect(ComplaintUpdate(update.json) == update)
        let closing = ComplaintClosing(channel: "a", number: "1", closed: Timestamp(seconds: 1_622_505_600), outcome: "已清理")
        let message = OutboxMessage(
            message: "closed-7-a/1", recipient: OutboxMessage.recipient(channel: "a"), kind: OutboxMessage.complaintClosed,
            subject: "a/1", body: closing.json)
        #expect(OutboxMessage(message.json) == message)
        #expect(ComplaintClosing(message.json) == closing)
        let attempt = OutboxAttempt(message: "m", recipient: "channel:a", result: .failed, sentence: "no route", attempt: 3)
        #expect(OutboxAttempt(attempt.json) == attempt)
    }
}
