import Crypto
import Model

/// One object as it was read, with the texts of its pictures still coded.
struct VIIDObject: Sendable {
    var kind: VIIDKind
    /// What the answer names it by.
    var id: String
    /// The same each time the device sends it again.
    var identity: String
    var time: DeviceTime?
    var region: String?
    var description: String?
    var pictures: [VIIDPicture]

    /// Reads one element of a list; nothing where it is no object or states nothing.
    ///
    /// - Parameter fallback: names an object that has no id of its own, such as a notification's id and the place in it.
    init?(_ kind: VIIDKind, _ json: JSON, fallback: String?, keepsPlates: Bool) {
        let json = kind == .image ? Self.flattened(json) : json
        guard case .object(let members) = json, !members.isEmpty else { return nil }
        self.kind = kind
        let own = json.viidText(kind.identityKey)
        time = json.viidText(kind.timeKeys).map { DeviceTime(viid: String($0.prefix(64))) }
        guard own != nil || time != nil || json.viidText(["DeviceID", "SourceID", "TollgateID"]) != nil else { return nil }
        id = String((own ?? fallback ?? "").prefix(128))
        identity = Self.identity(own, time, fallback, json)
        region = json.viidText(["LaneNo", "LaneID"]).map { "lane-" + $0.prefix(40) }
        description = Self.description(json, keepsPlates: keepsPlates)
        pictures = VIIDPicture.pictures(of: json, kind)
    }

    /// An image's facts stand in `ImageInfo`, beside its `Data`.
    private static func flattened(_ json: JSON) -> JSON {
        guard let inner = json["ImageInfo"]?.members, let outer = json.members else { return json }
        return .object(inner + outer.filter { $0.key != "ImageInfo" })
    }

    /// What stays the same when the device sends the object again.
    ///
    /// An id that follows the standard (41 or 48 digits) holds device, time and number; a shorter one is used again and
    /// again by some devices, so its time belongs to it. Without an id the object's bytes say which it is.
    private static func identity(_ own: String?, _ time: DeviceTime?, _ fallback: String?, _ json: JSON) -> String {
        if let own { return own.utf8.count >= 41 ? own : own + "@" + (time?.text ?? "-") }
        if let fallback { return fallback }
        return SHA256.hash(data: json.bytes).prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// What the object says of the thing, never of a person; the plate only where the configuration wants it.
    private static func description(_ json: JSON, keepsPlates: Bool) -> String? {
        var facts: [String] = []
        func add(_ word: String, _ key: String) {
            if let text = json.viidText(key) { facts.append(word + " " + text.prefix(64)) }
        }
        add("tollgate", "TollgateID")
        add("vehicle class", "VehicleClass")
        add("vehicle colour", "VehicleColor")
        add("speed", "Speed")
        if keepsPlates { add("plate", "PlateNo") }
        return facts.isEmpty ? nil : facts.joined(separator: ", ")
    }

    /// The sight of it, without a picture yet.
    func sighting(_ events: AlarmEvents, received: Timestamp) -> AlarmSighting {
        var sighting = AlarmSighting(
            channel: events.channelNumber(nil), rawType: kind.rawType, region: region, time: time?.readable, received: received)
        sighting.isMomentary = true
        sighting.identity = identity
        sighting.target = kind.target
        sighting.description = description
        return sighting
    }
}
