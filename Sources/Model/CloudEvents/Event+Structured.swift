extension Event {
    /// The event as a structured CloudEvent for sending; `data` must be JSON, nothing is masked.
    package var structured: JSON {
        .object(present: [
            ("specversion", "1.0"), ("id", .string(id)), ("source", .string(source)), ("type", .string(type)),
            ("subject", subject.map { .string($0) }), ("time", time.map { .string($0) }),
            ("datacontenttype", .string(contentType)), ("data", payload ?? .null),
        ])
    }
}
