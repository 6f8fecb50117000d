import Journal
import Ledger
import Model

/// Reads service requests: the register says how they stand, the journal has their words.
struct Open311Requests: Sendable {
    let journal: JournalReader
    let ledger: LedgerReader
    let site: Open311Site

    /// The requests that fit and that the caller may see, newest first, or in the order in which they were named.
    ///
    /// - Parameter channels: those that the caller may see; nothing means all.
    func find(_ query: Open311Query, channels: Set<String>?) throws -> [Open311Value] {
        let found: [ComplaintSearch.Found]
        switch query {
        case .named(let names):
            let visible = names.filter { channels?.contains($0.channel) ?? true }
            found = try ledger.complaints(named: visible.map { ($0.channel, $0.number) })
        case .search(var search):
            search.channels = channels
            found = try ledger.complaints(search)
        }
        return try found.map { try describe($0) }
    }

    /// A stored complaint's own words, nothing where the register has no such complaint.
    func complaint(_ name: Open311Identifier) throws -> Complaint? {
        guard let found = try ledger.complaints(named: [(name.channel, name.number)]).first else { return nil }
        return try journal.event(at: found.acceptedPosition)?.event.payload.flatMap { Complaint($0) }
    }

    private func describe(_ found: ComplaintSearch.Found) throws -> Open311Value {
        let payload = try journal.event(at: found.acceptedPosition)?.event.payload.map(site.opened)
        let complaint = payload.flatMap { Complaint($0) }
        let service = found.category.flatMap { site.service($0) }
        let isOpen = found.status == .open
        return .members([
            ("service_request_id", .text(Open311Identifier(channel: found.channel, number: found.number).text)),
            ("status", .text(found.status.rawValue)),
            ("status_notes", .optional(Self.notes(found))),
            ("service_name", .optional(service?.name)), ("service_code", .optional(found.category)),
            ("description", .optional(try complaint.map { Self.masked(try text(found) ?? $0.text, $0) })),
            ("agency_responsible", .optional(site.agency)), ("service_notice", .optional(site.notice)),
            ("requested_datetime", .text(found.accepted.text())),
            ("updated_datetime", .text((found.closed ?? found.changed ?? found.accepted).text())),
            ("expected_datetime", .optional(isOpen ? found.due?.text() : nil)),
            ("address", .optional(complaint.flatMap { complaint in found.place.map { Self.masked($0, complaint) } })),
            ("address_id", .optional(payload?["address_id"]?.string)), ("zipcode", .none),
            ("lat", complaint?.latitude.map { .number(String($0)) } ?? .none),
            ("long", complaint?.longitude.map { .number(String($0)) } ?? .none),
            ("media_url", .optional(complaint?.media)),
            (
                "extended_attributes",
                .members([
                    ("channel", .text(found.channel)), ("number", .text(found.number)),
                    ("stage", .optional(found.stage?.rawValue ?? (found.closed == nil ? nil : IncidentState.closed.rawValue))),
                ])
            ),
        ])
    }

    /// The text as the channel told it last, nothing where it is still the first.
    private func text(_ found: ComplaintSearch.Found) throws -> String? {
        guard found.textPosition != found.acceptedPosition else { return nil }
        return try journal.event(at: found.textPosition)?.event.payload?["text"]?.string
    }

    /// The stage in words.
    private static func notes(_ found: ComplaintSearch.Found) -> String? {
        if found.closed != nil { return "已结案" }
        return found.stage.flatMap { stages[$0.rawValue] ?? $0.rawValue }
    }

    private static let stages = [
        "reported": "待核实", "collected": "待立案", "filed": "已立案，待派遣", "dispatched": "处置中", "handled": "待核查",
        "checked": "待结案", "closed": "已结案", "rejected": "不予受理",
    ]

    /// The text without the reporter's name and addresses, nor any telephone number, which people write into it as well.
    private static func masked(_ text: String, _ complaint: Complaint) -> String {
        let names = [(complaint.reporter, 2), (complaint.phone, 5), (complaint.email, 5)]
        let known = names.reduce(text) { text, item in
            guard let word = item.0, word.count >= item.1 else { return text }
            return text.split(separator: word, omittingEmptySubsequences: false).joined(separator: "***")
        }
        return PersonalText.masked(known)
    }
}
