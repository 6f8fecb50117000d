/// One HTTP request, or one transfer of a file, as libcurl will do it; redirects are never followed and proxies of the environment are not used.
package struct CurlRequest: Sendable {
    /// `http` or `https` only, unless `file` says otherwise.
    package var url: String
    package var method: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]?
    package var credentials: CurlCredentials?
    /// Connects to this socket of the file system instead of the URL's host.
    package var unixSocket: String?
    package var trust: CurlTrust
    package var connectTimeout: Duration
    /// Gives up when nothing moves for this long; zero means no such limit, and a paused transfer is exempt.
    package var lowSpeedTime: Duration
    /// The whole transfer's limit; streams have none.
    package var totalTimeout: Duration
    /// The body's cap in bytes; streams have none.
    package var responseLimit: Int
    /// Makes this a transfer of FTP or SFTP; method, headers and body mean nothing then.
    package var file: CurlFileOptions?
    /// Bytes of libcurl's receive buffer, 0 for its usual size (for streams 4 KiB).
    package var bufferSize = 0

    package init(
        url: String, method: String = "GET", headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        credentials: CurlCredentials? = nil, unixSocket: String? = nil, trust: CurlTrust = .system,
        connectTimeout: Duration = .seconds(10), lowSpeedTime: Duration = .seconds(30),
        totalTimeout: Duration = .seconds(60), responseLimit: Int = 8 << 20
    ) {
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
        self.credentials = credentials
        self.unixSocket = unixSocket
        self.trust = trust
        self.connectTimeout = connectTimeout
        self.lowSpeedTime = lowSpeedTime
        self.totalTimeout = totalTimeout
        self.responseLimit = responseLimit
    }
}

/// A name and password for HTTP authentication: Digest where the server offers it, else Basic if that is permitted.
package struct CurlCredentials: Sendable {
    package var user: String
    package var password: String
    /// Basic shows the password to everybody on the way; some old firmware knows nothing else.
    package var permitsBasic: Bool

    package init(user: String, password: String, permitsBasic: Bool = true) {
        self.user = user
        self.password = password
        self.permitsBasic = permitsBasic
    }
}

/// Whose certificates an `https` transfer believes.
package enum CurlTrust: Sendable, Hashable {
    /// The system's authorities.
    case system
    /// The authorities of one PEM file.
    case authority(file: String)
    /// Anybody: the connection is encrypted, yet its other end is not known.
    case insecure
}

/// The status line and headers of the final response.
package struct CurlHead: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]

    /// The first header of that name, in any case.
    package subscript(name: String) -> String? {
        headers.first { $0.name.caseInsensitiveEquals(name) }?.value
    }
}

/// A whole response.
package struct CurlResponse: Sendable {
    package var head: CurlHead
    package var body: [UInt8]

    package var status: Int { head.status }
    package var headers: [(name: String, value: String)] { head.headers }
}

extension String {
    /// Whether two ASCII words are the same but for their case.
    func caseInsensitiveEquals(_ other: String) -> Bool {
        utf8.elementsEqual(other.utf8) { $0 == $1 || ($0 | 0x20 == $1 | 0x20 && $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) }
    }
}
