/// Where a device that we call is, and who we are to it.
package struct DeviceAddress: Sendable {
    /// `http://` or `https://` and the host, with port where it is not the scheme's, perhaps a path; no slash at the end.
    package var url: String
    package var user: String?
    /// Asked for at each connection, so that a changed secret is used.
    package var password: @Sendable () -> String?
    package var trust = CurlTrust.system
    package var permitsBasic = true
    package var connectTimeout = Duration.seconds(10)

    package init(url: String, user: String? = nil, password: @escaping @Sendable () -> String? = { nil }) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.user = user
        self.password = password
    }

    /// A request for a path of the device, with HTTP authentication where the device asks for it.
    package func request(
        _ path: String, method: String = "GET", headers: [(name: String, value: String)] = [], body: [UInt8]? = nil
    ) -> CurlRequest {
        let credentials = user.map { CurlCredentials(user: $0, password: password() ?? "", permitsBasic: permitsBasic) }
        return CurlRequest(
            url: url + path, method: method, headers: headers, body: body, credentials: credentials, trust: trust,
            connectTimeout: connectTimeout)
    }
}
