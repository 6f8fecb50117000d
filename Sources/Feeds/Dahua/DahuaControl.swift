import Model

/// What an operator asks of one channel of a Dahua device.
package struct DahuaControl: CameraControl {
    private let camera: DahuaCamera
    private let channel: Int
    private let calls: DeviceCalls

    /// - Parameter channel: from 1.
    package init(_ camera: DahuaCamera, channel: Int = 1, multi: CurlMulti, clock: any WallClock) {
        self.camera = camera
        self.channel = channel
        calls = DeviceCalls(
            address: camera.address, authentication: camera.authentication, delay: camera.profile.limits.refusedRetry,
            multi: multi, clock: clock)
    }

    package func facts() async throws(DeviceProblem) -> DeviceFacts {
        let began = calls.clock.uptime()
        let info = try await answer("/cgi-bin/magicBox.cgi?action=getSystemInfo", "its name")
        var facts = DeviceFacts()
        facts.manufacturer = "Dahua"
        facts.model = info["deviceType"] ?? info["updateSerial"]
        facts.serial = info["serialNumber"]
        facts.events = ["eventManager"]
        guard facts.model != nil || facts.serial != nil else {
            throw DeviceProblem(.otherProtocol, "what answers is no Dahua device; check address, port and protocol")
        }
        // Each of these may be unknown to the device; what is known already is not given up for it. All of it ends within
        // half a minute: none of them is begun late.
        let isEarly = { self.calls.clock.uptime() - began < .seconds(18) }
        facts.name = try? await answer("/cgi-bin/magicBox.cgi?action=getMachineName", "its name")["name"]
        if isEarly() {
            facts.firmware = try? await answer("/cgi-bin/magicBox.cgi?action=getSoftwareVersion", "its version")["version"]
        }
        if isEarly() { facts.clockOffset = try? await clockOffset() }
        if isEarly() { facts.presets = (try? await presets()) ?? [] }
        return facts
    }

    /// The device's clock less ours, read at the middle of the request.
    package func clockOffset() async throws(DeviceProblem) -> Span {
        let before = calls.clock.now()
        let told = try await answer("/cgi-bin/global.cgi?action=getCurrentTime", "its time")["result"] ?? ""
        let after = calls.clock.now()
        guard let moment = DahuaTime.clock(told, zone: camera.zone) else {
            throw DeviceProblem(.unreadable, "the device's time cannot be read")
        }
        return moment - (before + Span(microseconds: (after - before).microseconds / 2))
    }

    package func presets() async throws(DeviceProblem) -> [Preset] {
        try await list("getPresets", "presets", "its presets")
    }

    package func go(to preset: String) async throws(DeviceProblem) {
        try await order("GotoPreset", 0, try Self.number(preset), "preset \(preset)")
    }

    package func tours() async throws(DeviceProblem) -> [Preset] {
        try await list("getTours", "tours", "its tours")
    }

    package func startTour(_ tour: String) async throws(DeviceProblem) {
        try await order("StartTour", try Self.number(tour), 0, "tour \(tour)")
    }

    package func stopTour(_ tour: String) async throws(DeviceProblem) {
        try await order("StopTour", try Self.number(tour), 0, "tour \(tour)")
    }

    package func snapshot() async throws(DeviceProblem) -> [UInt8] {
        let wish = "a picture of channel \(channel)"
        let answer = try await calls.send("/cgi-bin/snapshot.cgi?channel=\(channel)")
        guard answer.status == 200 else { throw Self.problem(wish, answer) }
        if let picture = JPEGAnswer.picture(answer.body) { return picture }
        let isText = !answer.body.starts(with: [0xFF, 0xD8])
        throw DeviceProblem(
            .busy, "the device answers with \(isText ? "a text" : "a broken picture") instead of \(wish); it may have no video")
    }

    /// From 0, as `ptz.cgi` counts.
    private var index: Int { channel - 1 }

    private func answer(_ path: String, _ wish: String) async throws(DeviceProblem) -> DahuaAnswer {
        let answer = try await calls.send(path)
        guard answer.status == 200 else { throw Self.problem(wish, answer) }
        let told = DahuaAnswer(answer.body)
        guard !told.text.hasPrefix("<") else {
            throw DeviceProblem(.otherProtocol, "the device answers with a page; check port and protocol")
        }
        // Errors also come with 200.
        guard !told.text.lowercased().hasPrefix("error") else { throw Self.problem(wish, answer) }
        return told
    }

    private func list(_ action: String, _ word: String, _ wish: String) async throws(DeviceProblem) -> [Preset] {
        let told = try await answer("/cgi-bin/ptz.cgi?action=\(action)&channel=\(index)", wish)
        var found: [String: Preset] = [:]
        var order: [String] = []
        // `presets[0].Index=1` and `presets[0].Name=Gate`, in any order.
        for (name, value) in told.members where name.hasPrefix(word + "[") {
            guard let close = name.firstIndex(of: "]") else { continue }
            let place = String(name[..<close])
            if found[place] == nil { order.append(place) }
            var preset = found[place] ?? Preset(token: "", name: "")
            if name.hasSuffix(".Index") { preset.token = String(value.prefix(40)) }
            if name.hasSuffix(".Name") { preset.name = String(value.prefix(200)) }
            found[place] = preset
        }
        return order.prefix(400).compactMap { found[$0] }.filter { !$0.token.isEmpty }
    }

    private func order(_ code: String, _ first: Int, _ second: Int, _ wish: String) async throws(DeviceProblem) {
        let path = "/cgi-bin/ptz.cgi?action=start&channel=\(index)&code=\(code)&arg1=\(first)&arg2=\(second)&arg3=0"
        let answer = try await calls.send(path)
        guard answer.status == 200, !DahuaAnswer(answer.body).text.lowercased().hasPrefix("error") else {
            throw Self.problem(wish, answer)
        }
    }

    private static func number(_ token: String) throws(DeviceProblem) -> Int {
        guard let number = Int(token), number > 0, number < 100_000 else {
            throw DeviceProblem(.unsupported, "presets and tours of this device are numbers, not '\(token.prefix(40))'")
        }
        return number
    }

    private static func problem(_ wish: String, _ answer: CurlResponse) -> DeviceProblem {
        switch answer.status {
        case 403: DeviceProblem(.refused, "the user may not have \(wish) (HTTP 403); give the user the right for it")
        case 404:
            DeviceProblem(.otherProtocol, "the device does not know the path for \(wish) (HTTP 404); is it a Dahua device?")
        case 400, 501: DeviceProblem(.unsupported, "the device does not know \(wish) (HTTP \(answer.status))")
        case 503: DeviceProblem(.busy, "the device has no time for \(wish) (HTTP 503); try again later")
        case 200: DeviceProblem(.unsupported, "the device does not give \(wish)")
        case 300..<400:
            DeviceProblem(.otherProtocol, "the device sends us elsewhere (HTTP \(answer.status)); use https or the right port")
        default: DeviceProblem(.unreadable, "the device answers HTTP \(answer.status) about \(wish)")
        }
    }
}
