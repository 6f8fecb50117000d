import Model

/// The bytes of one part of the alert stream, with whatever is wrong with them.
///
/// As real devices do, Content-Length counts the CRLF that ends the body, and the next boundary follows at once.
struct AlertPart {
    let settings: ISAPICameraSettings
    let faults: Set<CameraFault>
    let alarm: SimAlarm
    let dateTime: String

    /// The whole part, garbage in front of it included.
    func bytes() -> [UInt8] {
        let isJSON = faults.contains(.json)
        let body = isJSON ? Array(jsonBody().utf8) : xmlBody()
        let type = isJSON ? "application/json; charset=\"UTF-8\"" : "application/xml; charset=\"UTF-8\""
        return garbage + Self.part(type: type, body: cut(body), faults: faults)
    }

    /// The alert alone, as it is posted.
    func document() -> (type: String, body: [UInt8]) {
        if faults.contains(.json) { return ("application/json; charset=\"UTF-8\"", Array(jsonBody().utf8)) }
        return ("application/xml; charset=\"UTF-8\"", cut(xmlBody()))
    }

    /// A picture part, as smart events send behind their alarm.
    static func picture(_ jpeg: [UInt8], faults: Set<CameraFault>) -> [UInt8] {
        part(type: "image/jpeg", body: jpeg + Array("\r\n".utf8), faults: faults)
    }

    private static func part(type: String, body: [UInt8], faults: Set<CameraFault>) -> [UInt8] {
        var head = dashes(faults) + "boundary\r\nContent-Type: \(type)\r\n"
        if !faults.contains(.noContentLength) { head += "Content-Length: \(max(0, body.count + lie(faults)))\r\n" }
        return Array((head + "\r\n").utf8) + body
    }

    private static func dashes(_ faults: Set<CameraFault>) -> String {
        if faults.contains(.wrongBoundaryDashes(.none)) { return "" }
        return faults.contains(.wrongBoundaryDashes(.four)) ? "----" : "--"
    }

    private static func lie(_ faults: Set<CameraFault>) -> Int {
        faults.reduce(0) { sum, fault in
            if case .lieAboutLength(let bytes) = fault { sum + bytes } else { sum }
        }
    }

    private var garbage: [UInt8] {
        faults.reduce(into: []) { bytes, fault in
            if case .garbage(let noise) = fault { bytes += noise }
        }
    }

    private var isHeartbeat: Bool { alarm.eventType == "videoloss" && alarm.state == .inactive }

    private func cut(_ body: [UInt8]) -> [UInt8] {
        guard faults.contains(.truncatedXML), !isHeartbeat else { return body }
        return Array(body.prefix(body.count * 2 / 3))
    }
}

extension AlertPart {
    private func xmlBody() -> [UInt8] {
        var text = "<EventNotificationAlert version=\"2.0\" xmlns=\"\(settings.namespace)\">\r\n"
        text += element("ipAddress", settings.ipAddress)
        if faults.contains(.ipv6) { text += element("ipv6Address", "2001:db8::10") }
        text += element("portNo", "80") + element("protocol", "HTTP") + element("macAddress", settings.macAddress)
        text += channelElements + element("dateTime", dateTime)
        text += element("activePostCount", String(alarm.activePostCount))
        text += element("eventType", alarm.asDuration ? "duration" : alarm.eventType)
        text += element("eventState", alarm.state.rawValue)
        text += element("eventDescription", alarm.description ?? "\(alarm.eventType) alarm")
        text += regionList + durationList
        if alarm.isRetransmission { text += element("isDataRetransmission", "true") }
        let pictures = faults.contains { if case .picturePart = $0 { true } else { false } }
        if pictures, !isHeartbeat {
            text += element("detectionPictureTransType", "binary") + element("detectionPicturesNumber", "1")
        }
        return Array((text + "<channelName>").utf8) + channelName
            + Array("</channelName>\r\n</EventNotificationAlert>\r\n".utf8)
    }

    private func element(_ name: String, _ value: String) -> String {
        "<\(name)>\(value.markup)</\(name)>\r\n"
    }

    private var channelName: [UInt8] {
        if faults.contains(.gbkChannelName) { return GB18030.bytes(settings.channelName) ?? [0xB8, 0xD6] }
        if faults.contains(.bareAmpersand) { return Array((settings.channelName.markup + " A&B").utf8) }
        return Array(settings.channelName.markup.utf8)
    }

    private var channelElements: String {
        if faults.contains(.emptyChannel) { return "<dynChannelID/>\r\n<channelID/>\r\n" }
        let number = String(alarm.channel)
        return switch alarm.channelElement {
        case .channelID: element("channelID", number)
        case .dynChannelID: element("dynChannelID", number)
        case .both: element("dynChannelID", number) + element("channelID", number)
        }
    }

    private var regionList: String {
        guard let region = alarm.region else { return "" }
        var text = "<DetectionRegionList>\r\n<DetectionRegionEntry>\r\n" + element("regionID", region)
        text += element("sensitivityLevel", "50") + "<RegionCoordinatesList>\r\n"
        for (x, y) in [(120, 180), (820, 180), (820, 760), (120, 760)] {
            text += "<RegionCoordinates>\r\n" + element("positionX", String(x)) + element("positionY", String(y))
            text += "</RegionCoordinates>\r\n"
        }
        text += "</RegionCoordinatesList>\r\n"
        if let target = alarm.target { text += element("detectionTarget", target) }
        return text + "</DetectionRegionEntry>\r\n</DetectionRegionList>\r\n"
    }

    private var durationList: String {
        guard alarm.asDuration else { return "" }
        return "<DurationList>\r\n<Duration>\r\n" + element("relationEvent", alarm.eventType)
            + "</Duration>\r\n</DurationList>\r\n"
    }

    private func jsonBody() -> String {
        var members: [JSON.Member] = [
            JSON.Member("ipAddress", .string(settings.ipAddress)), JSON.Member("portNo", .int(80)),
            JSON.Member("protocol", "HTTP"), JSON.Member("macAddress", .string(settings.macAddress)),
        ]
        if !faults.contains(.emptyChannel) { members.append(JSON.Member("channelID", .int(alarm.channel))) }
        members += [
            JSON.Member("dateTime", .string(dateTime)), JSON.Member("activePostCount", .int(alarm.activePostCount)),
            JSON.Member("eventType", .string(alarm.eventType)), JSON.Member("eventState", .string(alarm.state.rawValue)),
            JSON.Member("eventDescription", .string(alarm.description ?? "\(alarm.eventType) alarm")),
            JSON.Member("channelName", .string(settings.channelName)),
        ]
        if let region = alarm.region {
            var entry = [JSON.Member("regionID", .string(region))]
            if let target = alarm.target { entry.append(JSON.Member("detectionTarget", .string(target))) }
            members.append(JSON.Member("DetectionRegionList", .array([.object(entry)])))
        }
        return JSON.object(members).text + "\r\n"
    }
}
