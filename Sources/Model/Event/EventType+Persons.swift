extension EventType {
    /// A person looked at personal data in the clear; `data` says who, what and why.
    package static let personalRead = prefix + "personal.read"

    /// Whether events of a type tell of persons in members that are sealed at rest: complaints, calls, recordings, and what
    /// is said of them afterwards.
    package static func holdsPersons(_ type: String) -> Bool {
        guard type.utf8.count > prefix.utf8.count else { return false }
        return holders.contains { type.hasPrefix($0) }
    }

    private static let holders = ["complaint.", "recording.", "evidence.", "outbox.", "incident."].map { prefix + $0 }
}
