import Model

/// WeChat's refusal, or an answer that is none.
struct WeChatError: Error, Hashable {
    /// What it means for the one who asks.
    enum Kind: Hashable {
        /// The token is wrong or has run out: fetch another.
        case token
        case busy
        /// The day's questions are used up.
        case limit
        /// Somebody has to change something.
        case refused
        /// The answer makes no sense.
        case unreadable
    }

    let kind: Kind
    /// What is wrong and what to change; without token or secret.
    let sentence: String

    init(sentence: String) {
        kind = .unreadable
        self.sentence = sentence
    }

    /// - Parameter code: `errcode` of an answer, not 0.
    init(code: Int) {
        switch code {
        case -1: (kind, sentence) = (.busy, "WeChat is busy (-1); it is asked again")
        case 40001, 40014, 42001:
            kind = .token
            sentence =
                "WeChat does not accept the token it has just given (\(code)); see that no other program fetches tokens "
                + "for this account, and that the secret is right"
        case 45009:
            kind = .limit
            sentence = "the account's questions of today are used up (45009); it is asked again tomorrow"
        case 40013: (kind, sentence) = (.refused, "WeChat does not know the appid (40013); correct it")
        case 40125: (kind, sentence) = (.refused, "the secret of the WeChat account is wrong (40125); put the new one in place")
        case 40164:
            kind = .refused
            sentence = "WeChat does not know this server's address (40164); add it to the account's list of permitted addresses"
        case 48001:
            kind = .refused
            sentence = "the account may not read its statistics (48001); have it verified by WeChat"
        case 61500: (kind, sentence) = (.refused, "WeChat does not accept the dates (61500); check this machine's clock")
        case 61501: (kind, sentence) = (.refused, "WeChat does not accept the span of dates (61501); check this machine's clock")
        default: (kind, sentence) = (.refused, "WeChat answers with error \(code); look it up in WeChat's list of codes")
        }
    }
}
