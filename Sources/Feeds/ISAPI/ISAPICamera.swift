import Model

/// What the configuration says of one Hikvision device.
package struct ISAPICamera: Sendable {
    /// The device's name in the configuration; its feed is `patrold:/feeds/<name>`.
    package var name: String
    /// `http://` or `https://` and the host, with port where it is not the scheme's.
    package var url: String
    package var user: String?
    /// Asked for at each connection, so that a changed secret is used.
    package var password: @Sendable () -> String?
    /// The channel to write down, whatever the device says.
    package var channel: Int?
    /// Taken off channel numbers above it; 32 for recorders that count network cameras from 33.
    package var channelOffset = 0
    package var trust = CurlTrust.system
    package var permitsBasic = true
    package var path = "/ISAPI/Event/notification/alertStream"
    /// Tried once when `path` is answered with 404, as old firmware does.
    package var fallbackPath = "/Event/notification/alertStream"
    package var connectTimeout = Duration.seconds(10)
    /// Silence limit and delays.
    package var limits = Liveness.Limits()
    /// How long after its last repeat an alarm counts as over.
    package var quiet = Span.seconds(5)
    /// How far the device's clock may be off.
    package var skewLimit = Span.seconds(5)
    /// The longest part of the stream in bytes.
    package var partLimit = 4 << 20
    /// Undelivered arrivals at which the stream is held back, and at which it goes on.
    package var highWater = 256
    package var lowWater = 64
    /// Keeps a picture and gives its SHA-256; may block, nothing where it could not.
    package var storePicture: (@Sendable ([UInt8]) -> String?)?

    package init(name: String, url: String, user: String? = nil, password: @escaping @Sendable () -> String? = { nil }) {
        self.name = name
        self.url = url
        self.user = user
        self.password = password
    }

    var source: String { "patrold:/feeds/" + name }

    func request(path: String) -> CurlRequest {
        let base = url.hasSuffix("/") ? String(url.dropLast()) : url
        let credentials = user.map { CurlCredentials(user: $0, password: password() ?? "", permitsBasic: permitsBasic) }
        // The silence limit judges the stream; libcurl's own limit only catches what it might miss.
        let silence = Duration.microseconds(limits.silence.microseconds)
        return CurlRequest(
            url: base + path, headers: [("Accept", "multipart/mixed, */*")], credentials: credentials, trust: trust,
            connectTimeout: connectTimeout, lowSpeedTime: silence + .seconds(2))
    }
}
