import Model

/// What operators ask of a device of GB/T 28181, or of one of its channels, over its registration.
package struct GB28181Control: CameraControl {
    /// All of one call ends within this; the protocol's own waits are shorter.
    private static let limit = Span.seconds(14)

    let platform: GB28181Platform
    package let device: GB28181Code
    /// The channel; the device itself where there is none.
    package let channel: GB28181Code?

    package init(_ platform: GB28181Platform, device: GB28181Code, channel: GB28181Code? = nil) {
        self.platform = platform
        self.device = device
        self.channel = channel
    }

    /// Asks for the device's description and for its channels; presets where it tells them.
    package func facts() async throws(DeviceProblem) -> DeviceFacts {
        let information = try await ask("DeviceInfo").root
        var facts = DeviceFacts()
        facts.manufacturer = information.value("Manufacturer")
        facts.model = information.value("Model")
        facts.firmware = information.value("Firmware")
        facts.name = information.value("DeviceName")
        facts.serial = device.digits
        let here = await known()
        facts.clockOffset = here.clockOffset
        facts.events = ["MESSAGE"] + (here.isSubscribed ? ["NOTIFY"] : [])
        facts.presets = (try? await presets()) ?? []
        facts.notes = here.notes
        if let channel {
            let item = here.channels.first { $0.value("DeviceID").flatMap { GB28181Code($0) } == channel }
            facts.name = item?.value("Name") ?? facts.name
            if item == nil { facts.notes.append("the channel \(channel) is not in the device's catalog; check its code") }
        } else {
            facts.notes += here.channels.prefix(64).compactMap { item in
                item.value("DeviceID").map { "channel \($0): \(item.value("Name") ?? "-"), \(item.value("Status") ?? "-")" }
            }
        }
        return facts
    }

    /// The presets as the device lists them; none where it does not know the question.
    package func presets() async throws(DeviceProblem) -> [Preset] {
        let answer: GB28181Answer
        do {
            answer = try await ask("PresetQuery", of: channel ?? device, limit: .seconds(8))
        } catch {
            // The question came with GB/T 28181-2016; older devices do not answer it.
            guard error.code == .unreadable || error.code == .refused else { throw error }
            return []
        }
        return answer.items.compactMap { item in
            item.value("PresetID").map { Preset(token: $0, name: item.value("PresetName") ?? $0) }
        }
    }

    package func go(to preset: String) async throws(DeviceProblem) {
        guard let number = UInt8(preset), number > 0 else {
            throw DeviceProblem(.unsupported, "GB/T 28181 knows presets 1 to 255, not '\(preset.prefix(20))'")
        }
        try await order(GB28181Orders.head(0x82, 0, number))
    }

    /// None: GB/T 28181-2016 has no question for them; their numbers are known at the device.
    package func tours() async throws(DeviceProblem) -> [Preset] { [] }

    package func startTour(_ tour: String) async throws(DeviceProblem) {
        guard let number = UInt8(tour) else {
            throw DeviceProblem(.unsupported, "GB/T 28181 knows tours 0 to 255, not '\(tour.prefix(20))'")
        }
        try await order(GB28181Orders.head(0x88, number))
    }

    /// Stops whatever the head does.
    package func stopTour(_ tour: String) async throws(DeviceProblem) {
        try await order(GB28181Orders.head(0x00))
    }

    package func snapshot() async throws(DeviceProblem) -> [UInt8] {
        throw DeviceProblem(
            .unsupported, "GB/T 28181 brings no single pictures; add the camera's ISAPI, ONVIF or RTSP address for them")
    }
}

extension GB28181Control {
    /// The recordings that a device holds of a channel, in civil time of its zone.
    ///
    /// - Returns: one item for each file, with the names of GB/T 28181-2022, A.2.6.7.
    package func recordings(from start: Timestamp, to end: Timestamp) async throws(DeviceProblem) -> [XMLElement] {
        let zone = platform.settings.zone
        let more =
            "<StartTime>\(start.text(in: zone).prefix(19))</StartTime><EndTime>\(end.text(in: zone).prefix(19))</EndTime>"
            + "<Type>all</Type>"
        return try await ask("RecordInfo", of: channel ?? device, more: more, limit: .seconds(28)).items
    }

    /// Arms the device, or takes its running alarms back.
    package func setGuard(_ isArmed: Bool) async throws(DeviceProblem) {
        try await order(isArmed ? GB28181Orders.setGuard : "<GuardCmd>ResetGuard</GuardCmd>")
    }

    func ask(
        _ command: String, of code: GB28181Code? = nil, more: String = "", limit: Span = Self.limit
    ) async throws(DeviceProblem) -> GB28181Answer {
        let result: Result<GB28181Answer, DeviceProblem> = await withCheckedContinuation { done in
            onSession({ done.resume(returning: .failure($0)) }) { session in
                session.ask(command, of: code, more: more, limit: limit) { done.resume(returning: $0) }
            }
        }
        return try result.get()
    }

    func order(_ order: String) async throws(DeviceProblem) {
        let problem: DeviceProblem? = await withCheckedContinuation { done in
            onSession({ done.resume(returning: $0) }) { session in
                let body = GB28181Orders.control(serial: session.nextSerial(), of: channel ?? device, order)
                session.send(body) { done.resume(returning: $0) }
            }
        }
        if let problem { throw problem }
    }

    private func onSession(
        _ missing: @escaping @Sendable (DeviceProblem) -> Void, _ body: @escaping @Sendable (GB28181Session) -> Void
    ) {
        platform.queue.async {
            guard let entry = platform.entries[device] else {
                return missing(DeviceProblem(.unsupported, "the device \(device) is not in the configuration"))
            }
            body(entry.session)
        }
    }

    private struct Known: Sendable {
        var channels: [XMLElement] = []
        var clockOffset: Span?
        var isSubscribed = false
        var notes: [String] = []
    }

    /// What the device told since it registered.
    private func known() async -> Known {
        await withCheckedContinuation { done in
            platform.queue.async {
                guard let entry = platform.entries[device] else { return done.resume(returning: Known()) }
                let session = entry.session
                done.resume(
                    returning: Known(
                        channels: session.channels, clockOffset: entry.feed.clockOffset,
                        isSubscribed: session.subscription?.deviceTag != nil,
                        notes: session.registration.map { [$0.sentence(in: platform.settings.zone)] } ?? []))
            }
        }
    }
}
