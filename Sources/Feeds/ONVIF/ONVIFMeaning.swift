import Crypto
import Model

/// What the items of a message mean: where it is, whether it is so, and what was seen.
struct ONVIFMeaning {
    let channel: Int?
    /// Rule, input or whatever else the source names beside the picture.
    let region: String?
    /// Nothing where the message states no yes or no.
    let isActive: Bool?
    let target: String?

    /// Data items that say whether a state holds; others say how or how much.
    private static let states: Set<String> = [
        "state", "ismotion", "isinside", "logicalstate", "active", "detected", "failed", "alarm",
    ]
    private static let pictures: Set<String> = [
        "videosourceconfigurationtoken", "videosourcetoken", "videosource", "source", "videosourceconfiguration",
        "videochannel", "channel", "audiosourceconfigurationtoken", "profiletoken",
    ]
    private static let analytics: Set<String> = [
        "videoanalyticsconfigurationtoken", "videoanalyticsconfiguration", "videoanalytics",
    ]
    private static let targets: [String: String] = [
        "ispeople": "human", "ishuman": "human", "isperson": "human", "isvehicle": "vehicle", "iscar": "vehicle",
        "ispet": "animal", "isface": "face",
    ]

    init(_ message: ONVIFNotification, _ events: AlarmEvents) {
        let places = message.source + message.key
        let told = places.lazy.filter { Self.pictures.contains($0.name.lowercased()) }.compactMap { Self.number($0.value) }.first
        channel = events.channelNumber(told)
        region = Self.region(message)
        let yes = message.data.filter { Self.truth($0.value) == true }
        let stating = message.data.filter(Self.isState)
        let kinds = message.data.first { $0.name.lowercased() == "classtypes" || $0.name.lowercased() == "objecttype" }
        if let stated = Self.truth(stating) {
            isActive = stated
        } else if let kinds, stating.isEmpty {
            isActive = !kinds.value.trimmingBlanks.isEmpty
        } else {
            isActive = nil
        }
        let named = yes.lazy.compactMap { Self.targets[$0.name.lowercased()] }.first
        target = named ?? kinds.map { $0.value.trimmingBlanks.lowercased() }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func isState(_ item: ONVIFNotification.Item) -> Bool {
        let name = item.name.lowercased()
        return (states.contains(name) || name.hasPrefix("is")) && truth(item.value) != nil
    }

    /// Yes where any of them is; nothing where there are none.
    private static func truth(_ items: [ONVIFNotification.Item]) -> Bool? {
        items.isEmpty ? nil : items.contains { truth($0.value) == true }
    }

    private static func truth(_ text: String) -> Bool? {
        switch text.trimmingBlanks.lowercased() {
        case "true", "1", "active", "on", "yes": true
        case "false", "0", "inactive", "off", "no": false
        default: nil
        }
    }

    /// The number at the end of a token such as `VideoSource_2`; tokens with other digits in them are serial numbers.
    private static func number(_ token: String) -> Int? {
        let digits = token.reversed().prefix { $0.isASCII && $0.isNumber }
        guard (1...4).contains(digits.count), !token.dropLast(digits.count).contains(where: \.isNumber),
            let number = Int(String(digits.reversed())), number > 0
        else { return nil }
        return number
    }

    private static func region(_ message: ONVIFNotification) -> String? {
        let places = (message.source + message.key).filter { item in
            let name = item.name.lowercased()
            return !pictures.contains(name) && !analytics.contains(name) && name != "objectid" && !item.value.isEmpty
        }
        let rule = places.first { $0.name.lowercased() == "rule" } ?? places.first
        return rule.map { String($0.value.prefix(80)) }
    }
}

extension ONVIFNotification {
    /// A short hash of all that it says beside its time.
    var fingerprint: String {
        let items = (source + key + data).map { $0.name + "\u{0}" + $0.value }.joined(separator: "\u{1}")
        let hash = SHA256.hash(data: Array((topic + "\u{1}" + items).utf8))
        return hash.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
