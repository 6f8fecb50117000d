import Dispatch
import Model

/// The alarms that one Hikvision device posts to us (`httpHosts`): who calls, what it says, and the answer when the
/// journal has it.
///
/// The device sends again what is not answered with 200. So that answer comes when everything of a call is durable, also
/// what is unreadable and therefore in quarantine; 503 says that it shall come again.
package final class ISAPIPush: Sendable {
    /// Writing evidence blocks, so it has a queue of its own, shared by all devices that call.
    private static let pictures = DispatchQueue(label: "patrold.push.pictures", qos: .utility)

    package let feed: DeviceFeed
    private let device: ISAPIPushDevice
    private let decoder: ISAPIDecoder
    private let digest: DigestServer

    package init(
        _ device: ISAPIPushDevice, multi: CurlMulti, in surroundings: FeedSurroundings,
        digest: DigestServer = DigestServer(realm: "patrold")
    ) {
        self.device = device
        self.digest = digest
        decoder = ISAPIDecoder(classes: device.profile.classes)
        feed = DeviceFeed(
            device.profile, queue: multi.queue, connection: ISAPIPushConnection(device, multi: multi), in: surroundings)
    }

    /// Takes a call of the device; see `PushReceiver`.
    package func receive(_ request: PushRequest) async -> PushAnswer {
        guard request.method == "POST" || request.method == "PUT" else {
            return PushAnswer(405, headers: [("Allow", "POST, PUT")])
        }
        guard isAdmitted(request) || device.macAddress != nil else { return challenge(request) }
        let body = ISAPIPushBody(
            request.body, contentType: request["Content-Type"] ?? "", decoder: decoder, limit: device.bodyLimit)
        guard isAdmitted(request) || namesDevice(body) else { return challenge(request) }
        guard await hasRoom() else { return Self.comeAgain("too much waits for the journal") }
        let hashes = await stored(body.items.map(\.picture))
        return await taken(body, pictures: hashes, type: request["Content-Type"] ?? "")
    }

    // Who calls.

    private func isAdmitted(_ request: PushRequest) -> Bool {
        if device.believes(peer: request.peer) { return true }
        guard case .granted = verdict(request) else { return false }
        return true
    }

    private func verdict(_ request: PushRequest) -> DigestServer.Verdict {
        digest.verify(request["Authorization"], method: request.method, at: feed.clock.uptime()) { user in
            user == device.user ? device.password() : nil
        }
    }

    private func namesDevice(_ body: ISAPIPushBody) -> Bool {
        !body.items.isEmpty && body.unread.isEmpty && body.items.allSatisfy { device.believes(mac: $0.alert.macAddress) }
    }

    private func challenge(_ request: PushRequest) -> PushAnswer {
        var answer = PushAnswer.text(401, "the device must authenticate with the user and password of its configuration here")
        let isStale = verdict(request) == .challenge(stale: true)
        answer.headers.append(("WWW-Authenticate", digest.challenge(stale: isStale, at: feed.clock.uptime())))
        return answer
    }

    // What it says.

    private static func comeAgain(_ reason: String) -> PushAnswer {
        var answer = PushAnswer.text(503, reason + "; send it again")
        answer.headers.append(("Retry-After", "5"))
        return answer
    }

    private func hasRoom() async -> Bool {
        await withCheckedContinuation { continuation in
            feed.run { continuation.resume(returning: !$0.isFull && $0.liveness.state != .stopped) }
        }
    }

    /// The hashes of the pictures in the evidence store.
    private func stored(_ pictures: [[UInt8]?]) async -> [String?] {
        guard let store = device.profile.storePicture, pictures.contains(where: { $0 != nil }) else {
            return pictures.map { _ in nil }
        }
        return await withCheckedContinuation { continuation in
            Self.pictures.async { continuation.resume(returning: pictures.map { $0.flatMap(store) }) }
        }
    }

    private func taken(_ body: ISAPIPushBody, pictures: [String?], type: String) async -> PushAnswer {
        await withCheckedContinuation { continuation in
            let answer = OneReply(continuation)
            let limit = DispatchTimeInterval.microseconds(Int(device.answerWithin.microseconds))
            feed.queue.asyncAfter(deadline: .now() + limit) { answer.give(Self.comeAgain("the journal takes its time")) }
            feed.run { feed in
                let now = feed.moment()
                feed.called(at: now)
                for (item, picture) in zip(body.items, pictures) { Self.take(item, picture: picture, feed, now) }
                for unread in body.unread {
                    feed.unreadable(unread.bytes, unread.contentType.isEmpty ? type : unread.contentType, unread.reason)
                }
                feed.whenDurable { result in
                    switch result {
                    case .success: answer.give(PushAnswer(200))
                    case .failure(let refusal): answer.give(Self.comeAgain(refusal.detail))
                    }
                }
            }
        }
    }

    private static func take(_ item: ISAPIPushBody.Item, picture: String?, _ feed: DeviceFeed, _ now: Liveness.Moment) {
        if !item.alert.isRetransmission, let moment = item.alert.time?.moment { feed.readClock(moment - now.time, at: now) }
        for var sighting in feed.events.sightings(in: item.alert, received: now.time) {
            // The end of a video loss looks like a heartbeat.
            guard !item.isHeartbeat || feed.isOpen(channel: sighting.channel, rawType: sighting.rawType) else { continue }
            sighting.snapshot = picture
            feed.take([sighting], at: now)
        }
    }
}
