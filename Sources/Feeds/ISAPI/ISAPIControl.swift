import Model

/// What an operator asks of one channel of a Hikvision device.
package struct ISAPIControl: CameraControl {
    let camera: ISAPICamera
    /// From 1.
    let channel: Int
    let calls: DeviceCalls

    /// - Parameter channel: from 1, as the device counts its video channels.
    package init(_ camera: ISAPICamera, channel: Int = 1, multi: CurlMulti, clock: any WallClock) {
        self.camera = camera
        self.channel = channel
        calls = DeviceCalls(
            address: camera.address, authentication: camera.authentication, delay: camera.profile.limits.refusedRetry,
            multi: multi, clock: clock)
    }

    package func presets() async throws(DeviceProblem) -> [Preset] {
        let list = try await document(ptz("presets"), "its presets")
        return list.children.filter { $0.name == "PTZPreset" && $0["enabled"]?.text != "false" }.prefix(400)
            .compactMap { Self.preset($0, name: "presetName") }
    }

    package func go(to preset: String) async throws(DeviceProblem) {
        try await order(ptz("presets/\(try Self.number(preset))/goto"), "preset \(preset)")
    }

    package func tours() async throws(DeviceProblem) -> [Preset] {
        let list = try await document(ptz("patrols"), "its patrols")
        return list.children.filter { $0.name == "PTZPatrol" && $0["enabled"]?.text != "false" }.prefix(100)
            .compactMap { Self.preset($0, name: "patrolName") }
    }

    package func startTour(_ tour: String) async throws(DeviceProblem) {
        try await order(ptz("patrols/\(try Self.number(tour))/start"), "patrol \(tour)")
    }

    package func stopTour(_ tour: String) async throws(DeviceProblem) {
        try await order(ptz("patrols/\(try Self.number(tour))/stop"), "patrol \(tour)")
    }

    /// A picture of this moment; a recorder is asked under its proxy's path where the first one has none.
    package func snapshot() async throws(DeviceProblem) -> [UInt8] {
        let paths = ["/ISAPI/Streaming", "/ISAPI/ContentMgmt/StreamingProxy", "/Streaming"]
        var first: DeviceProblem?
        for path in paths {
            let answer = try await calls.send("\(path)/channels/\(channel)01/picture")
            if answer.status == 200, let picture = JPEGAnswer.picture(answer.body) { return picture }
            let problem = ISAPIStatus.problem("a picture of channel \(channel)", status: answer.status, body: answer.body)
            guard problem.code != .refused else { throw problem }
            if first == nil || first?.code == .unsupported, problem.code != .unsupported { first = problem }
            first = first ?? problem
        }
        throw first ?? DeviceProblem(.unsupported, "the device gives no pictures")
    }

    private func ptz(_ path: String) -> String { "/ISAPI/PTZCtrl/channels/\(channel)/" + path }

    /// Reads a document.
    ///
    /// - Parameter wish: what it is about, for the sentence.
    func document(_ path: String, _ wish: String) async throws(DeviceProblem) -> XMLElement {
        let answer = try await calls.send(path)
        guard answer.status == 200 else { throw ISAPIStatus.problem(wish, status: answer.status, body: answer.body) }
        guard let root = try? XMLElement(parsing: answer.body) else {
            throw DeviceProblem(.otherProtocol, "the device does not answer in XML about \(wish); it may speak another protocol")
        }
        switch root.name.lowercased() {
        case "responsestatus": throw ISAPIStatus.problem(wish, status: 200, body: answer.body)
        case "html": throw DeviceProblem(.otherProtocol, "the device answers with a page; check port and protocol")
        default: return root
        }
    }

    /// Sends an order that has no content.
    func order(_ path: String, _ wish: String) async throws(DeviceProblem) {
        let answer = try await calls.send(path, method: "PUT", body: [])
        let code = ISAPIStatus(answer.body)?.code ?? 1
        guard (200..<300).contains(answer.status), code == 1 else {
            throw ISAPIStatus.problem(wish, status: answer.status, body: answer.body)
        }
    }

    private static func preset(_ element: XMLElement, name: String) -> Preset? {
        guard let id = element["id"]?.text, !id.isEmpty else { return nil }
        return Preset(token: String(id.prefix(40)), name: String((element[name]?.text ?? "").prefix(200)))
    }

    /// Presets and patrols are numbers; anything else would lead to another path.
    private static func number(_ token: String) throws(DeviceProblem) -> Int {
        guard let number = Int(token), number > 0, number < 100_000 else {
            throw DeviceProblem(.unsupported, "presets and patrols of this device are numbers, not '\(token.prefix(40))'")
        }
        return number
    }
}
