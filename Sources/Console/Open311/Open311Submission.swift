import Model

/// What a caller reports, checked by the rules of `POST requests`.
struct Open311Submission: Hashable, Sendable {
    private static let longestText = 4000
    private static let longestField = 500
    private static let longestAddress = 2000

    let service: Open311Service
    private(set) var text = ""
    private(set) var place: String?
    private(set) var addressID: String?
    private(set) var latitude: Double?
    private(set) var longitude: Double?
    private(set) var media: String?
    private(set) var reporter: String?
    private(set) var phone: String?
    private(set) var email: String?

    /// - Throws: `Open311Error` with everything that is wrong, 404 for an unknown service, else 400.
    init(_ fields: Open311Fields, _ services: (String) -> Open311Service?) throws(Open311Error) {
        var errors: [Open311Error.Entry] = []
        func refuse(_ code: Int, _ description: String) {
            errors.append(Open311Error.Entry(code: code, description: description))
        }
        func bounded(_ name: String, _ limit: Int) -> String? {
            guard let value = fields[name] else { return nil }
            if value.unicodeScalars.count > limit { refuse(400, "\(name) is longer than \(limit) characters; send less") }
            return value
        }
        let code = fields["service_code"]
        let service = code.flatMap(services)
        if code == nil { refuse(400, "service_code was not provided; GET services lists the codes") }
        if code != nil, service == nil { refuse(404, "service_code was not found; GET services lists the codes") }
        text = bounded("description", Self.longestText) ?? ""
        place = bounded("address_string", Self.longestField)
        addressID = bounded("address_id", Self.longestField)
        phone = bounded("phone", Self.longestField)
        email = bounded("email", Self.longestField)
        reporter = Self.name(first: bounded("first_name", Self.longestField), last: bounded("last_name", Self.longestField))
        media = bounded("media_url", Self.longestAddress)
        if let media, !Self.isWebAddress(media) { refuse(400, "media_url is no http or https address") }
        latitude = Self.degrees(fields["lat"], upTo: 90)
        longitude = Self.degrees(fields["long"], upTo: 180)
        if fields["lat"] != nil, latitude == nil { refuse(400, "lat is no latitude; send WGS-84 degrees from -90 to 90") }
        if fields["long"] != nil, longitude == nil { refuse(400, "long is no longitude; send WGS-84 degrees from -180 to 180") }
        if (fields["lat"] == nil) != (fields["long"] == nil) {
            refuse(400, "lat and long must be sent together")
        } else if fields["lat"] == nil, place == nil, addressID == nil {
            refuse(400, "a place was not provided; send lat and long, or address_string, or address_id")
        }
        guard let service, errors.isEmpty else { throw Open311Error(errors) }
        self.service = service
    }

    func complaint(channel: String, number: String, accepted: Timestamp) -> Complaint {
        var complaint = Complaint(channel: channel, number: number, accepted: accepted, text: text)
        complaint.category = service.code
        complaint.place = place ?? addressID
        complaint.latitude = latitude
        complaint.longitude = longitude
        complaint.media = media
        complaint.reporter = reporter
        complaint.phone = phone
        complaint.email = email
        return complaint
    }

    /// Whether a stored complaint tells of the same thing; who reported it is left out, it may be kept encrypted.
    func isSame(as stored: Complaint) -> Bool {
        let mine = complaint(channel: stored.channel, number: stored.number, accepted: stored.accepted)
        return mine.text == stored.text && mine.category == stored.category && mine.place == stored.place
            && mine.latitude == stored.latitude && mine.longitude == stored.longitude && mine.media == stored.media
    }

    /// Chinese names are written family name first and without a blank.
    private static func name(first: String?, last: String?) -> String? {
        guard let first, let last else { return first ?? last }
        return (first + last).utf8.allSatisfy { $0 < 0x80 } ? first + " " + last : last + first
    }

    private static func degrees(_ text: String?, upTo limit: Double) -> Double? {
        guard let text, text.utf8.count <= 32, text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }),
            let value = Double(text), abs(value) <= limit
        else { return nil }
        return value
    }

    private static func isWebAddress(_ text: String) -> Bool {
        let scheme = text.prefix(8).lowercased()
        guard scheme.hasPrefix("http://") || scheme.hasPrefix("https://") else { return false }
        return text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && !"<>\"".unicodeScalars.contains($0) }
    }
}
