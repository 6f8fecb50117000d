import Model

/// Gathers the fields of an alert from its XML elements or JSON members, whichever names lead to them.
struct ISAPIFields: XMLVisitor {
    /// No device draws more; each becomes an event of its own.
    private static let regionLimit = 256

    private(set) var root = ""
    private var alert = ISAPIAlert()
    private var rawType = ""
    private var wrapped: String?
    private var channel: Int?
    private var dynamicChannel: Int?
    private var region: ISAPIAlert.Region?

    mutating func open(_ name: String, attributes: XMLAttributes, depth: Int) {
        if depth == 0 { root = name }
        if name == "DetectionRegionEntry" { region = ISAPIAlert.Region(id: "", target: nil) }
    }

    mutating func close(_ name: String, text: UnsafeBufferPointer<UInt8>, depth: Int) {
        if name == "DetectionRegionEntry" {
            closeRegion()
        } else if !text.isEmpty {
            take(name, depth: depth) { text.trimmedText }
        }
    }

    /// Walks a JSON object as if its members were elements.
    mutating func walk(_ json: JSON, depth: Int) {
        for member in json.members ?? [] {
            switch member.value {
            case .object: walkInside(member.key, member.value, depth)
            case .array(let values):
                for value in values { walkInside(member.key, value, depth) }
            default:
                if let text = member.value.plainText { take(member.key, depth: depth) { text } }
            }
        }
    }

    private mutating func walkInside(_ name: String, _ json: JSON, _ depth: Int) {
        // A list holds either the entries or objects that hold one entry each.
        let isRegion = json["regionID"] != nil
        if isRegion { region = ISAPIAlert.Region(id: "", target: nil) }
        walk(json, depth: depth + 1)
        if isRegion { closeRegion() }
    }

    private mutating func closeRegion() {
        if let region, !region.id.isEmpty, alert.regions.count < Self.regionLimit { alert.regions.append(region) }
        region = nil
    }

    private mutating func take(_ name: String, depth: Int, _ text: () -> String) {
        switch name {
        case "regionID": region?.id = text()
        case "detectionTarget":
            if region != nil { region?.target = text() } else { alert.target = text() }
        case "relationEvent":
            if wrapped == nil { wrapped = text() }
        default:
            if depth == 1 { takeTop(name, text()) }
        }
    }

    private mutating func takeTop(_ name: String, _ text: String) {
        guard !text.isEmpty else { return }
        switch name {
        case "eventType": rawType = String(text.prefix(120))
        case "eventState": alert.state = Self.state(text)
        case "channelID": channel = Int(text)
        case "dynChannelID": dynamicChannel = Int(text)
        case "dateTime": alert.time = DeviceTime(isapi: String(text.prefix(64)))
        case "activePostCount": alert.activePostCount = Int(text)
        case "eventDescription": alert.description = String(text.prefix(1000))
        case "channelName": alert.channelName = text
        case "macAddress": alert.macAddress = text
        case "targetType": alert.target = alert.target ?? text
        case "inputIOPortID", "dynInputIOPortID": alert.inputPort = text
        case "detectionPicturesNumber": alert.pictures = min(max(Int(text) ?? 0, 0), 16)
        case "isDataRetransmission": alert.isRetransmission = text == "true" || text == "1"
        default: break
        }
    }

    private static func state(_ text: String) -> ISAPIAlert.State? {
        switch text.lowercased() {
        case "active", "start", "true": .active
        case "inactive", "stop", "false": .inactive
        default: nil
        }
    }

    /// The alert, or nothing where it names no event.
    var finished: ISAPIAlert? {
        guard !rawType.isEmpty else { return nil }
        var done = alert
        done.type = rawType
        if rawType.lowercased() == "duration", let wrapped, !wrapped.isEmpty {
            done.type = wrapped
            done.isDuration = true
        }
        done.channel = [channel, dynamicChannel].compactMap { $0 }.first { $0 > 0 }
        return done
    }
}
