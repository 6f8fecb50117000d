/// The `data` of `cn.patrold.complaint.updated`: what a channel says anew of a complaint that it has sent before.
///
/// What is absent stays as it is; a whole `Complaint` is an update too. The acceptance time never changes.
package struct ComplaintUpdate: Hashable, Sendable {
    package var name: ComplaintName
    package var text: String?
    package var place: String?
    /// 大类+小类, four digits.
    package var category: String?
    /// WGS-84 degrees.
    package var latitude: Double?
    package var longitude: Double?
    /// Address of a picture.
    package var media: String?
    /// Personal data: never in a log, a tail or an export.
    package var reporter: String?
    package var phone: String?
    package var email: String?
    /// What the channel adds in words, such as a hastening.
    package var note: String?

    package init(
        _ name: ComplaintName, text: String? = nil, place: String? = nil, category: String? = nil, note: String? = nil
    ) {
        self.name = name
        self.text = text
        self.place = place
        self.category = category
        self.note = note
    }

    package var json: JSON {
        .object(present: [
            ("channel", .string(name.channel)), ("number", .string(name.number)), ("text", text.map { .string($0) }),
            ("place", place.map { .string($0) }), ("category", category.map { .string($0) }),
            ("latitude", latitude.map { .number(String($0)) }), ("longitude", longitude.map { .number(String($0)) }),
            ("media", media.map { .string($0) }), ("reporter", reporter.map { .string($0) }),
            ("phone", phone.map { .string($0) }), ("email", email.map { .string($0) }), ("note", note.map { .string($0) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let channel = json["channel"]?.string, let number = json["number"]?.string else { return nil }
        self.init(
            ComplaintName(channel: channel, number: number), text: json["text"]?.string, place: json["place"]?.string,
            category: json["category"]?.string, note: json["note"]?.string)
        latitude = json["latitude"]?.double
        longitude = json["longitude"]?.double
        media = json["media"]?.string
        reporter = json["reporter"]?.string
        phone = json["phone"]?.string
        email = json["email"]?.string
    }
}
