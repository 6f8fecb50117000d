/// What an item's custody log adds up to; pure, the entries in the journal's order.
package struct CustodyLog: Hashable, Sendable {
    package let entries: [CustodyEntry]
    /// Names of the holds that are in force, in the order in which they began.
    package private(set) var holds: [String] = []
    /// Incidents that the item belongs to, in the order in which it was attached.
    package private(set) var incidents: [String] = []
    /// SHA-256 of the last transcript.
    package private(set) var transcript: String?
    /// Whether the stored file was found damaged or missing at some time.
    package private(set) var wasDamaged = false

    package init(_ entries: [CustodyEntry]) {
        self.entries = entries
        for entry in entries { apply(entry.event) }
    }

    /// Whether nothing may remove the item.
    package var isHeld: Bool { !holds.isEmpty }

    private mutating func apply(_ event: CustodyEvent) {
        let reason = event.reason ?? ""
        switch event.act {
        case .held: if !holds.contains(reason) { holds.append(reason) }
        case .released: holds.removeAll { $0 == reason }
        case .attached: if let incident = event.incident, !incidents.contains(incident) { incidents.append(incident) }
        case .detached: incidents.removeAll { $0 == event.incident }
        case .transcribed: transcript = event.transcript ?? transcript
        case .damaged: wasDamaged = true
        case .viewed, .exported: break
        }
    }
}
