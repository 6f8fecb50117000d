/// One request to a simulated RTSP server (RFC 2326 §6).
package struct RTSPRequest: Hashable, Sendable {
    package let method: String
    /// As the request line names it.
    package let url: String
    /// Names in lower case.
    package let headers: [String: String]

    /// What stands after host and port.
    package var path: String {
        guard url.lowercased().hasPrefix("rtsp://") else { return url }
        let rest = url.dropFirst(7)
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
    }

    /// Reads a whole head; nothing where it is none.
    init?(_ head: String) {
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)[...]
        guard let words = lines.popFirst()?.split(separator: " "), words.count == 3, words[2] == "RTSP/1.0" else { return nil }
        method = String(words[0])
        url = String(words[1])
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        self.headers = headers
    }
}
