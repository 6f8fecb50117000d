import Model

/// Who is registered: from which address, since when, and until when.
///
/// A registration lives for a while after the device's last call and belongs to the address that registered; a device
/// that comes from elsewhere, or after a restart of ours, registers again.
package struct VIIDRegistry: Sendable {
    package struct Entry: Hashable, Sendable {
        package let since: Timestamp
        package let peer: String
        fileprivate var seen: Span
    }

    /// How long a registration lives without a call.
    package let lifetime: Span
    private var entries: [String: Entry] = [:]

    package init(lifetime: Span) {
        self.lifetime = lifetime
    }

    /// Takes a registration that was proved by a password; a repeat begins anew.
    package mutating func register(_ id: String, from peer: String, at now: Liveness.Moment) {
        entries[id] = Entry(since: now.time, peer: peer, seen: now.uptime)
    }

    /// Whether the device may call; each call that may prolongs its registration.
    package mutating func admit(_ id: String, from peer: String, at now: Liveness.Moment) -> Bool {
        guard let entry = registration(of: id, at: now.uptime), entry.peer == peer else { return false }
        entries[id]?.seen = now.uptime
        return true
    }

    /// The registration of a device, where it still lives.
    package func registration(of id: String, at uptime: Span) -> Entry? {
        entries[id].flatMap { uptime - $0.seen <= lifetime ? $0 : nil }
    }

    package mutating func remove(_ id: String) { entries[id] = nil }
}
