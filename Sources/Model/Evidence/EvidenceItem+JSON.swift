extension EvidenceItem {
    /// All facts with stable keys; the custody log is apart.
    ///
    /// - Parameter personal: without it callers, callees and file names, which often hold numbers, are `"***"`, and so is
    ///   the event's id, which repeats a file's name.
    package func json(personal: Bool) -> JSON {
        func hidden(_ text: String?) -> JSON? { text.map { .string(personal ? $0 : "***") } }
        return .object(present: [
            ("sha256", .string(sha256)), ("kind", .string(kind.rawValue)), ("bytes", bytes.map { .int($0) }),
            ("device", .string(device)), ("place", place.map { .string($0) }), ("spot", spot.map { .string($0) }),
            ("deviceTime", deviceTime.map { .string($0.text) }),
            ("deviceMoment", deviceTime?.moment.map { .string($0.text()) }), ("received", .string(received.text())),
            ("clockOffset", clockOffset.map { .int($0) }), ("position", .int(position)), ("source", .string(source)),
            ("event", kind == .recording ? hidden(eventID) : .string(eventID)), ("adapter", adapter.map { .string($0) }),
            ("fileName", hidden(fileName)), ("format", format.map { .string($0) }), ("note", note.map { .string($0) }),
            ("seconds", seconds.map { .number(String($0)) }), ("callID", callID.map { .string($0) }),
            ("direction", direction.map { .string($0.rawValue) }), ("caller", hidden(caller)), ("callee", hidden(callee)),
            ("difference", difference.map { .number(String($0)) }), ("class", alarmClass.map { .string($0) }),
            ("taker", taker.map { .string($0) }),
            ("standing", kind == .recording ? JSON?.none : standing?.json ?? .null),
            ("transcript", custody.transcript.map { .string($0) }),
            ("holds", .array(custody.holds.map { .string($0) })),
            ("incidents", .array(custody.incidents.map { .string($0) })), ("marks", .array(marks.map(\.json))),
        ])
    }
}

extension CameraStanding {
    package var json: JSON {
        .object(present: [
            ("reviewNumber", reviewNumber.map { .string($0) }), ("reviewDate", reviewDate.map { .string($0) }),
            ("published", published.map { .string($0) }),
        ])
    }
}
