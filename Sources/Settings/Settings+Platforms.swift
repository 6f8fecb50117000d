import Model
import Yams

// What devices register with or publish to.
extension Settings {
    mutating func takePlatforms(_ root: Section) {
        gb28181 = root.value("gb28181")?.section().map(Self.gb28181)
        ga1400 = root.value("ga1400")?.section().map(Self.ga1400)
        brokers = items(root, "brokers", read: Settings.broker)
        checkNames(root, ["brokers"])
    }

    /// Holds the cameras to the platforms that they need.
    func checkPlatforms(_ root: Section) {
        let mark = root.mark
        func missing(_ adapter: Camera.Adapter, _ key: String, _ example: String) {
            guard let camera = cameras.first(where: { $0.adapter == adapter }) else { return }
            root.findings.add("missing, yet the camera \"\(camera.name)\" needs it; write \(example)", key: key, at: mark)
        }
        if gb28181 == nil { missing(.gb28181, "gb28181", "gb28181: {id: \"OUR 20 DIGITS\"}") }
        if ga1400 == nil { missing(.ga1400, "ga1400", "ga1400: {id: \"OUR 20 DIGITS\"}") }
        let names = brokers.map(\.name)
        for (index, camera) in cameras.enumerated() where camera.adapter == .mqtt && !names.contains(camera.mqtt.broker) {
            let near = Suggestion.nearest(to: camera.mqtt.broker, among: names)
            let hint = near.map { "did you mean \"\($0)\"?" } ?? "add it under brokers"
            root.findings.add("no broker is named \"\(camera.mqtt.broker)\"; \(hint)", key: "cameras[\(index)].broker", at: mark)
        }
        checkIdentities(root)
    }

    private func checkIdentities(_ root: Section) {
        for adapter in [Camera.Adapter.gb28181, .ga1400] {
            var seen: Set<String> = []
            for (index, camera) in cameras.enumerated() where camera.adapter == adapter && !camera.id.isEmpty {
                guard !seen.insert(camera.id).inserted else { continue }
                let sentence = "the id \(camera.id) is taken already; each device has its own"
                root.findings.add(sentence, key: "cameras[\(index)].id", at: root.mark)
            }
        }
    }

    private static func gb28181(_ section: Section) -> GB28181 {
        var platform = GB28181()
        platform.id = section.needed("id", "our own 20 digits")?.twentyDigits() ?? ""
        platform.listen = section.value("listen")?.address() ?? platform.listen
        platform.realm = section.value("realm")?.text() ?? String(platform.id.prefix(10))
        platform.contact = section.value("contact")?.address()
        section.finish()
        return platform
    }

    private static func ga1400(_ section: Section) -> GA1400 {
        var platform = GA1400()
        platform.id = section.needed("id", "our own 20 digits")?.twentyDigits() ?? ""
        platform.personalData = section.value("personal_data")?.choice(GA1400.PersonalData.self) ?? platform.personalData
        section.finish()
        return platform
    }

    private static func broker(_ section: Section) -> Broker {
        let name = section.needed("name", "a short name such as broker-1")?.name() ?? ""
        let address = section.needed("address", "HOST:PORT such as 192.0.2.1:1883")?.address()
        var broker = Broker(
            name: name, address: address ?? Address(host: "", port: 0),
            client: section.value("client")?.text() ?? "patrold-\(name)")
        broker.user = section.value("user")?.text()
        broker.password = section.value("password").map { password($0, section.findings) }
        return broker
    }
}
