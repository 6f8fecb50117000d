import Model

/// A network camera that a recorder keeps on one of its channels.
package struct ISAPIChannel: Hashable, Sendable {
    /// The recorder's own number for it.
    package var id: Int
    package var name: String
    /// Where the recorder finds the camera.
    package var address: String?
}

extension ISAPIControl {
    /// How long is asked at most for what is nice to know.
    private static let patience = Span.seconds(18)

    package func facts() async throws(DeviceProblem) -> DeviceFacts {
        let began = calls.clock.uptime()
        let info = try await deviceInfo()
        var facts = DeviceFacts()
        facts.manufacturer = Self.text(info["manufacturer"]) ?? "Hikvision"
        facts.model = Self.text(info["model"])
        facts.serial = Self.text(info["serialNumber"])
        facts.name = Self.text(info["deviceName"])
        facts.firmware = [Self.text(info["firmwareVersion"]), Self.text(info["firmwareReleasedDate"])].compactMap { $0 }
            .joined(separator: " ")
        // Each of these may be unknown to the device; what is known already is not given up for it.
        let wishes: [(inout DeviceFacts) async -> Void] = [addClock, addEvents, addPush, addPresets, addChannels(info)]
        for wish in wishes where calls.clock.uptime() - began < Self.patience { await wish(&facts) }
        return facts
    }

    /// The recorder's network cameras; a camera has none.
    package func channels() async throws(DeviceProblem) -> [ISAPIChannel] {
        let list = try await document("/ISAPI/ContentMgmt/InputProxy/channels", "its network cameras")
        return list.children.filter { $0.name == "InputProxyChannel" }.prefix(512).compactMap { element in
            guard let id = element["id"].flatMap({ Int($0.text) }) else { return nil }
            return ISAPIChannel(
                id: id, name: Self.text(element["name"]) ?? "",
                address: Self.text(element["sourceInputPortDescriptor"]?["ipAddress"]))
        }
    }

    /// The device's clock less ours, read at the middle of the request.
    package func clockOffset() async throws(DeviceProblem) -> Span {
        let before = calls.clock.now()
        let root = try await document("/ISAPI/System/time", "its time")
        let after = calls.clock.now()
        guard let text = Self.text(root.first("localTime")), let moment = DeviceTime(isapi: text).moment else {
            throw DeviceProblem(.unreadable, "the device's time cannot be read")
        }
        return moment - (before + Span(microseconds: (after - before).microseconds / 2))
    }

    private func deviceInfo() async throws(DeviceProblem) -> XMLElement {
        do {
            return try await document("/ISAPI/System/deviceInfo", "its name")
        } catch {
            guard error.code == .unsupported else { throw error }
            return try await document("/System/deviceInfo", "its name; is it a Hikvision device?")
        }
    }

    private func addClock(_ facts: inout DeviceFacts) async {
        facts.clockOffset = try? await clockOffset()
    }

    private func addPresets(_ facts: inout DeviceFacts) async {
        facts.presets = (try? await presets()) ?? []
    }

    private func addPush(_ facts: inout DeviceFacts) async {
        if (try? await pushHosts()) != nil { facts.events.append("httpHosts") }
    }

    private func addEvents(_ facts: inout DeviceFacts) async {
        do {
            let triggers = try await document("/ISAPI/Event/triggers", "its event settings")
            facts.events.append("alertStream")
            if let note = unnotified(triggers) { facts.notes.append(note) }
        } catch {
            if error.code == .refused { facts.notes.append("The user may not read the event settings: " + error.sentence) }
        }
    }

    /// Events reach us only where "Notify Surveillance Center" is ticked (`notificationMethod` `center`, or `HTTP`).
    private func unnotified(_ root: XMLElement) -> String? {
        let list = root.name == "EventTriggerList" ? root : root.first("EventTriggerList") ?? root
        var silent: [String] = []
        for trigger in list.children where trigger.name == "EventTrigger" {
            guard let type = Self.text(trigger["eventType"]), camera.profile.events.meaning(of: type).role == .alarm,
                camera.profile.classes[type.lowercased()] != nil
            else { continue }
            let methods = trigger["EventTriggerNotificationList"]?.children.compactMap { $0["notificationMethod"]?.text } ?? []
            let isTold = methods.contains { ["center", "http"].contains($0.lowercased()) }
            if !isTold, !silent.contains(type) { silent.append(type) }
        }
        guard !silent.isEmpty else { return nil }
        let names = silent.prefix(12).joined(separator: ", ") + (silent.count > 12 ? " and others" : "")
        return "These alarms do not reach us because 'Notify Surveillance Center' is not ticked for them: \(names)."
    }

    private func addChannels(_ info: XMLElement) -> (inout DeviceFacts) async -> Void {
        { facts in
            let type = (Self.text(info["deviceType"]) ?? "").uppercased()
            guard type.contains("NVR") || type.contains("DVR"), let channels = try? await self.channels(), !channels.isEmpty
            else {
                return
            }
            let names = channels.prefix(32).map { "\($0.id) \($0.name)" }.joined(separator: ", ")
            facts.notes.append("The recorder's network cameras: \(names).")
            if let last = channels.map(\.id).max(), last <= 32 {
                facts.notes.append(
                    "Alarms of its channels may come with 32 added to the number; set channelOffset: 32 where they do.")
            }
        }
    }

    static func text(_ element: XMLElement?) -> String? {
        guard let text = element?.text, !text.isEmpty else { return nil }
        return String(text.prefix(200))
    }
}
