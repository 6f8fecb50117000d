import Model

/// One NotificationMessage: a topic with what it is about and what is so.
package struct ONVIFNotification: Hashable, Sendable {
    /// What became of a state.
    package enum Operation: Hashable, Sendable {
        /// The state as it is at subscribing; never an alarm.
        case initialized
        case changed
        case deleted
    }

    /// A SimpleItem.
    package struct Item: Hashable, Sendable {
        package var name: String
        package var value: String
    }

    /// By local names, in lower case, such as `ruleengine/cellmotiondetector/motion`; the word of `codes.yaml`.
    package var topic: String
    /// As it came.
    package var rawTopic: String
    package var time: ONVIFTime?
    /// Nothing for an event without state.
    package var operation: Operation?
    package var source: [Item] = []
    package var key: [Item] = []
    package var data: [Item] = []
    /// Whether it changes a state and does not say to what; a fact cannot be made of it.
    package var isBlank = false

    private static let itemLimit = 64
    private static let textLimit = 512

    /// Reads a NotificationMessage.
    ///
    /// - Returns: nothing where it has no topic.
    init?(_ element: XMLElement) {
        guard let raw = element["Topic"]?.text, let topic = Self.word(of: raw) else { return nil }
        self.topic = topic
        rawTopic = String(raw.prefix(Self.textLimit))
        guard let outer = element["Message"] else { return }
        let message = outer["Message"] ?? outer
        time = message.attribute("UtcTime").map { ONVIFTime($0) }
        operation = message.attribute("PropertyOperation").flatMap(Self.operation)
        source = Self.items(message["Source"])
        key = Self.items(message["Key"])
        data = Self.items(message["Data"])
        isBlank = operation == .changed && (message["Data"]?.children.isEmpty ?? true)
    }

    /// A topic by local names: prefixes stand inside the path, and some cameras end it with `/`, `.` or `//.`.
    ///
    /// - Returns: nothing where no name is left, or where it is too long to be one.
    package static func word(of topic: String) -> String? {
        guard topic.utf8.count <= textLimit else { return nil }
        let names = topic.split(separator: "/").map { name in
            XMLReader.localName(name.filter { !$0.isWhitespace }).lowercased()
        }
        let word = names.filter { !$0.allSatisfy { $0 == "." } }.joined(separator: "/")
        let end = word.utf8.lastIndex { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "/") }
        return end.map { String(word[...$0]) }
    }

    private static func operation(_ text: String) -> Operation? {
        switch text.lowercased() {
        case "initialized": .initialized
        case "changed": .changed
        case "deleted": .deleted
        default: nil
        }
    }

    private static func items(_ list: XMLElement?) -> [Item] {
        guard let list else { return [] }
        let found = list.children.lazy.filter { $0.name == "SimpleItem" }.prefix(itemLimit)
        return found.compactMap { item in
            guard let name = item.attribute("Name") else { return nil }
            return Item(name: String(name.prefix(textLimit)), value: String((item.attribute("Value") ?? "").prefix(textLimit)))
        }
    }
}

/// What a PullMessagesResponse or a Notify holds.
package struct ONVIFNotifications: Hashable, Sendable {
    package private(set) var messages: [ONVIFNotification] = []
    /// Messages without anything in them, or with a state and not which; passed over.
    package private(set) var empty = 0
    /// Messages that say something and name no topic; a fact may be in them.
    package private(set) var nameless = 0

    /// Reads the notifications among an element's children; how many there can be the XML limits decide.
    init(in element: XMLElement) {
        for child in element.children where child.name == "NotificationMessage" {
            if let message = ONVIFNotification(child) {
                if message.isBlank { empty += 1 } else { messages.append(message) }
            } else if child.first("SimpleItem") != nil {
                nameless += 1
            } else {
                empty += 1
            }
        }
    }
}
