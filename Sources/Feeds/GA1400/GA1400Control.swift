import Model

/// What can be asked about a device that only calls us: whether it is registered, and what it sent.
package struct GA1400Control: CameraControl {
    private let platform: GA1400Platform
    private let device: GA1400Registrant

    /// - Parameter name: the device's name in the configuration; nothing where the platform has no such device.
    package init?(_ platform: GA1400Platform, name: String) {
        guard let device = platform.settings.devices.first(where: { $0.profile.name == name }) else { return nil }
        self.platform = platform
        self.device = device
    }

    package func facts() async throws(DeviceProblem) -> DeviceFacts {
        let (registration, tally) = await platform.standing(of: device.id)
        guard let registration else {
            throw DeviceProblem(
                .unreachable,
                "the device is not registered here; enter on it our address and port, the server id "
                    + "\(platform.settings.serverID), its id \(device.id), the user \(device.user) and the password")
        }
        var facts = DeviceFacts()
        facts.name = device.id
        facts.events = ["GA/T 1400"]
        facts.notes = ["registered since \(registration.since.text()) from \(registration.peer)"] + tally.notes
        return facts
    }

    package func presets() async throws(DeviceProblem) -> [Preset] { throw Self.unsupported("has no presets") }
    package func go(to preset: String) async throws(DeviceProblem) { throw Self.unsupported("cannot turn a camera") }
    package func tours() async throws(DeviceProblem) -> [Preset] { throw Self.unsupported("has no tours") }
    package func startTour(_ tour: String) async throws(DeviceProblem) { throw Self.unsupported("has no tours") }
    package func stopTour(_ tour: String) async throws(DeviceProblem) { throw Self.unsupported("has no tours") }
    package func snapshot() async throws(DeviceProblem) -> [UInt8] {
        throw Self.unsupported("gives no picture on request; pictures come with its objects")
    }

    private static func unsupported(_ what: String) -> DeviceProblem {
        DeviceProblem(.unsupported, "GA/T 1400 \(what); configure the camera by ONVIF or its maker's protocol for that")
    }
}

extension GA1400Tally {
    /// One sentence for each thing that an operator should know.
    package var notes: [String] {
        var notes = ["\(objects) objects and \(pictures) pictures were taken since the daemon started"]
        if personalDropped > 0 {
            notes.append("\(personalDropped) faces and persons were counted and not kept, as the configuration says")
        }
        if picturesUnreadable > 0 { notes.append("\(picturesUnreadable) pictures were no JPEG and not kept") }
        if picturesRefused > 0 {
            notes.append("\(picturesRefused) pictures could not be stored; look at the evidence folder's disk")
        }
        return notes
    }
}

extension GA1400Platform {
    /// Whether a device is registered, and what it sent.
    package func standing(of id: String) async -> (VIIDRegistry.Entry?, GA1400Tally) {
        await withCheckedContinuation { continuation in
            queue.async {
                let registration = self.registry.registration(of: id, at: self.clock.uptime())
                continuation.resume(returning: (registration, self.members[id]?.tally ?? GA1400Tally()))
            }
        }
    }
}
