import Model

/// One record of a channel's answer on its way to a complaint.
struct ChannelRecord {
    /// What was understood.
    struct Reading: Hashable, Sendable {
        var complaint: Complaint
        var closing: ComplaintClosing?
        var updated: Timestamp?
        /// What is wrong though the complaint is usable: one sentence without values.
        var flaw: String?
    }

    enum Outcome: Hashable, Sendable {
        case reading(Reading)
        /// No complaint: a draft, or void.
        case ignored
        /// One sentence without values: values can be personal data.
        case unusable(String)
    }

    private let channel: String
    private let definition: Channel.REST
    private let record: JSON

    init(_ record: JSON, channel: String, definition: Channel.REST) {
        self.record = record
        self.channel = channel
        self.definition = definition
    }

    var outcome: Outcome {
        let status = definition.status.flatMap { $0.path.first(in: record)?.plainText }
        if let status, definition.status?.ignored.contains(status) == true { return .ignored }
        guard case .object = record else { return .unusable("it is no object") }
        guard let number = text(.number)?.narrow.trimmed, !number.isEmpty else { return .unusable(missing(.number)) }
        guard number.utf8.count <= 200, number.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return .unusable("its number (\(names(.number))) is longer than 200 bytes or holds control characters")
        }
        guard let acceptedText = text(.accepted) else { return .unusable(missing(.accepted)) }
        guard let accepted = definition.times.read(acceptedText.narrow.trimmed) else { return .unusable(noTime(.accepted)) }
        var reading = Reading(complaint: complaint(number, accepted))
        reading.updated = text(.updated).flatMap { definition.times.read($0.narrow.trimmed) }
        close(&reading, status)
        return .reading(reading)
    }

    private func complaint(_ number: String, _ accepted: Timestamp) -> Complaint {
        var complaint = Complaint(channel: channel, number: number, accepted: accepted, text: text(.text) ?? "")
        complaint.place = text(.place)
        complaint.category = category
        if let latitude = degrees(.latitude, 90), let longitude = degrees(.longitude, 180), latitude != 0 || longitude != 0 {
            (complaint.latitude, complaint.longitude) = (latitude, longitude)
        }
        complaint.media = text(.media)
        complaint.reporter = text(.reporter)
        complaint.phone = text(.phone)
        complaint.email = text(.email)
        return complaint
    }

    private func close(_ reading: inout Reading, _ status: String?) {
        let time = text(.closed)
        let isClosed = definition.status.map { $0.closed.contains(status ?? "") } ?? (time != nil)
        guard isClosed else { return }
        guard let closed = time.map({ definition.times.read($0.narrow.trimmed) }) ?? reading.updated else {
            reading.flaw = time == nil ? "it is closed, and " + missing(.closed) : noTime(.closed)
            return
        }
        guard closed >= reading.complaint.accepted else {
            reading.flaw = "it is closed (\(names(.closed))) before it was accepted (\(names(.accepted)))"
            return
        }
        reading.closing = ComplaintClosing(
            channel: channel, number: reading.complaint.number, closed: closed, outcome: text(.outcome))
    }

    /// The first of the category's places whose word the mapping knows, or which is a code already.
    private var category: String? {
        for path in definition.fields[.category] {
            guard let word = path.first(in: record)?.plainText?.trimmed else { continue }
            if let code = definition.categories[word] { return code }
            if word.utf8.count == 4, word.isDigits { return word }
        }
        return nil
    }

    private func degrees(_ field: Channel.Fields.Name, _ limit: Double) -> Double? {
        guard let text = text(field), let value = Double(text), value.isFinite, abs(value) <= limit else { return nil }
        return value
    }

    /// The first of a field's places that holds a text, a number or a truth value.
    private func text(_ field: Channel.Fields.Name) -> String? {
        for path in definition.fields[field] {
            if let text = path.first(in: record)?.plainText?.trimmed, !text.isEmpty { return text }
        }
        return nil
    }

    private func names(_ field: Channel.Fields.Name) -> String {
        let paths = definition.fields[field].map(\.description)
        return paths.isEmpty ? field.rawValue : paths.joined(separator: " or ")
    }

    private func missing(_ field: Channel.Fields.Name) -> String { "it has no \(field.rawValue) (\(names(field)))" }

    private func noTime(_ field: Channel.Fields.Name) -> String {
        "its \(field.rawValue) (\(names(field))) is no time of the form \(definition.times.form.rawValue)"
    }
}
