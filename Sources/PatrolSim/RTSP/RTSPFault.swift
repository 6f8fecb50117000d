/// What a simulated RTSP server does wrong; each can be switched while it runs.
package enum RTSPFault: Hashable, Sendable, CaseIterable {
    /// 404 for every channel.
    case notFound
    /// 454 for every channel.
    case noSession
    /// 453: too many viewers.
    case noBandwidth
    /// 503.
    case busy
    /// 403 after a right password.
    case forbidden
    /// A description without a video line.
    case noVideo
    /// Takes connections and never answers.
    case hang
    /// Answers `OPTIONS` and nothing else.
    case hangOnDescribe
    /// Bytes that are no protocol at all.
    case garbage
    /// Bytes without end.
    case flood
    /// An HTTP server's answer.
    case speaksHTTP
    /// Closes each connection at once.
    case closes
    /// Closes the connection after each answer.
    case closesAfterAnswer
    /// Names another realm in its challenge than the one it checks with.
    case wrongRealm
    /// Calls the first nonce of each connection stale.
    case staleNonce
    /// Offers digest with SHA-256 only.
    case modernDigestOnly
    /// Offers the password in clear only.
    case basicOnly
    /// Digest as of RFC 2069, without `qop`.
    case oldDigest
    /// Asks for a login for `OPTIONS` too.
    case locksOptions
    /// No `Content-Length`; the connection stays open.
    case noLength
    /// A `Content-Length` longer than the body, then closes.
    case longLength
    /// Line feeds alone, header names in lower case.
    case bareLines
    /// One byte at a time.
    case singleBytes
}
