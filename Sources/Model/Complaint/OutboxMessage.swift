/// The `data` of `cn.patrold.outbox.queued`: something that one recipient outside must be told.
package struct OutboxMessage: Hashable, Sendable {
    /// The same for all recipients of one cause and at every attempt, so that a recipient can tell repeats.
    package var message: String
    /// Who: `channel:KEY`, `webhook:NAME` or `mail:ADDRESS`.
    package var recipient: String
    /// What it is, such as `complaint.closed`.
    package var kind: String
    /// What it is about; messages of one subject reach a recipient in their order.
    package var subject: String
    /// What is said: of `complaint.closed` the members of `ComplaintClosing`.
    package var body: JSON

    package init(message: String, recipient: String, kind: String, subject: String, body: JSON) {
        self.message = message
        self.recipient = recipient
        self.kind = kind
        self.subject = subject
        self.body = body
    }

    package static let complaintClosed = "complaint.closed"

    /// The recipient's name for a channel that takes replies.
    package static func recipient(channel key: String) -> String { "channel:" + key }

    package var json: JSON {
        let said = (body.members ?? []).filter { !Self.own.contains($0.key) }
        return .object(
            [
                JSON.Member("message", .string(message)), JSON.Member("recipient", .string(recipient)),
                JSON.Member("kind", .string(kind)), JSON.Member("subject", .string(subject)),
            ] + said)
    }

    package init?(_ json: JSON) {
        guard let message = json["message"]?.string, let recipient = json["recipient"]?.string,
            let kind = json["kind"]?.string
        else { return nil }
        let body = (json.members ?? []).filter { !Self.own.contains($0.key) }
        self.init(
            message: message, recipient: recipient, kind: kind, subject: json["subject"]?.string ?? "", body: .object(body))
    }

    private static let own: Set<String> = ["message", "recipient", "kind", "subject"]
}

/// The `data` of `cn.patrold.outbox.tried`: how one attempt to tell a recipient ended.
package struct OutboxAttempt: Hashable, Sendable {
    package enum Result: String, Sendable, CaseIterable {
        /// The recipient has it.
        case delivered
        /// It could not be told; it is tried again.
        case failed
        /// The recipient says no for good; somebody must look at it.
        case rejected
        /// It was tried long enough.
        case expired
    }

    package var message: String
    package var recipient: String
    package var result: Result
    /// What the recipient said, or why it could not be reached; no personal data.
    package var sentence: String
    /// 1 for the first.
    package var attempt: Int

    package init(message: String, recipient: String, result: Result, sentence: String, attempt: Int) {
        self.message = message
        self.recipient = recipient
        self.result = result
        self.sentence = sentence
        self.attempt = attempt
    }

    package var json: JSON {
        [
            "message": .string(message), "recipient": .string(recipient), "result": .string(result.rawValue),
            "sentence": .string(sentence), "attempt": .int(attempt),
        ]
    }

    package init?(_ json: JSON) {
        guard let message = json["message"]?.string, let recipient = json["recipient"]?.string,
            let result = json["result"]?.string.flatMap(Result.init(rawValue:)), let attempt = json["attempt"]?.int
        else { return nil }
        self.init(
            message: message, recipient: recipient, result: result, sentence: json["sentence"]?.string ?? "", attempt: attempt)
    }
}
