import Dispatch
import Model

// Objects and notifications: read aside, delivered by the device's feed, answered when the journal has them.
extension GA1400Platform {
    func push(
        _ request: PushRequest, _ route: VIIDRoute, _ id: String, _ member: Member, at now: Liveness.Moment,
        _ answer: @escaping Answer
    ) {
        let size = request.body.count
        guard size <= settings.bodyLimit else {
            return answer(refusal(request, 413, "the body is longer than \(settings.bodyLimit) bytes; send fewer objects"))
        }
        guard !member.feed.isFull, pending + size <= settings.pendingLimit else {
            return answer(VIIDAnswer.comeAgain(request, "too much waits to be stored; send again", at: now.time))
        }
        pending += size
        let reader = reader(for: member.device)
        reading.async {
            let batch = reader.batch(route, request.body, received: now.time)
            self.queue.async {
                self.pending -= size
                self.deliver(batch, of: id, request, answer)
            }
        }
    }

    private func reader(for device: GA1400Registrant) -> VIIDReader {
        VIIDReader(
            events: device.profile.events, personalData: settings.personalData, keepsPlates: settings.keepsPlates,
            storePicture: device.profile.storePicture)
    }

    private func deliver(_ batch: VIIDBatch, of id: String, _ request: PushRequest, _ answer: @escaping Answer) {
        guard let feed = members[id]?.feed else { return }
        members[id]?.tally.add(batch.tally)
        let clock = clock
        let once = OneAnswer(answer)
        let limit = DispatchTime.now() + .microseconds(Int(settings.patience.microseconds))
        queue.asyncAfter(deadline: limit) {
            once.give { VIIDAnswer.comeAgain(request, "the store is slow; send again", at: clock.now()) }
        }
        feed.run { feed in
            for each in batch.unreadable { feed.unreadable(each.bytes, "application/json", each.reason) }
            feed.take(batch.sightings, at: feed.moment())
            feed.whenDurable { result in
                switch result {
                case .success: once.give { batch.answer(request, at: clock.now()) }
                case .failure(let refusal): once.give { VIIDAnswer.comeAgain(request, refusal.detail, at: clock.now()) }
                }
            }
        }
    }
}

/// Gives the first of several answers; used on the platform's queue, hence `@unchecked Sendable`.
private final class OneAnswer: @unchecked Sendable {
    private var answer: GA1400Platform.Answer?

    init(_ answer: @escaping GA1400Platform.Answer) {
        self.answer = answer
    }

    func give(_ made: () -> PushAnswer) {
        guard let answer else { return }
        self.answer = nil
        answer(made())
    }
}

extension VIIDReader {
    func batch(_ route: VIIDRoute, _ body: [UInt8], received: Timestamp) -> VIIDBatch {
        if case .objects(let kind) = route { return objects(kind, body, received: received) }
        return notifications(body, received: received)
    }
}

extension VIIDBatch {
    func answer(_ request: PushRequest, at time: Timestamp) -> PushAnswer {
        if let failure { return VIIDAnswer.single(failure, request, at: time) }
        return VIIDAnswer.list(entries, request, at: time)
    }
}

extension GA1400Tally {
    mutating func add(_ other: GA1400Tally) {
        objects += other.objects
        personalDropped += other.personalDropped
        pictures += other.pictures
        picturesUnreadable += other.picturesUnreadable
        picturesRefused += other.picturesRefused
    }
}
