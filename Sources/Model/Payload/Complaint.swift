/// The `data` of `cn.patrold.complaint.received`: one complaint of one channel.
package struct Complaint: Hashable, Sendable {
    /// Key of the channel in the channel list (`city-digital` …).
    package var channel: String
    /// The channel's own number for it; (`channel`, `number`) is its identity.
    package var number: String
    package var accepted: Timestamp
    package var text: String
    package var place: String?
    /// 大类+小类, four digits (`0501`), where the channel gives one.
    package var category: String?
    /// WGS-84 degrees, where the channel gives a point.
    package var latitude: Double?
    package var longitude: Double?
    /// Address of a picture, where the channel gives one.
    package var media: String?
    /// Personal data: never in a log, a tail or an export.
    package var reporter: String?
    package var phone: String?
    package var email: String?

    package init(channel: String, number: String, accepted: Timestamp, text: String) {
        self.channel = channel
        self.number = number
        self.accepted = accepted
        self.text = text
    }

    package var json: JSON {
        .object(present: [
            ("channel", .string(channel)), ("number", .string(number)), ("accepted", .string(accepted.text())),
            ("text", .string(text)), ("place", place.map { .string($0) }), ("category", category.map { .string($0) }),
            ("latitude", latitude.map { .number(String($0)) }), ("longitude", longitude.map { .number(String($0)) }),
            ("media", media.map { .string($0) }), ("reporter", reporter.map { .string($0) }),
            ("phone", phone.map { .string($0) }), ("email", email.map { .string($0) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let channel = json["channel"]?.string, let number = json["number"]?.string,
            let accepted = json["accepted"]?.string.flatMap({ Timestamp($0) })
        else { return nil }
        self.init(channel: channel, number: number, accepted: accepted, text: json["text"]?.string ?? "")
        place = json["place"]?.string
        category = json["category"]?.string
        latitude = json["latitude"]?.double
        longitude = json["longitude"]?.double
        media = json["media"]?.string
        reporter = json["reporter"]?.string
        phone = json["phone"]?.string
        email = json["email"]?.string
    }
}

/// The `data` of `cn.patrold.complaint.closed`: the channel's word that it is done.
package struct ComplaintClosing: Hashable, Sendable {
    package var channel: String
    package var number: String
    package var closed: Timestamp
    package var outcome: String?

    package init(channel: String, number: String, closed: Timestamp, outcome: String? = nil) {
        self.channel = channel
        self.number = number
        self.closed = closed
        self.outcome = outcome
    }

    package var json: JSON {
        .object(present: [
            ("channel", .string(channel)), ("number", .string(number)), ("closed", .string(closed.text())),
            ("outcome", outcome.map { .string($0) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let channel = json["channel"]?.string, let number = json["number"]?.string,
            let closed = json["closed"]?.string.flatMap({ Timestamp($0) })
        else { return nil }
        self.init(channel: channel, number: number, closed: closed, outcome: json["outcome"]?.string)
    }
}
