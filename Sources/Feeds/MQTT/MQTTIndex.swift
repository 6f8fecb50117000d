/// Which devices a topic concerns, found without asking each of them.
struct MQTTIndex: Sendable {
    private var exact: [String: [Int]] = [:]
    private var patterns: [(filter: String, place: Int)] = []

    /// - Parameter filters: of each device, in order.
    init(_ filters: [[String]]) {
        for (place, list) in filters.enumerated() {
            for filter in Set(list) {
                if filter.utf8.contains(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "#") }) {
                    patterns.append((filter, place))
                } else {
                    exact[filter, default: []].append(place)
                }
            }
        }
    }

    /// The places of the devices, each once and in order.
    func places(of topic: String) -> [Int] {
        var found = exact[topic] ?? []
        for (filter, place) in patterns where MQTTTopic.matches(filter, topic) { found.append(place) }
        return found.count < 2 ? found : Set(found).sorted()
    }
}
