import Model

/// Why nothing comes from a remote folder, in one sentence: what, where, what to do.
struct RemoteTrouble: Error, Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        /// Tried again soon.
        case unreachable
        /// It answers and says no; tried again soon, since no password was wrong.
        case notThere
        /// User, password, key or certificate: tried seldom, since servers lock an address out.
        case refused
    }

    let kind: Kind
    let sentence: String

    static func configuration(_ sentence: String) -> RemoteTrouble { RemoteTrouble(kind: .refused, sentence: sentence) }

    var state: FeedState { kind == .unreachable ? .unreachable : .refused }

    /// What libcurl's failure means for the folder at an address.
    init(_ error: CurlError, at place: String, usesKey: Bool) {
        if error.reply == 421 {
            // libcurl takes it for a pause that was too long (RFC 959: service not available).
            self = Self.full(error.reply, place)
            return
        }
        if let file = error.file, let trouble = Self.said(file, error, place, usesKey) {
            self = trouble
            return
        }
        switch error.code {
        case .unresolved:
            self.init(kind: .unreachable, sentence: "the host of \(place) has no address; check the name in the configuration")
        case .unreachable:
            self.init(kind: .unreachable, sentence: "nobody listens at \(place); check address, port, network and power")
        case .timedOut:
            self.init(kind: .unreachable, sentence: "\(place) did not answer in time; check address, port and network")
        case .tls:
            let sentence =
                "the certificate or the encryption of \(place) is not acceptable (\(Self.short(error.detail))); "
                + "name the file of its authority"
            self.init(kind: .refused, sentence: sentence)
        case .badRequest:
            self.init(kind: .refused, sentence: "the address \(place) cannot be used; correct it in the configuration")
        case .tooLarge:
            self.init(kind: .notThere, sentence: "the listing of \(place) is too long; sort its files into folders")
        case .broken, .cancelled, .failed:
            let sentence = "the connection to \(place) broke (\(Self.short(error.detail))); check the network and the server"
            self.init(kind: .unreachable, sentence: sentence)
        }
    }

    private static func said(
        _ file: CurlFileFailure, _ error: CurlError, _ place: String, _ usesKey: Bool
    ) -> RemoteTrouble? {
        switch file {
        case .login where (400..<500).contains(error.reply):
            return full(error.reply, place)
        case .login:
            let what = usesKey ? "user or private key (ed25519 or ecdsa; RSA only on old servers)" : "user or password"
            return RemoteTrouble(kind: .refused, sentence: "\(place) does not accept \(what); correct the configuration")
        case .noTLS:
            let sentence = "\(place) offers no TLS, and it is required; switch it on there or take required out of tls"
            return RemoteTrouble(kind: .refused, sentence: sentence)
        case .hostKeyUnknown(let fingerprint):
            let sentence =
                "the host key of \(place) is unknown: \(fingerprint); compare it with the server's and add it "
                + "to known_hosts or write it as host_key"
            return RemoteTrouble(kind: .refused, sentence: sentence)
        case .hostKeyChanged(let fingerprint):
            let sentence =
                "the host key of \(place) is another than before: \(fingerprint); somebody may stand in "
                + "between, so ask the server's administrator before you replace it"
            return RemoteTrouble(kind: .refused, sentence: sentence)
        case .denied, .notFound:
            return .notThere(place)
        case .partial:
            return RemoteTrouble(
                kind: .unreachable, sentence: "\(place) " + RemoteListingError.cutOff.sentence)
        case .noOffset, .command: return nil
        }
    }

    private static func full(_ reply: Int, _ place: String) -> RemoteTrouble {
        RemoteTrouble(kind: .unreachable, sentence: "\(place) takes no further login now (\(reply)); it is tried again")
    }

    static func notThere(_ place: String) -> RemoteTrouble {
        RemoteTrouble(
            kind: .notThere, sentence: "there is no folder at \(place), or this user may not list it; correct path or rights")
    }

    /// What an HTTP status other than success means.
    init(status: Int, at place: String) {
        switch status {
        case 401, 407:
            self.init(kind: .refused, sentence: "\(place) does not accept user or password; correct the configuration")
        case 403, 404, 410: self = .notThere(place)
        case 300..<400:
            self.init(
                kind: .notThere, sentence: "\(place) sends us elsewhere (\(status)); put its new address into the configuration")
        case 429, 500...:
            self.init(kind: .unreachable, sentence: "\(place) answers with its own trouble (\(status)); it is tried again")
        default:
            self.init(kind: .notThere, sentence: "\(place) answers \(status) instead of a listing; check the address")
        }
    }

    init(kind: Kind, sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    /// libcurl's words, without ends of lines, at a length that fits a sentence.
    private static func short(_ detail: String) -> String {
        String(detail.unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) }.prefix(160))
    }
}
