import Model
import Synchronization

/// Whom complaints are from, so that their names are found in what is written later of them.
///
/// Kept in memory for the last thousands, and read from the journal for others; never written.
final class PersonalBook: Sendable {
    private let seal: PersonalSeal
    private let reader: JournalReader
    private let limit = 4096
    private let known = Mutex<[String: PersonalWords]>([:])

    init(_ seal: PersonalSeal, _ reader: JournalReader) {
        self.seal = seal
        self.reader = reader
    }

    /// The event as it is stored.
    func seal(_ event: Event) throws -> Event {
        if event.type == EventType.complaintReceived || event.type == EventType.complaintUpdated { note(event) }
        return try seal.seal(event) { try words(for: event) }
    }

    /// What of a complaint comes later may be sealed before its beginning is durable.
    private func note(_ event: Event) {
        guard let payload = event.payload, let key = Self.complaint(payload) else { return }
        let words = PersonalWords(payload)
        known.withLock { known in
            if known.count >= limit { known.removeAll(keepingCapacity: true) }
            if event.type == EventType.complaintReceived, known[key] == nil {
                known[key] = words
            } else if !words.isEmpty {
                known[key, default: PersonalWords()].formUnion(words)
            }
        }
    }

    private func words(for event: Event) throws -> PersonalWords {
        guard event.type != EventType.complaintReceived, let payload = event.payload else { return PersonalWords() }
        if event.type.hasPrefix(EventType.incident("")) {
            // A rule writes no names; what it repeats of a complaint was made harmless there.
            guard payload["by"]?.string?.hasPrefix("rule:") != true, let incident = payload["incident"]?.string,
                let position = incident.split(separator: "-").last.flatMap({ Position($0) })
            else { return PersonalWords() }
            return try words("position/\(position)") { try reader.event(at: position) }
        }
        guard let key = Self.complaint(payload), let channel = payload["channel"]?.string,
            let number = payload["number"]?.string
        else { return PersonalWords() }
        return try words(key) {
            try reader.event(source: Complaint.source(channel: channel), id: number)
                ?? reader.event(source: event.source, id: number)
        }
    }

    private func words(_ key: String, _ read: () throws -> StoredEvent?) throws -> PersonalWords {
        if let found = known.withLock({ $0[key] }) { return found }
        guard let stored = try read(), let payload = PersonalSeal.open(stored, with: seal).event.payload else {
            return PersonalWords()
        }
        let words = PersonalWords(payload)
        known.withLock { known in
            if known.count >= limit { known.removeAll(keepingCapacity: true) }
            known[key] = words
        }
        return words
    }

    private static func complaint(_ payload: JSON) -> String? {
        guard let channel = payload["channel"]?.string, let number = payload["number"]?.string else { return nil }
        return "complaint/\(channel)/\(number)"
    }
}
