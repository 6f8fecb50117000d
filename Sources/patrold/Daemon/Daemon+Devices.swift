import Console
import Feeds
import Model
import Settings

extension Daemon {
    /// What the HTTP edge may ask about devices.
    var devices: DeviceServices {
        DeviceServices(
            list: { [self] in .array(DeviceSheet.list(current, feeds: board.all)) },
            carryOut: { [self] device, order in
                do {
                    return try await carryOut(device, order)
                } catch let problem as DeviceProblem {
                    throw Self.problem(problem)
                }
            },
            receive: { [feeds] in await feeds.receive($0) })
    }

    private func carryOut(_ device: String, _ order: DeviceServices.Order) async throws -> JSON {
        guard let camera = current.settings.cameras.first(where: { $0.name == device }) else {
            throw Problem(.notFound, "unknown-device", "there is no device '\(device)'; 'patrold device list' shows them")
        }
        guard let control = feeds.control(of: device) else {
            throw Problem(
                .conflict, "no-control",
                "the camera '\(device)' cannot be asked anything: its feed does not run, or it has no url")
        }
        switch order {
        case .probe: return try await control.facts().json
        case .go(let preset):
            try await control.go(to: preset)
            return ["device": .string(device), "preset": .string(preset)]
        case .snapshot(let by, let reason): return try await snapshot(device, control, by: by, reason: reason)
        case .setUpPush(let address): return try await setUpPush(camera, control, address)
        }
    }

    /// A picture is evidence only with an event that says who took it, when and of which device.
    private func snapshot(
        _ device: String, _ control: any CameraControl, by: String, reason: String?
    ) async throws -> JSON {
        let picture = try await control.snapshot()
        let evidence = site.evidence
        let digest = try await blockingReads.run { try evidence.store(picture) }
        let taken = DeviceSnapshot(device: device, sha256: digest, bytes: Int64(picture.count), by: by, reason: reason)
        let position: Position
        do {
            position = try await journal.append([.event(taken.event(received: clock.now()))]).position
        } catch {
            throw Problem(.serviceUnavailable, error.code.rawValue, error.detail)
        }
        await pipeline.settled(through: position)
        return [
            "device": .string(device), "sha256": .string(digest), "bytes": .int(picture.count), "position": .int(position),
        ]
    }

    private func setUpPush(_ camera: Settings.Camera, _ control: any CameraControl, _ address: String) async throws -> JSON {
        guard camera.adapter == .isapiPush, let hikvision = control as? ISAPIControl else {
            throw Problem(
                .conflict, "no-push", "only a camera with the adapter isapi-push and a url is told where to post its events")
        }
        guard let address = Settings.Address(address) else {
            throw Problem(.badRequest, "wrong", "expected HOST:PORT at which the device reaches us, found '\(address)'")
        }
        let path = "/push/isapi/" + camera.name
        try await hikvision.setUpPush(host: address.host, port: address.port, path: path, digest: camera.peers.isEmpty)
        return ["device": .string(camera.name), "address": .string("http://\(address)\(path)")]
    }

    private static func problem(_ problem: DeviceProblem) -> Problem {
        switch problem.code {
        case .refused, .locked: Problem(.forbidden, problem.code.rawValue, problem.sentence)
        case .unsupported, .otherProtocol: Problem(.conflict, problem.code.rawValue, problem.sentence)
        case .busy: Problem(.serviceUnavailable, problem.code.rawValue, problem.sentence)
        case .unreachable, .unreadable: Problem(.badGateway, problem.code.rawValue, problem.sentence)
        }
    }
}
