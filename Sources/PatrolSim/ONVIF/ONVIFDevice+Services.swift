import Model

// What is answered from the settings: identity, services, media, presets.
extension ONVIFDevice {
    func answerPlainly(_ operation: String, _ soap: SOAPText, _ faults: Set<ONVIFFault>) -> PushAnswer {
        switch operation {
        case "GetSystemDateAndTime": return Self.soap(dateAndTime)
        case "GetDeviceInformation": return Self.soap(deviceInformation)
        case "GetServices" where !faults.contains(.noGetServices): return Self.soap(services(faults))
        case "GetCapabilities" where !faults.contains(.noGetCapabilities): return Self.soap(capabilities(faults))
        case "GetServiceCapabilities":
            return Self.soap(
                "<tev:GetServiceCapabilitiesResponse><tev:Capabilities WSSubscriptionPolicySupport=\"false\" "
                    + "WSPullPointSupport=\"true\" MaxPullPoints=\"\(settings.maxSubscriptions)\"/>"
                    + "</tev:GetServiceCapabilitiesResponse>")
        case "GetEventProperties": return Self.soap(eventProperties)
        case "GetProfiles": return Self.soap(profiles)
        case "GetSnapshotUri":
            return Self.soap(
                "<trt:GetSnapshotUriResponse><trt:MediaUri><tt:Uri>\(address("/snapshot.jpg", faults))</tt:Uri>"
                    + "<tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot>"
                    + "<tt:Timeout>PT0S</tt:Timeout></trt:MediaUri></trt:GetSnapshotUriResponse>")
        case "GetPresets", "GotoPreset", "GetPresetTours", "OperatePresetTour": return turn(operation, soap)
        default: return Self.soap(SOAPText.fault("ter:ActionNotSupported", "Optional Action Not Implemented"), status: 500)
        }
    }

    private var dateAndTime: String {
        let text = text(cameraTime)
        let parts = text.split { "-T:Z".contains($0) }.compactMap { Int($0) }
        return "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType>"
            + "<tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone><tt:UTCDateTime>"
            + "<tt:Time><tt:Hour>\(parts[3])</tt:Hour><tt:Minute>\(parts[4])</tt:Minute><tt:Second>\(parts[5])</tt:Second></tt:Time>"
            + "<tt:Date><tt:Year>\(parts[0])</tt:Year><tt:Month>\(parts[1])</tt:Month><tt:Day>\(parts[2])</tt:Day></tt:Date>"
            + "</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>"
    }

    private var deviceInformation: String {
        "<tds:GetDeviceInformationResponse><tds:Manufacturer>\(settings.manufacturer)</tds:Manufacturer>"
            + "<tds:Model>\(settings.model)</tds:Model><tds:FirmwareVersion>\(settings.firmware)</tds:FirmwareVersion>"
            + "<tds:SerialNumber>\(settings.serial)</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId>"
            + "</tds:GetDeviceInformationResponse>"
    }

    private func services(_ faults: Set<ONVIFFault>) -> String {
        var list = [
            ("http://www.onvif.org/ver10/device/wsdl", "/onvif/device_service"),
            ("http://www.onvif.org/ver10/media/wsdl", "/onvif/media"), ("http://www.onvif.org/ver20/ptz/wsdl", "/onvif/ptz"),
        ]
        if !faults.contains(.noEventAddress) { list.append(("http://www.onvif.org/ver10/events/wsdl", "/onvif/events")) }
        let text = list.map { namespace, path in
            "<tds:Service><tds:Namespace>\(namespace)</tds:Namespace><tds:XAddr>\(address(path, faults))</tds:XAddr>"
                + "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>"
        }
        return "<tds:GetServicesResponse>\(text.joined())</tds:GetServicesResponse>"
    }

