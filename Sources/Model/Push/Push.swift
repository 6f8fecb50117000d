/// A device's own HTTP call, as the HTTP edge hands it to the feed that it is for.
package struct PushRequest: Sendable {
    /// `POST` and so on, upper case.
    package var method: String
    /// Without the query, percent-encoding undone.
    package var path: String
    /// Without its question mark, as sent.
    package var query: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// The caller's IP address.
    package var peer: String

    package init(
        method: String, path: String, query: String = "", headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        peer: String = "127.0.0.1"
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.peer = peer
    }

    /// The first header of that name, in any case.
    package subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// What a device's call is answered with.
package struct PushAnswer: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(_ status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A sentence as plain text.
    package static func text(_ status: Int, _ sentence: String) -> PushAnswer {
        PushAnswer(status, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array((sentence + "\n").utf8))
    }
}

/// Takes a device's call; a 2xx answer means that all of it is durable, or was so already.
package typealias PushReceiver = @Sendable (PushRequest) async -> PushAnswer
