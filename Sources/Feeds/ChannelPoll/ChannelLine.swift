import Model

/// Where a channel's server is and who we are to it, as the settings say.
package struct ChannelAddress: Sendable {
    /// Scheme, host, perhaps port and path; no slash at the end.
    package var url: String
    package var user: String?
    /// Asked for at each use, so that a changed secret is used; nothing where there is none.
    package var password: @Sendable () -> String?
    package var token: @Sendable () -> String?
    package var trust: CurlTrust

    package init(
        url: String, user: String? = nil, password: @escaping @Sendable () -> String? = { nil },
        token: @escaping @Sendable () -> String? = { nil }, trust: CurlTrust = .system
    ) {
        self.url = url
        self.user = user
        self.password = password
        self.token = token
        self.trust = trust
    }
}

/// The way to one channel's server, shared by what asks it and what replies to it: they use one token.
package actor ChannelLine {
    private struct Token {
        var text: String
        /// By uptime.
        var goodUntil: Span
    }

    /// What stands for the channel in sentences.
    nonisolated let name: String
    nonisolated let server: ChannelAddress
    private let multi: CurlMulti
    private let clock: any WallClock
    private struct RefusedLogin {
        /// What was sent; another user or password is tried at once.
        var values: [String: String]
        /// By uptime.
        var until: Span
        var trouble: PeriodicTrouble
    }

    private var token: Token?
    private var login: Task<Token, any Error>?
    /// The login that was refused last: nobody tries the same again before its time, because servers lock accounts.
    private var refusedLogin: RefusedLogin?
    private let refusedPause: Span

    /// How long one question may take, and how long its answer may be in bytes.
    private static let patience = Duration.seconds(60)
    static let bodyLimit = 32 << 20

    /// - Parameter refusedPause: how long a refused login is not sent again.
    package init(
        _ channel: Channel, server: ChannelAddress, multi: CurlMulti, clock: any WallClock, refusedPause: Span = .minutes(4)
    ) {
        name = channel.name
        self.server = server
        self.multi = multi
        self.clock = clock
        self.refusedPause = refusedPause
    }

    /// Sends a request and gives what `read` makes of an answer of 2xx; a token that is over is renewed once.
    ///
    /// - Parameter headers: further ones.
    /// - Throws: `PeriodicTrouble`, or what `read` throws other than `expired`.
    func ask<Answer: Sendable>(
        _ template: RequestTemplate, _ values: [String: String], access: Channel.Access?,
        headers: [(name: String, value: String)] = [], read: @Sendable (CurlResponse) throws -> Answer
    ) async throws -> Answer {
        var mayRenew = access?.login != nil
        while true {
            let token = try await token(access)
            let response = try await send(template, values, access, token, headers)
            do {
                if response.status == 401 { throw ChannelAnswer.Problem.expired }
                try check(response)
                return try read(response)
            } catch ChannelAnswer.Problem.expired {
                guard mayRenew else { throw refusal(access) }
                mayRenew = false
                if self.token?.text == token { self.token = nil }
            }
        }
    }

    private func send(
        _ template: RequestTemplate, _ values: [String: String], _ access: Channel.Access?, _ token: String?,
        _ more: [(name: String, value: String)]
    ) async throws -> CurlResponse {
        var template = template
        var values = values
        values["user"] = values["user"] ?? server.user
        var headers = [(name: "Accept", value: "application/json")] + more
        if template.body != nil { headers.append(("Content-Type", template.contentType)) }
        headers += template.headers.map { ($0.name, Self.oneLine($0.value.filled(values, as: .plain))) }
        if let access, let token {
            let text = access.value.filled(["token": token], as: .plain)
            switch access.place {
            case .header: headers.append((access.name, Self.oneLine(text)))
            case .query:
                values["token"] = text
                template.query.append(RequestTemplate.Pair(access.name, Template("{token}")))
            }
        }
        var address = DeviceAddress(url: server.url, user: access == nil ? server.user : nil, password: server.password)
        address.trust = server.trust
        var request = address.request(
            template.target(values), method: template.method, headers: headers, body: template.bodyBytes(values))
        request.totalTimeout = Self.patience
        request.responseLimit = Self.bodyLimit
        do {
            return try await multi.send(request)
        } catch let error as CurlError {
            if error.code == .cancelled { try Task.checkCancellation() }
            throw PeriodicTrouble(error, asking: name)
        }
    }

    /// A header's value never ends its line.
    private static func oneLine(_ text: String) -> String { text.filter { !$0.isNewline } }

    /// What a status other than 2xx means.
    private func check(_ response: CurlResponse) throws {
        switch response.status {
        case 200..<300: return
        case 429, 503:
            let sentence = "\(name) asks us to come again later (HTTP \(response.status))"
            guard let wait = RetryAfter.read(response.head["Retry-After"], now: clock.now()) else {
                throw PeriodicTrouble.failed(sentence)
            }
            throw PeriodicTrouble.postponed(until: clock.now() + wait, sentence)
        case 403:
            throw PeriodicTrouble.refused("\(name) does not permit this question (HTTP 403); ask its operator for the right")
        case 404:
            throw ChannelRefusal(
                status: 404, sentence: "\(name) has nothing at this path (HTTP 404); correct the channel's definition")
        case 300..<400:
            throw PeriodicTrouble.refused(
                "\(name) sends us to another address (HTTP \(response.status)); write that address into the settings")
        case 400..<500:
            throw ChannelRefusal(
                status: response.status,
                sentence: "\(name) refuses the question (HTTP \(response.status)); correct the channel's definition")
        default: throw PeriodicTrouble.failed("\(name) is out of order (HTTP \(response.status))")
        }
    }

    private func refusal(_ access: Channel.Access?) -> PeriodicTrouble {
        guard let access else {
            return .refused("\(name) refuses user and password (HTTP 401); correct them under channels.connections")
        }
        return .refused(
            access.login == nil
                ? "\(name) refuses the token; write a good one under channels.connections"
                : "\(name) refuses the token that its login has just given; check the channel's definition")
    }

    // MARK: Tokens

    private func token(_ access: Channel.Access?) async throws -> String? {
        guard let access else { return nil }
        guard let definition = access.login else {
            guard let token = server.token() else {
                throw PeriodicTrouble.refused("the token of \(name) cannot be read; check the secret under channels.connections")
            }
            return token
        }
        if let token, token.goodUntil > clock.uptime() { return token.text }
        let task = login ?? Task { try await logIn(definition) }
        login = task
        defer { login = nil }
        let fresh = try await task.value
        token = fresh
        return fresh.text
    }

    private func logIn(_ definition: Channel.Login) async throws -> Token {
        let values = ["user": server.user ?? "", "password": server.password() ?? ""]
        if let refused = refusedLogin, refused.values == values, refused.until > clock.uptime() { throw refused.trouble }
        let response = try await send(definition.request, values, nil, nil, [])
        if (400..<500).contains(response.status), response.status != 429 { throw refuse(values, response.status) }
        try check(response)
        guard let json = try? JSON(parsing: response.body) else {
            throw PeriodicTrouble.failed("the login of \(name) answers no JSON; correct the channel's definition")
        }
        guard let text = definition.token.first(in: json)?.plainText, !text.isEmpty else {
            // Many servers say no with HTTP 200 and no token.
            throw refuse(values, response.status)
        }
        refusedLogin = nil
        let told = definition.lifetimePath?.first(in: json)?.plainText.flatMap { Int64($0) }.map { Span.seconds($0) }
        let lifetime = min(max(told ?? definition.lifetime, .seconds(1)), .days(366))
        // A tenth early: a token that ends on the way costs a question.
        let good = Span(microseconds: lifetime.microseconds / 10 * 9)
        return Token(text: text, goodUntil: clock.uptime() + good)
    }

    private func refuse(_ values: [String: String], _ status: Int) -> PeriodicTrouble {
        // Nobody has a login at a path that is wrong; everything else is said of who asks (RFC 6749 says it with 400).
        let trouble = PeriodicTrouble.refused(
            status == 404 || status == 405
                ? "\(name) has no login at this path (HTTP \(status)); correct the channel's definition"
                : "\(name) refuses user or password at its login (HTTP \(status)); correct them under channels.connections")
        refusedLogin = RefusedLogin(values: values, until: clock.uptime() + refusedPause, trouble: trouble)
        return trouble
    }
}

/// An answer of 4xx that no repetition changes.
struct ChannelRefusal: Error, Hashable, Sendable {
    let status: Int
    let sentence: String
}
