import Feeds
import Model
import Settings

/// A complaint that a clerk types in, from pairs of field and value.
struct ComplaintEntry {
    let options: GlobalOptions
    let pairs: [(String, String)]

    private static let fields = [
        "channel", "number", "accepted", "text", "place", "category", "reporter", "phone", "email",
    ]

    /// Makes it durable as the channel's own fact, and says under which name.
    ///
    /// - Throws: `Failure` naming the field that is missing or wrong, or that the channel has that number already.
    func send() async throws {
        let site = try options.site()
        let complaint = try complaint(site)
        let now = MachineClock().now()
        let answer = try await DaemonClient(site).post([complaint.event(received: now)])
        guard answer["accepted"]?.int == 1 else {
            throw Failure(.badData, "there is a complaint \(complaint.name) already; a channel's number is given once")
        }
        let name = complaint.name
        print(options.json ? answer.text : options.language(zh: "已登记投诉 \(name)", en: "complaint \(name) is registered"))
    }

    private func complaint(_ site: Site) throws -> Complaint {
        if let (key, _) = pairs.first(where: { !Self.fields.contains($0.0) }) {
            throw Failure(.usage, "a complaint has no field '\(key)'; use \(Self.fields.joined(separator: ", "))")
        }
        func value(_ key: String) -> String? {
            pairs.last { $0.0 == key }.map(\.1).flatMap { $0.isEmpty ? nil : $0 }
        }
        guard let channel = value("channel") else { throw Failure(.usage, "say which channel: channel=KEY") }
        guard let number = value("number"), number.utf8.count <= 200 else {
            throw Failure(.usage, "say the channel's own number, of at most 200 bytes: number=…")
        }
        guard let text = value("text") else { throw Failure(.usage, "say what is complained of: text=…") }
        let accepted = try value("accepted").map { try Self.time($0, "accepted") } ?? MachineClock().now()
        var complaint = Complaint(channel: try Self.channel(channel, site).key, number: number, accepted: accepted, text: text)
        if let category = value("category") {
            guard site.catalog.categories.contains(where: { $0.code == category }) else {
                throw Failure(.usage, "the code list has no category '\(category)'; four digits such as 0501 (无照经营游商)")
            }
            complaint.category = category
        }
        complaint.place = value("place")
        complaint.reporter = value("reporter")
        complaint.phone = value("phone")
        complaint.email = value("email")
        return complaint
    }

    /// The channel of a key, name or alias.
    static func channel(_ text: String, _ site: Site) throws(Failure) -> Channel {
        let found = site.catalog.channels.first { [$0.key, $0.name].contains(text) || $0.aliases.contains(text) }
        guard let found else {
            let keys = site.catalog.channels.map(\.key).joined(separator: ", ")
            throw Failure(.usage, "there is no channel '\(text)'; use one of \(keys)")
        }
        return found
    }

    /// A day's beginning, or a time as clerks write it.
    static func time(_ text: String, _ name: String) throws(Failure) -> Timestamp {
        guard let time = CivilTime.moment(text) else {
            throw Failure(.usage, "\(name) '\(text)' is neither a day (2021-03-05) nor a time (2021-03-05 08:30)")
        }
        return time
    }
}
