import Model

/// A complaint as a simulated channel keeps it; each interface writes it in its own words.
package struct SimChannelRecord: Hashable, Sendable {
    package var number: String
    package var accepted: Timestamp
    package var updated: Timestamp
    package var text: String
    package var place = "钢铁大街与民族路口"
    package var category = "0501"
    package var latitude: Double?
    package var longitude: Double?
    package var reporter: String?
    package var phone: String?
    package var closed: Timestamp?
    package var outcome: String?
    /// Stands in for the state that follows from `closed`.
    package var state: String?

    package init(_ number: String, accepted: Timestamp, text: String) {
        self.number = number
        self.accepted = accepted
        self.text = text
        updated = accepted
    }

    /// The same, closed.
    package func closing(at time: Timestamp, outcome: String) -> SimChannelRecord {
        var record = self
        record.closed = time
        record.updated = time
        record.outcome = outcome
        return record
    }
}

extension SimChannelRecord {
    /// A row of the log of changes: civil time, words for states.
    var row: JSON {
        .object(present: [
            ("caseNo", .string(number)), ("acceptTime", .string(Self.civil(accepted))),
            ("updateTime", .string(Self.civil(updated))), ("title", .string("案件")), ("description", .string(text)),
            ("address", .string(place)), ("eventCode", .string(category)),
            ("position", latitude.map { .object([.init("lat", .number(String($0))), .init("lng", degrees(longitude))]) }),
            ("photos", .array([.object([.init("url", "http://192.0.2.1/1.jpg")])])),
            ("state", .string(state ?? (closed == nil ? "处置中" : "结案"))), ("endTime", closed.map { .string(Self.civil($0)) }),
            ("disposal", outcome.map { .string($0) }),
        ])
    }

    /// An order of the gateway: milliseconds, numbers for states.
    var order: JSON {
        .object(present: [
            ("orderNo", .string(number)), ("createdAt", .int(accepted.microseconds / 1000)),
            ("modifiedAt", .int(updated.microseconds / 1000)), ("content", .string(text)), ("kind", .string(category)),
            ("location", location), ("person", person), ("status", .number(state ?? (closed == nil ? "2" : "4"))),
            ("finishedAt", closed.map { .int($0.microseconds / 1000) }), ("feedback", outcome.map { .string($0) }),
        ])
    }

    private var location: JSON {
        .object([.init("name", .string(place)), .init("x", degrees(longitude)), .init("y", degrees(latitude))])
    }

    private var person: JSON {
        .object(present: [("name", reporter.map { .string($0) }), ("mobile", phone.map { .string($0) })])
    }

    /// A request of GeoReport v2.
    var request: JSON {
        .object(present: [
            ("service_request_id", .string(number)), ("status", .string(closed == nil ? "open" : "closed")),
            ("status_notes", outcome.map { .string($0) }), ("service_name", "市容"), ("service_code", .string(category)),
            ("description", .string(text)), ("requested_datetime", .string(accepted.text())),
            ("updated_datetime", .string(updated.text())), ("address", .string(place)), ("lat", degrees(latitude)),
            ("long", degrees(longitude)), ("media_url", "http://192.0.2.1/1.jpg"),
        ])
    }

    private func degrees(_ value: Double?) -> JSON { value.map { .number(String($0)) } ?? .null }

    private static func civil(_ time: Timestamp) -> String {
        let text = time.text()
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
    }
}
