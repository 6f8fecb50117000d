import Feeds
import Model
import TestKit
import Testing

@Suite struct SIPTransactionTests {
    private let peer = SIPPeer(.udp, host: "192.0.2.1", port: 5060)

    private func request(body: String = "", branch: String = "z9hG4bK1", sequence: Int = 1) -> SIPMessage {
        SIPMessage(
            .request(method: "MESSAGE", uri: "sip:a"),
            headers: [
                SIPHeader("Via", "SIP/2.0/UDP 192.0.2.1;branch=\(branch)"), SIPHeader("From", "<sip:d@x>;tag=1"),
                SIPHeader("To", "<sip:p@x>"), SIPHeader("Call-ID", "c"), SIPHeader("CSeq", "\(sequence) MESSAGE"),
            ], body: Array(body.utf8))
    }

    private func key(_ reception: SIPServerTransactions.Reception) -> SIPServerTransactions.Key? {
        if case .new(let key) = reception { key } else { nil }
    }

    @Test("a repeat waits until there is an answer, then gets the same bytes; after 32 s it is new")
    func server() throws {
        var server = SIPServerTransactions()
        let key = try #require(self.key(server.receive(request(), at: .seconds(0))))
        #expect(server.receive(request(), at: .seconds(1)) == .waiting)
        server.answer(key, with: [1, 2], at: .seconds(2))
        #expect(server.receive(request(), at: .seconds(33)) == .answered([1, 2]))
        #expect(self.key(server.receive(request(), at: .seconds(34))) != nil)
    }

    @Test("what was forgotten is new, and so is another content, number or branch under the same names")
    func distinct() throws {
        var server = SIPServerTransactions()
        let key = try #require(self.key(server.receive(request(), at: .zero)))
        #expect(self.key(server.receive(request(body: "other"), at: .zero)) != nil)
        #expect(self.key(server.receive(request(branch: "z9hG4bK2"), at: .zero)) != nil)
        #expect(self.key(server.receive(request(sequence: 2), at: .zero)) != nil)
        server.forget(key)
        #expect(self.key(server.receive(request(), at: .zero)) != nil)
    }

    @Test("a flood does not grow it beyond its limit")
    func bounded() {
        var server = SIPServerTransactions(limit: 100)
        for number in 1...10_000 { _ = server.receive(request(sequence: number), at: .zero) }
        #expect(server.count <= 102)
    }

    @Test("a request is sent again after 0.5, 1, 2, 4, 4 … seconds, and given up after 32")
    func timers() {
        var client = SIPClientTransactions()
        #expect(client.send(request(), branch: "z9hG4bK1", to: peer, at: .zero).count == 1)
        var sent: [Int64] = []
        var ended: Int64?
        for tick in 1...4000 {
            let now = Span.milliseconds(Int64(tick) * 10)
            for action in client.tick(at: now) {
                switch action {
                case .transmit: sent.append(now.microseconds / 1000)
                case .finish(_, let outcome):
                    #expect(outcome == .timeout)
                    ended = now.microseconds / 1000
                }
            }
        }
        #expect(sent == [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
        #expect(ended == 32_000 && client.count == 0 && client.deadline == nil)
    }

    @Test("an answer ends it once; a provisional one only slows it down; TCP is not sent again")
    func answered() {
        var client = SIPClientTransactions()
        _ = client.send(request(), branch: "z9hG4bK1", to: peer, at: .zero)
        let trying = request().answer(100, to: peer, tag: "t")
        let done = request().answer(200, to: peer, tag: "t")
        #expect(client.receive(trying, at: .zero).isEmpty)
        #expect(client.receive(done, at: .zero) == [.finish(branch: "z9hG4bK1", .answered(done))])
        #expect(client.receive(done, at: .zero).isEmpty)
        _ = client.send(request(), branch: "z9hG4bK1", to: SIPPeer(.tcp, host: "192.0.2.1", port: 1, connection: 1), at: .zero)
        #expect(client.tick(at: .seconds(31)).isEmpty)
        #expect(client.fail(connection: 1) == [.finish(branch: "z9hG4bK1", .unreachable)])
    }
}
