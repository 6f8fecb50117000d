/// Topics and the filters that subscribe to them (MQTT 3.1.1 section 4.7).
package enum MQTTTopic {
    /// Whether a filter, perhaps with `+` and `#`, takes a topic.
    package static func matches(_ filter: String, _ topic: String) -> Bool {
        var levels = filter.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)[...]
        var names = topic.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)[...]
        // Topics of the broker itself are not for wildcards.
        if topic.utf8.first == UInt8(ascii: "$"), filter.utf8.first != UInt8(ascii: "$") { return false }
        while let level = levels.popFirst() {
            if level.elementsEqual("#".utf8) { return true }
            guard let name = names.popFirst() else { return false }
            guard level.elementsEqual("+".utf8) || level.elementsEqual(name) else { return false }
        }
        return names.isEmpty
    }

    /// Why a filter cannot be subscribed to, or nothing.
    package static func fault(_ filter: String) -> String? {
        let levels = filter.split(separator: "/", omittingEmptySubsequences: false)
        if filter.isEmpty || filter.utf8.count > 65_535 || filter.utf8.contains(0) { return "a topic is empty or too long" }
        for (index, level) in levels.enumerated() {
            if level.contains("#"), level != "#" || index != levels.count - 1 { return "'#' must be the last level by itself" }
            if level.contains("+"), level != "+" { return "'+' must be a level by itself" }
        }
        return nil
    }
}
