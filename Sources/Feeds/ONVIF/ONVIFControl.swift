import Model
import Synchronization

/// What an operator or a patrol asks of an ONVIF camera: identity, presets, tours, a picture.
package final class ONVIFControl: CameraControl {
    struct State {
        var access: ONVIFAccess
        /// When the camera's clock was read, by uptime; without it no token is good.
        var clockRead: Span?
        var clockOffset: Span?
        /// By namespace, at the configured host.
        var services: [String: String] = [:]
        var profile: String?
    }

    let multi: CurlMulti
    let clock: any WallClock
    /// Of a recorder: its how-manieth picture source is meant, from 1.
    private let channel: Int?
    let state: Mutex<State>

    /// Nothing is asked before the first call.
    ///
    /// - Parameters:
    ///   - channel: of a recorder, which of its picture sources, from 1; nothing for the first.
    ///   - clock: for tokens and for the camera's clock offset.
    package init(
        _ address: DeviceAddress, channel: Int? = nil, devicePath: String = "/onvif/device_service", multi: CurlMulti,
        clock: any WallClock
    ) {
        self.multi = multi
        self.clock = clock
        self.channel = channel
        state = Mutex(State(access: ONVIFAccess(address: address, devicePath: devicePath)))
    }

    package func facts() async throws(DeviceProblem) -> DeviceFacts {
        let answer = try await call(device("GetDeviceInformation"))
        var facts = DeviceFacts()
        facts.manufacturer = answer.body["Manufacturer"]?.text
        facts.model = answer.body["Model"]?.text
        facts.firmware = answer.body["FirmwareVersion"]?.text
        facts.serial = answer.body["SerialNumber"]?.text
        facts.clockOffset = state.withLock { $0.clockOffset }
        if facts.clockOffset == nil { facts.notes.append("the camera does not tell its clock in UTC; set time zone and NTP") }
        let (events, note) = await eventSupport()
        facts.events = events
        if let note { facts.notes.append(note) }
        facts.presets = (try? await presets()) ?? []
        return facts
    }

    /// How events can be had; capabilities lie, so an event service counts as able to be polled.
    private func eventSupport() async -> ([String], String?) {
        guard let service = try? await service(SOAPNamespaces.events, "events") else {
            return ([], "the camera names no event service; switch ONVIF events on in the camera")
        }
        let events = ["PullPoint", "push"]
        let call = SOAPCall.named("GetServiceCapabilities", "tev", SOAPNamespaces.events, service)
        guard let answer = try? await self.call(call),
            let told = answer.body.first("Capabilities")?.attribute("WSPullPointSupport"),
            told.lowercased() == "false" || told == "0"
        else { return (events, nil) }
        return (events, "the camera says that it has no pull point; many such have one all the same")
    }

    package func presets() async throws(DeviceProblem) -> [Preset] {
        let answer = try await turn("GetPresets")
        return Self.list(answer, "Preset")
    }

    package func go(to preset: String) async throws(DeviceProblem) {
        _ = try await turn("GotoPreset", inside: "<tptz:PresetToken>\(preset.markup)</tptz:PresetToken>")
    }

    package func tours() async throws(DeviceProblem) -> [Preset] {
        Self.list(try await turn("GetPresetTours"), "PresetTour")
    }

    package func startTour(_ tour: String) async throws(DeviceProblem) { try await operate(tour, "Start") }

    package func stopTour(_ tour: String) async throws(DeviceProblem) { try await operate(tour, "Stop") }

    private func operate(_ tour: String, _ operation: String) async throws(DeviceProblem) {
        _ = try await turn(
            "OperatePresetTour",
            inside:
                "<tptz:PresetTourToken>\(tour.markup)</tptz:PresetTourToken><tptz:Operation>\(operation)</tptz:Operation>")
    }

    package func snapshot() async throws(DeviceProblem) -> [UInt8] {
        let media = try await service(SOAPNamespaces.media, "media")
        let profile = try await profile(media)
        let call = SOAPCall.named(
            "GetSnapshotUri", "trt", SOAPNamespaces.media, media,
            inside: "<trt:ProfileToken>\(profile.markup)</trt:ProfileToken>")
        let answer = try await self.call(call)
        guard let named = answer.body.first("Uri")?.text, let url = state.withLock({ $0.access.rewritten(named) }) else {
            throw DeviceProblem(.unsupported, "the camera names no address for pictures")
        }
        return try await picture(url)
    }

    private static func list(_ answer: SOAPAnswer, _ name: String) -> [Preset] {
        answer.body.children.filter { $0.name == name }.prefix(1024).compactMap { element in
            guard let token = element.attribute("token"), !token.isEmpty else { return nil }
            return Preset(token: token, name: element["Name"]?.text ?? token)
        }
    }

    /// A call of the PTZ service for the profile of our channel.
    private func turn(_ name: String, inside: String = "") async throws(DeviceProblem) -> SOAPAnswer {
        let service = try await service(SOAPNamespaces.ptz, "PTZ")
        let profile = try await profile(try await self.service(SOAPNamespaces.media, "media"))
        return try await call(
            .named(
                name, "tptz", SOAPNamespaces.ptz, service,
                inside: "<tptz:ProfileToken>\(profile.markup)</tptz:ProfileToken>" + inside))
    }

    private func device(_ name: String) -> SOAPCall {
        .device(name, state.withLock { $0.access.deviceService })
    }

    // Services and profiles, asked for once.

    private func service(_ namespace: String, _ name: String) async throws(DeviceProblem) -> SOAPEndpoint {
        if state.withLock({ $0.services.isEmpty }) { try await findServices() }
        guard let url = state.withLock({ $0.services[namespace] }) else {
            throw DeviceProblem(.unsupported, "the camera has no \(name) service under ONVIF")
        }
        return SOAPEndpoint(url: url)
    }

    private func findServices() async throws(DeviceProblem) {
        let endpoint = state.withLock { $0.access.deviceService }
        let named: [String: String]
        do throws(DeviceProblem) {
            named = try await call(.services(endpoint)).services
        } catch {
            guard error.code == .unsupported else { throw error }
            named = try await call(.capabilities(endpoint)).capabilities
        }
        state.withLock { state in
            state.services = named.compactMapValues { state.access.rewritten($0) }
        }
    }

    private func profile(_ media: SOAPEndpoint) async throws(DeviceProblem) -> String {
        if let known = state.withLock({ $0.profile }) { return known }
        let answer = try await call(.named("GetProfiles", "trt", SOAPNamespaces.media, media))
        var sources: [String] = []
        var tokens: [String] = []
        for profile in answer.body.children where profile.name == "Profiles" {
            let source = profile["VideoSourceConfiguration"]?["SourceToken"]?.text ?? ""
            guard let token = profile.attribute("token"), !token.isEmpty, !sources.contains(source) else { continue }
            sources.append(source)
            tokens.append(token)
        }
        guard !tokens.isEmpty else {
            throw DeviceProblem(.unsupported, "the camera has no media profile; make one in the camera")
        }
        let index = channel.map { $0 - 1 } ?? 0
        guard tokens.indices.contains(index) else {
            throw DeviceProblem(
                .unsupported, "the device has \(tokens.count) picture sources, so there is no channel \(index + 1)")
        }
        state.withLock { $0.profile = tokens[index] }
        return tokens[index]
    }
}
