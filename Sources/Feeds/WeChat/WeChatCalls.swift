import Model

/// The calls to WeChat's interface with their token.
///
/// Token and secret are parts of the addresses here; no sentence of this type ever holds an address or an answer.
actor WeChatCalls {
    private let account: WeChatAccount
    private let multi = CurlMulti(label: "patrold.feeds.wechat", maxHostConnections: 1)
    private var token: (text: String, until: Timestamp)?
    private var hasRefreshed = false

    init(_ account: WeChatAccount) {
        self.account = account
    }

    /// Permits one refreshed token until the next call of this.
    func begin() { hasRefreshed = false }

    /// Asks for one statistic of a span of days.
    ///
    /// - Throws: `WeChatError`, `PeriodicTrouble`.
    func ask(_ statistic: String, _ span: ClosedRange<Day>, at now: Timestamp) async throws -> JSON {
        let body: JSON = ["begin_date": .string(span.lowerBound.description), "end_date": .string(span.upperBound.description)]
        while true {
            let token = try await currentToken(at: now)
            let path = "/datacube/\(statistic)?access_token=\(Self.escaped(token))"
            let answer = try await send(path, body: body.bytes)
            guard let code = answer["errcode"]?.int, code != 0 else { return answer }
            let error = WeChatError(code: code)
            guard error.kind == .token, !hasRefreshed else { throw error }
            hasRefreshed = true
            self.token = nil
        }
    }

    private func currentToken(at now: Timestamp) async throws -> String {
        if let token, token.until > now { return token.text }
        guard let secret = account.secret(), !secret.isEmpty else {
            throw PeriodicTrouble.refused("the secret of the WeChat account cannot be read; put it where the configuration says")
        }
        let query = "appid=\(Self.escaped(account.appID))&secret=\(Self.escaped(secret))"
        let path = "/cgi-bin/token?grant_type=client_credential&" + query
        let answer = try await send(path, body: nil)
        if let code = answer["errcode"]?.int, code != 0 {
            // At this door 40001 is about the secret.
            throw code == 40001 ? WeChatError(code: 40125) : WeChatError(code: code)
        }
        guard let text = answer["access_token"]?.string, !text.isEmpty else {
            throw WeChatError(sentence: "WeChat's answer holds no access_token; check the address of the interface")
        }
        let seconds = min(max(answer["expires_in"]?.int ?? 0, 0), 86400)
        // Given up a little early, because the answer took its time.
        token = (text, now + .seconds(Int64(max(seconds - 300, 60))))
        return text
    }

    private func send(_ path: String, body: [UInt8]?) async throws -> JSON {
        let request = CurlRequest(
            url: account.url + path, method: body == nil ? "GET" : "POST",
            headers: body == nil ? [] : [("Content-Type", "application/json")], body: body, trust: account.trust,
            responseLimit: 1 << 20)
        let answer: CurlResponse
        do {
            answer = try await multi.send(request)
        } catch let error as CurlError {
            throw PeriodicTrouble(error, asking: "WeChat's interface")
        }
        guard answer.status == 200 else {
            throw PeriodicTrouble.failed("WeChat's interface answers \(answer.status); it is asked again")
        }
        do throws(JSONError) {
            return try JSON(parsing: answer.body)
        } catch {
            throw WeChatError(sentence: "WeChat's answer is no JSON (\(error)); check the address of the interface")
        }
    }

    /// Percent-encoded for a query (RFC 3986 §2.3).
    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: String(Character(Unicode.Scalar(byte)))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
