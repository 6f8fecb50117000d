import Feeds
import Model
import TestKit
import Testing

@Suite struct SIPParserTests {
    private func message(_ name: String) throws -> SIPMessage {
        try SIPParser.datagram(try Fixtures.bytes("sip/" + name))
    }

    @Test("an Expires of more than 32 bits is the longest one, and one below nothing is none")
    func hugeExpires() throws {
        func expires(_ text: String) throws -> Int? {
            let lines = "REGISTER sip:a SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKa\r\nExpires: \(text)\r\n\r\n"
            return try SIPParser.datagram(Array(lines.utf8)).expires
        }
        #expect(try expires("9223372036854775807") == Int(UInt32.max))
        #expect(try expires("-1") == nil && expires("99999999999999999999999") == nil)
        #expect(try expires("3600") == 3600)
    }

    @Test("a plain request is read field by field")
    func plain() throws {
        let message = try message("register.txt")
        #expect(message.start == .request(method: "REGISTER", uri: "sip:15020300002000000001@1502030000"))
        #expect(message.from?.uri == SIPURI(user: "15020300001320000001", host: "1502030000"))
        #expect(message.from?.tag == "a1" && message.to?.tag == nil)
        #expect(message.via?.branch == "z9hG4bK1001" && message.via?.host == "192.168.1.20" && message.via?.port == 5060)
        #expect(message.sequence?.number == 1 && message.sequence?.method == "REGISTER")
        #expect(message.expires == 3600 && message.callID == "reg-1@192.168.1.20")
        #expect(message.missingHeaders.isEmpty && message.body.isEmpty)
    }

    @Test("compact names are written out and bare LF ends lines, too")
    func compact() throws {
        let compact = try message("register-compact.txt")
        #expect(compact.missingHeaders.isEmpty && compact.expires == 600 && compact.via?.transport == "TCP")
        #expect(try message("bare-lf.txt").headers == message("register.txt").headers)
    }

    @Test("folded lines are one value")
    func folded() throws {
        let message = try message("message-folded.txt")
        #expect(message.via?.branch == "z9hG4bK1003" && message.via?.parameters["rport"] == "")
        #expect(message.from?.display == "Gate 1" && message.from?.tag == "a3")
        #expect(message.body == Array("<Notify>".utf8))
    }

    @Test("without Content-Length the datagram ends the body; a datagram shorter than it says is refused")
    func lengths() throws {
        #expect(try message("message-no-length.txt").body == Array("<Notify/>".utf8))
        let whole = try Fixtures.bytes("sip/message-folded.txt")
        #expect { try SIPParser.datagram(whole.dropLast()) } throws: { ($0 as? SIPError)?.code == .truncated }
        #expect(try SIPParser.datagram(whole + [0, 0]).body.count == 8)
    }

    @Test("a display name in GBK goes back byte for byte, and the address behind it is read")
    func gbk() throws {
        let bytes = try Fixtures.bytes("sip/message-gbk-name.txt")
        let message = try SIPParser.datagram(bytes)
        #expect(message.from?.uri.user == "15020300001320000001" && message.from?.tag == "a1")
        let answer = message.answer(200, to: SIPPeer(.udp, host: "192.168.1.20", port: 5060), tag: "x")
        #expect(answer.header("from")?.value == message.header("from")?.value)
    }

    @Test("a padded code and an IPv6 address are read")
    func addresses() throws {
        #expect(try message("padded-code.txt").from?.uri.user == "15020300001320000001")
        let six = try message("ipv6.txt")
        #expect(six.via?.host == "2001:db8::20" && six.via?.port == 5062)
        #expect(six["contact"].flatMap { SIPNameAddress($0) }?.uri.text == "sip:15020300001320000001@[2001:db8::20]:5062")
    }

    @Test("what is printed is read as the same message again")
    func roundTrip() throws {
        for name in ["register.txt", "message-folded.txt", "message-gbk-name.txt", "answer-two-vias.txt", "ipv6.txt"] {
            let first = try message(name)
            let again = try SIPParser.datagram(first.bytes)
            #expect(again.start == first.start && again.body == first.body)
            #expect(again.headers.filter { $0.name != "content-length" } == first.headers.filter { $0.name != "content-length" })
        }
    }

    @Test("an answer carries every Via, the caller's real address in the first, and our tag")
    func answer() throws {
        let request = try message("register.txt")
        let answer = request.answer(200, to: SIPPeer(.udp, host: "203.0.113.9", port: 40_000), tag: "ours")
        #expect(answer["via"] == "SIP/2.0/UDP 192.168.1.20:5060;rport=40000;branch=z9hG4bK1001;received=203.0.113.9")
        #expect(answer.to?.tag == "ours" && answer["cseq"] == "1 REGISTER" && answer.callID == request.callID)
        var two = request
        two.headers.insert(SIPHeader("Via", "SIP/2.0/TCP 10.0.0.7;branch=z9hG4bKp, SIP/2.0/UDP 10.0.0.8"), at: 0)
        let vias = two.answer(200, to: SIPPeer(.tcp, host: "10.0.0.7", port: 1), tag: "x").headers.filter { $0.name == "via" }
        #expect(vias.map(\.text) == ["SIP/2.0/TCP 10.0.0.7;branch=z9hG4bKp, SIP/2.0/UDP 10.0.0.8", request["via"] ?? ""])
    }

    @Test(
        "what is no SIP, or too much of it, is refused",
        arguments: [
            ("", SIPError.Code.startLine), ("GET / HTTP/1.1\r\n\r\n", .startLine), ("SIP/2.0 20 OK\r\n\r\n", .startLine),
            ("MESSAGE sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n", .length),
            ("MESSAGE sip:a SIP/2.0\r\nContent-Length: 99999999999999999999\r\n\r\n", .length),
        ])
    func refused(text: String, code: SIPError.Code) {
        #expect { try SIPParser.datagram(Array(text.utf8)) } throws: { ($0 as? SIPError)?.code == code }
    }

    @Test("headers have a limit in bytes and in number")
    func caps() {
        let long = "MESSAGE sip:a SIP/2.0\r\nX: " + String(repeating: "a", count: 70_000) + "\r\n\r\n"
        #expect { try SIPParser.datagram(Array(long.utf8)) } throws: { ($0 as? SIPError)?.code == .headTooLong }
        let many = "MESSAGE sip:a SIP/2.0\r\n" + String(repeating: "X: a\r\n", count: 300) + "\r\n"
        #expect { try SIPParser.datagram(Array(many.utf8)) } throws: { ($0 as? SIPError)?.code == .tooManyHeaders }
    }
}
