extension SIPMessage {
    /// The answer to this request: its way back, its dialog, its sequence (RFC 3261 §8.2.6).
    ///
    /// - Parameter tag: ours, where the request has none for us.
    package func answer(
        _ status: Int, _ reason: String? = nil, to peer: SIPPeer, tag: String, headers more: [SIPHeader] = []
    ) -> SIPMessage {
        var answer = SIPMessage(.answer(status: status, reason: reason ?? Self.reasons[status] ?? "Answer"))
        var isTop = true
        for header in headers where ["via", "from", "to", "call-id", "cseq"].contains(header.name) {
            var copy = header
            if header.name == "via", isTop {
                copy.value = SIPVia.answered(header.value, from: peer)
                isTop = false
            }
            if header.name == "to", status > 100, SIPNameAddress(header.text)?.tag == nil {
                copy.value += Array(";tag=\(tag)".utf8)
            }
            answer.headers.append(copy)
        }
        answer.headers += more
        return answer
    }

    private static let reasons = [
        100: "Trying", 200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 413: "Request Entity Too Large", 415: "Unsupported Media Type",
        481: "Call/Transaction Does Not Exist", 486: "Busy Here", 503: "Service Unavailable",
    ]
}
