/// A channel's server as the configuration has to name it.
package struct SimulatedConnection: Hashable, Sendable {
    /// Key in the channel list.
    package var channel: String
    package var url: String
    package var user: String?
    /// The key of the secret, `password` or `token`, and the secret itself; nothing where the server wants none.
    package var secretKey: String?
    package var secret = ""
    /// PEM file of the authority of its certificate.
    package var authority: String?
    /// Whether its very first poll has to be told where to begin.
    package var hasBeginning = false

    package init(_ channel: String, url: String, user: String? = nil, secretKey: String? = nil, secret: String = "") {
        self.channel = channel
        self.url = url
        self.user = user
        self.secretKey = secretKey
        self.secret = secret
    }

    /// Its entry under `channels.connections`.
    ///
    /// - Parameters:
    ///   - secretFile: where the caller has put `secret`.
    ///   - since: the day on which the first poll begins; nothing means as usual.
    package func entry(secretFile: String, every: String, since: String? = nil) -> String {
        var keys = [["channel", channel], ["url", "\"\(url)\""], ["every", every]]
        if let user { keys.append(["user", user]) }
        if let secretKey { keys.append([secretKey, "{file: \"\(secretFile)\"}"]) }
        if let authority { keys.append(["tls", "{ca: \"\(authority)\"}"]) }
        if let since, hasBeginning { keys.append(["since", since]) }
        return "{" + keys.map { $0.joined(separator: ": ") }.joined(separator: ", ") + "}"
    }
}
