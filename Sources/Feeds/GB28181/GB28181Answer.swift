import Model

/// What a device answers to one question, collected from as many messages as it takes.
package struct GB28181Answer: Hashable, Sendable {
    /// The first message's root; all there is for questions that have one answer.
    package private(set) var root: XMLElement
    /// The items of a list, each once.
    package private(set) var items: [XMLElement] = []
    /// Whether as many came as the device promised.
    package private(set) var isComplete = false
    private var seen: Set<String> = []

    private static let lists = ["devicelist", "recordlist", "presetlist", "cruisetracklist"]
    private static let limit = 20_000

    init(_ message: MANSCDPMessage) {
        root = message.root
        add(message)
    }

    /// Takes a further part; numbers that parts claim to hold are not believed, what they hold is counted.
    mutating func add(_ message: MANSCDPMessage) {
        let lists = message.root.children.filter { Self.lists.contains($0.name.lowercased()) }
        for item in lists.flatMap(\.children) where items.count < Self.limit {
            if seen.insert(Self.identity(of: item)).inserted { items.append(item) }
        }
        let promised = message.root.value("SumNum").flatMap { Int($0) }
        if let promised {
            isComplete = items.count >= min(promised, Self.limit)
        } else {
            // Answers without a total come in one message.
            isComplete = true
        }
    }

    private static func identity(of item: XMLElement) -> String {
        let parts = ["DeviceID", "PresetID", "StartTime", "FilePath", "Name"].map { item.value($0) ?? "" }
        return parts.joined(separator: "\n")
    }
}
