/// A short HTTP answer of a simulated camera, complete with its head.
struct ISAPIAnswer {
    let status: String
    let headers: [(String, String)]
    let body: String
    /// Stands instead of the body, as `image/jpeg`.
    var picture: [UInt8]?

    /// Whether the connection ends with it.
    var closes: Bool { headers.contains { $0.0 == "Connection" && $0.1 == "close" } }

    /// The bytes as they go out.
    var bytes: [UInt8] {
        let content = picture ?? Array(body.utf8)
        let type = ("Content-Type", picture == nil ? "application/xml; charset=\"UTF-8\"" : "image/jpeg")
        let lines = headers + [type, ("Content-Length", String(content.count))]
        let head = "HTTP/1.1 \(status)\r\n" + lines.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n"
        return Array(head.utf8) + content
    }

    static func unauthorized(realm: String, _ verdict: DigestAuthority.Verdict) -> ISAPIAnswer {
        switch verdict {
        case .accepted: ISAPIAnswer(status: "200 OK", headers: [], body: "")
        case .challenge(let nonce, let stale):
            ISAPIAnswer(
                status: "401 Unauthorized",
                headers: [
                    (
                        "WWW-Authenticate",
                        "Digest qop=\"auth\", realm=\"\(realm)\", nonce=\"\(nonce)\", algorithm=MD5, stale=\"\(stale)\""
                    )
                ],
                body: userCheck(locked: false, seconds: 0))
        case .lockedOut(let remaining):
            ISAPIAnswer(
                status: "401 Unauthorized", headers: [("Connection", "close")],
                body: userCheck(locked: true, seconds: remaining.seconds))
        }
    }

    private static func userCheck(locked: Bool, seconds: Int64) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>\r
        <userCheck version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">\r
        <statusValue>401</statusValue>\r
        <statusString>Unauthorized</statusString>\r
        <isDefaultPassword>false</isDefaultPassword>\r
        <lockStatus>\(locked ? "lock" : "unlock")</lockStatus>\r
        <unlockTime>\(seconds)</unlockTime>\r
        </userCheck>\r\n
        """
    }

    static func notFound(_ path: String) -> ISAPIAnswer {
        let safe = path.filter { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "." || $0 == "-" }
        return ISAPIAnswer(
            status: "404 Not Found", headers: [],
            body: """
                <?xml version="1.0" encoding="UTF-8"?>\r
                <ResponseStatus version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">\r
                <requestURL>\(safe)</requestURL>\r
                <statusCode>4</statusCode>\r
                <statusString>Invalid Operation</statusString>\r
                <subStatusCode>notSupport</subStatusCode>\r
                </ResponseStatus>\r\n
                """)
    }

    static func deviceInfo(_ settings: ISAPICameraSettings) -> ISAPIAnswer {
        ISAPIAnswer(
            status: "200 OK", headers: [],
            body: """
                <?xml version="1.0" encoding="UTF-8"?>\r
                <DeviceInfo version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">\r
                <deviceName>\(settings.name)</deviceName>\r
                <deviceID>00000000-0000-0000-0000-\(settings.macAddress.filter { $0 != ":" })</deviceID>\r
                <model>\(settings.model)</model>\r
                <serialNumber>\(settings.serial)</serialNumber>\r
                <macAddress>\(settings.macAddress)</macAddress>\r
                <firmwareVersion>V5.7.17</firmwareVersion>\r
                <firmwareReleasedDate>build 240606</firmwareReleasedDate>\r
                <deviceType>\(settings.deviceType)</deviceType>\r
                </DeviceInfo>\r\n
                """)
    }

    /// The head of a stream that ends only with the connection: no length, no chunks.
    static let streamHead = Array(
        ("HTTP/1.1 200 OK\r\nMIME-Version: 1.0\r\nConnection: close\r\n"
            + "Content-Type: multipart/mixed; boundary=boundary\r\n\r\n").utf8)
}