    private func capabilities(_ faults: Set<ONVIFFault>) -> String {
        var events = ""
        if !faults.contains(.noEventAddress) {
            events =
                "<tt:Events><tt:XAddr>\(address("/onvif/events", faults))</tt:XAddr>"
                + "<tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport>"
                + "<tt:WSPullPointSupport>false</tt:WSPullPointSupport>"
                + "<tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport></tt:Events>"
        }
        return "<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>\(address("/onvif/device_service", faults))"
            + "</tt:XAddr></tt:Device>\(events)<tt:Media><tt:XAddr>\(address("/onvif/media", faults))</tt:XAddr>"
            + "<tt:StreamingCapabilities/></tt:Media><tt:PTZ><tt:XAddr>\(address("/onvif/ptz", faults))</tt:XAddr></tt:PTZ>"
            + "</tds:Capabilities></tds:GetCapabilitiesResponse>"
    }

    private var eventProperties: String {
        "<tev:GetEventPropertiesResponse><tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml"
            + "</tev:TopicNamespaceLocation><wsnt:FixedTopicSet>true</wsnt:FixedTopicSet><wstop:TopicSet><tns1:RuleEngine>"
            + "<CellMotionDetector><Motion wstop:topic=\"true\"><tt:MessageDescription IsProperty=\"true\"><tt:Source>"
            + "<tt:SimpleItemDescription Name=\"VideoSourceConfigurationToken\" Type=\"tt:ReferenceToken\"/></tt:Source><tt:Data>"
            + "<tt:SimpleItemDescription Name=\"IsMotion\" Type=\"xsd:boolean\"/></tt:Data></tt:MessageDescription></Motion>"
            + "</CellMotionDetector></tns1:RuleEngine></wstop:TopicSet>"
            + "<wsnt:TopicExpressionDialect>http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet</wsnt:TopicExpressionDialect>"
            + "<tev:MessageContentFilterDialect>http://www.onvif.org/ver10/tev/messageContentFilter/ItemFilter"
            + "</tev:MessageContentFilterDialect><tev:MessageContentSchemaLocation>http://www.onvif.org/onvif/ver10/schema/onvif.xsd"
            + "</tev:MessageContentSchemaLocation></tev:GetEventPropertiesResponse>"
    }

    private var profiles: String {
        "<trt:GetProfilesResponse><trt:Profiles token=\"Profile_1\" fixed=\"true\"><tt:Name>mainStream</tt:Name>"
            + "<tt:VideoSourceConfiguration token=\"VideoSourceConfig\"><tt:Name>VideoSourceConfig</tt:Name><tt:UseCount>1</tt:UseCount>"
            + "<tt:SourceToken>VideoSource_1</tt:SourceToken><tt:Bounds x=\"0\" y=\"0\" width=\"1920\" height=\"1080\"/>"
            + "</tt:VideoSourceConfiguration></trt:Profiles></trt:GetProfilesResponse>"
    }

    private func turn(_ operation: String, _ soap: SOAPText) -> PushAnswer {
        switch operation {
        case "GetPresets":
            let list = settings.presets.map {
                "<tptz:Preset token=\"\($0.token)\"><tt:Name>\($0.name.markup)</tt:Name></tptz:Preset>"
            }
            return Self.soap("<tptz:GetPresetsResponse>\(list.joined())</tptz:GetPresetsResponse>")
        case "GotoPreset":
            guard let token = soap.first("PresetToken"), settings.presets.contains(where: { $0.token == token }) else {
                return Self.soap(SOAPText.fault("ter:NoToken", "The requested preset token does not exist"), status: 400)
            }
            state.withLock { $0.tally.preset = token }
            return Self.soap("<tptz:GotoPresetResponse/>")
        case "GetPresetTours":
            let list = settings.tours.map {
                "<tptz:PresetTour token=\"\($0.token)\"><tt:Name>\($0.name.markup)</tt:Name></tptz:PresetTour>"
            }
            return Self.soap("<tptz:GetPresetToursResponse>\(list.joined())</tptz:GetPresetToursResponse>")
        default:
            let isStart = soap.first("Operation") == "Start"
            state.withLock { $0.tally.tour = isStart ? soap.first("PresetTourToken") : nil }
            return Self.soap("<tptz:OperatePresetTourResponse/>")
        }
    }
}
