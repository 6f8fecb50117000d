import Feeds
import Model
import Testing

@Suite struct DigestServerTests {
    private let server = DigestServer(realm: "1502030000", lifetime: .minutes(5))

    private func nonce(_ challenge: String) -> String { DigestHeader(challenge)?["nonce"] ?? "" }

    private func answer(_ nonce: String, password: String = "p:w", qop: Bool = true) -> String {
        let user = "admin"
        let head =
            "Digest username=\"\(user)\", realm=\"1502030000\", nonce=\"\(nonce)\", uri=\"/VIID/System/Register\""
            + (qop ? ", qop=auth, nc=00000001, cnonce=\"abc\"" : "")
        let response = DigestHeader(head)?.expectedResponse(method: "POST", user: user, realm: "1502030000", password: password)
        return head + ", response=\"\(response ?? "")\""
    }

    private func verify(_ header: String?, at uptime: Span = .seconds(10)) -> DigestServer.Verdict {
        server.verify(header, method: "POST", at: uptime) { $0 == "admin" ? "p:w" : nil }
    }

    @Test("the worked example of RFC 2617 has the response that is printed there")
    func example() {
        let header = DigestHeader(
            #"Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", "#
                + #"uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b""#)
        let response = header?.expectedResponse(
            method: "GET", user: "Mufasa", realm: "testrealm@host.com", password: "Circle Of Life")
        #expect(response == "6629fae49393a05397450978507c4ef1")
    }

    @Test("both forms of an answer to our nonce are granted, a wrong password is refused")
    func granted() {
        let nonce = nonce(server.challenge(at: .seconds(9)))
        #expect(nonce.utf8.count == 32)
        #expect(verify(answer(nonce)) == .granted(user: "admin"))
        #expect(verify(answer(nonce, qop: false)) == .granted(user: "admin"))
        #expect(verify(answer(nonce, password: "other")) == .refused(user: "admin"))
    }

    @Test("a nonce of the device's own making, an old one and one of another process are challenged as stale")
    func stale() {
        let old = nonce(server.challenge(at: .seconds(10)))
        #expect(verify(answer(old), at: .seconds(400)) == .challenge(stale: true))
        #expect(verify(answer("0123456789abcdef0123456789abcdef")) == .challenge(stale: true))
        let other = DigestServer(realm: "1502030000")
        #expect(verify(answer(nonce(other.challenge(at: .seconds(10))))) == .challenge(stale: true))
        #expect(verify(nil) == .challenge(stale: false))
        #expect(verify("Basic YWRtaW46cHc=") == .challenge(stale: false))
    }

    @Test("quotes, escapes, missing quotes and blanks are read as devices write them")
    func sloppy() {
        let header = DigestHeader(#"digest username = "a\"b" ,realm=x,  nonce="n,1=2" ,nc=00000001"#)
        #expect(header?["username"] == "a\"b")
        #expect(header?["realm"] == "x" && header?["nonce"] == "n,1=2" && header?["nc"] == "00000001")
    }
}
