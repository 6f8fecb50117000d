import Model

/// What a channel's feed remembers of records, bounded: what it told of each number, and what is in quarantine.
///
/// Forgetting is harmless: ids make a repeated complaint one, and a forgotten change is told again.
struct ChannelMemory: Hashable, Sendable {
    /// As many numbers as three months of the busiest channel bring.
    static let numberLimit = 5000
    static let quarantineLimit = 4096

    /// What was last told of a complaint.
    struct Told: Hashable, Sendable {
        var digest: String
        var isClosed: Bool
    }

    private var last: [String: Told] = [:]
    private var order: [String] = []
    private var quarantined: Set<String> = []
    private var quarantineOrder: [String] = []

    func told(_ number: String) -> Told? { last[number] }

    mutating func tell(_ number: String, _ told: Told) {
        if last.updateValue(told, forKey: number) == nil { order.append(number) }
        // The oldest half at once: taking single ones from the front would cost a pass each.
        guard order.count > Self.numberLimit else { return }
        for old in order.prefix(Self.numberLimit / 2) { last[old] = nil }
        order.removeFirst(Self.numberLimit / 2)
    }

    /// Whether bytes of that digest were not in quarantine yet; then they count as being there.
    mutating func isNew(_ digest: String) -> Bool {
        guard quarantined.insert(digest).inserted else { return false }
        quarantineOrder.append(digest)
        if quarantineOrder.count > Self.quarantineLimit {
            for old in quarantineOrder.prefix(Self.quarantineLimit / 2) { quarantined.remove(old) }
            quarantineOrder.removeFirst(Self.quarantineLimit / 2)
        }
        return true
    }
}

extension ChannelMemory {
    var json: JSON {
        .object([
            JSON.Member("told", .object(order.map { JSON.Member($0, .string(spelling(of: $0))) })),
            JSON.Member("quarantined", .array(quarantineOrder.map { .string($0) })),
        ])
    }

    /// The digest, with a mark where the complaint is closed.
    private func spelling(of number: String) -> String {
        last[number].map { $0.digest + ($0.isClosed ? "+" : "") } ?? ""
    }

    init(_ json: JSON) {
        for member in json["told"]?.members ?? [] {
            guard let text = member.value.string else { continue }
            tell(member.key, Told(digest: String(text.prefix { $0 != "+" }), isClosed: text.hasSuffix("+")))
        }
        for digest in json["quarantined"]?.array ?? [] {
            if let digest = digest.string { _ = isNew(digest) }
        }
    }
}
