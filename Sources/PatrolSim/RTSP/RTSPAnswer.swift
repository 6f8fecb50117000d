/// Makes the bytes of a simulated RTSP server's answers.
struct RTSPAnswer {
    let settings: RTSPServerSettings

    func bytes(_ status: Int, _ request: RTSPRequest, headers: [(String, String)] = [], body: String? = nil) -> [UInt8] {
        let faults = settings.faults
        var lines = [("CSeq", request.headers["cseq"] ?? "0"), ("Server", "PatrolSim")] + headers
        if let body {
            lines.append(("Content-Type", "application/sdp"))
            let length = body.utf8.count + (faults.contains(.longLength) ? 100 : 0)
            if !faults.contains(.noLength) { lines.append(("Content-Length", String(length))) }
        }
        let bare = faults.contains(.bareLines)
        let end = bare ? "\n" : "\r\n"
        let head = lines.map { (bare ? $0.0.lowercased() : $0.0) + (bare ? ":" : ": ") + $0.1 }
        let first = "RTSP/1.0 \(status) \(Self.reasons[status] ?? "Unknown")"
        return Array((([first] + head).joined(separator: end) + end + end + (body ?? "")).utf8)
    }

    /// A session description (RFC 4566) of the channel.
    static func description(_ request: RTSPRequest, hasVideo: Bool) -> String {
        var lines = [
            "v=0", "o=- 1001 1 IN IP4 127.0.0.1", "s=Media Presentation", "t=0 0", "a=control:\(request.url)",
        ]
        if hasVideo { lines += ["m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000", "a=control:trackID=1"] }
        lines += ["m=audio 0 RTP/AVP 0", "a=control:trackID=2"]
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private static let reasons = [
        200: "OK", 401: "Unauthorized", 403: "Forbidden", 404: "Stream Not Found", 453: "Not Enough Bandwidth",
        454: "Session Not Found", 501: "Not Implemented", 503: "Service Unavailable",
    ]
}
