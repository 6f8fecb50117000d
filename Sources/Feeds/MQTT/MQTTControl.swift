import Model

/// What can be asked about a device behind a broker: whether the broker is reached, and whether the device is there.
package struct MQTTControl: CameraControl {
    private let broker: MQTTBroker
    private let name: String

    /// - Parameter name: the device's name in the configuration; nothing where the broker has no such device.
    package init?(_ broker: MQTTBroker, name: String) {
        guard broker.settings.devices.contains(where: { $0.profile.name == name }) else { return nil }
        self.broker = broker
        self.name = name
    }

    package func facts() async throws(DeviceProblem) -> DeviceFacts {
        let standing = await broker.standing(of: name)
        guard standing.isUp else { throw DeviceProblem(standing.isRefused ? .refused : .unreachable, standing.sentence) }
        if let topic = standing.refusedTopic {
            throw DeviceProblem(.refused, "the broker does not let the user read the topic \(topic); permit it there")
        }
        var facts = DeviceFacts()
        facts.name = name
        facts.events = ["MQTT"]
        facts.notes = [standing.sentence]
        switch standing.isAvailable {
        case true?: facts.notes.append("the device says that it is online")
        case false?: facts.notes.append("the device is offline, says its availability topic")
        case nil: break
        }
        return facts
    }

    package func presets() async throws(DeviceProblem) -> [Preset] { throw Self.unsupported("has no presets") }
    package func go(to preset: String) async throws(DeviceProblem) { throw Self.unsupported("cannot turn a camera") }
    package func tours() async throws(DeviceProblem) -> [Preset] { throw Self.unsupported("has no tours") }
    package func startTour(_ tour: String) async throws(DeviceProblem) { throw Self.unsupported("has no tours") }
    package func stopTour(_ tour: String) async throws(DeviceProblem) { throw Self.unsupported("has no tours") }
    package func snapshot() async throws(DeviceProblem) -> [UInt8] { throw Self.unsupported("gives no picture on request") }

    private static func unsupported(_ what: String) -> DeviceProblem {
        DeviceProblem(.unsupported, "MQTT \(what); configure the camera by ONVIF or its maker's protocol for that")
    }
}

extension MQTTBroker {
    /// How the broker and one of its devices stand.
    package struct Standing: Hashable, Sendable {
        package var isUp = false
        /// Connections so far.
        package var connections = 0
        /// Messages so far, of all devices.
        package var messages = 0
        /// Whether the broker answered and said no.
        package var isRefused = false
        package var sentence = ""
        package var isAvailable: Bool?
        package var refusedTopic: String?
    }

    package func standing(of name: String) async -> Standing {
        await withCheckedContinuation { continuation in
            queue.async {
                let member = self.members.first { $0.device.profile.name == name }
                continuation.resume(
                    returning: Standing(
                        isUp: self.isUp, connections: self.session.connection, messages: self.messages, isRefused: self.isRefused,
                        sentence: self.sentence, isAvailable: member?.isAvailable, refusedTopic: member?.refusedTopic))
            }
        }
    }
}
