import Model

// What the session brings, for the devices that it concerns; all of it on the broker's queue.
extension MQTTBroker {
    func cameUp() {
        sentence = "the broker is reached"
        isRefused = false
        for (member, feed) in zip(members, feeds) {
            member.refusedTopic = nil
            // Whether it is there comes again with the retained state.
            member.isAvailable = nil
            member.tellLife(to: feed)
            feed.settle()
        }
    }

    func wentDown(_ state: FeedState, _ reason: String) {
        sentence = "broker \(settings.name): \(reason)"
        isRefused = state == .refused
        for (member, feed) in zip(members, feeds) where member.isActive {
            if state == .refused { feed.refused(sentence) } else { feed.failed(sentence) }
            feed.settle()
        }
    }

    func refuse(_ filter: String) {
        for (member, feed) in zip(members, feeds) where member.isActive && member.device.filters.contains(filter) {
            member.refusedTopic = filter
            let topic = filter.prefix(200)
            feed.refused("broker \(settings.name) does not let the user read the topic \(topic); permit it in the broker's rules")
            feed.settle()
        }
    }

    /// Hands a message to its devices, and acknowledges it when each of them has it durable.
    func message(_ publish: MQTTPublish, _ isRepeat: Bool, _ connection: Int) {
        messages += 1
        let now = Liveness.Moment(uptime: clock.uptime(), time: clock.now())
        for place in availabilities.places(of: publish.topic) { readAvailability(publish, place) }
        let targets = topics.places(of: publish.topic)
        // A retained message is the state of things and may be days old.
        if !isRepeat, !publish.retained { take(publish, targets, at: now) }
        // A device that is configured and stopped has not got it: the broker keeps it.
        guard let id = publish.id, targets.allSatisfy({ members[$0].isActive }) else { return }
        let open = Countdown(targets.count) { [weak self] in self?.take(.durable(id: id, connection: connection)) }
        for place in targets {
            touched.insert(place)
            feeds[place].whenDurable { if case .success = $0 { open.one() } }
        }
        open.begin()
    }

    private func readAvailability(_ publish: MQTTPublish, _ place: Int) {
        let (member, feed) = (members[place], feeds[place])
        guard let availability = member.device.availability, let isThere = availability.read(publish.payload) else { return }
        let was = member.isAvailable
        member.isAvailable = isThere
        guard member.isActive else { return }
        touched.insert(place)
        if isThere {
            member.tellLife(to: feed)
        } else if was != false {
            feed.failed("the device is offline, says the topic \(availability.topic.prefix(200))")
        }
    }

    /// Of bytes that several devices cannot read, quarantine gets one copy.
    private func take(_ publish: MQTTPublish, _ places: [Int], at now: Liveness.Moment) {
        var body = MQTTBody(publish.payload)
        var isQuarantined = false
        for place in places where members[place].isActive {
            touched.insert(place)
            guard let fault = take(&body, publish, place, at: now), !isQuarantined else { continue }
            isQuarantined = true
            feeds[place].unreadable(publish.payload, publish.isCut ? "application/octet-stream" : "application/json", fault)
        }
    }

    /// Takes what the message says to one device, or tells why it cannot be read.
    private func take(_ body: inout MQTTBody, _ publish: MQTTPublish, _ place: Int, at now: Liveness.Moment) -> String? {
        let (member, feed) = (members[place], feeds[place])
        // Who speaks is there, whatever an old state says.
        member.isAvailable = true
        guard !publish.isCut else {
            feed.called(at: now)
            return "the message is longer than \(settings.messageLimit) bytes; only its beginning is kept"
        }
        do throws(MQTTFormatError) {
            let reading = try member.device.format.read(&body, events: feed.events, received: now.time)
            guard case .sightings(let sightings) = reading else {
                // It may have been of another device behind the same topic.
                member.tellLife(to: feed, isRepeat: true)
                return nil
            }
            feed.called(at: now)
            deliver(sightings, publish.topic, member, feed, at: now)
            return nil
        } catch {
            feed.called(at: now)
            return error.reason
        }
    }

    private func deliver(
        _ sightings: [AlarmSighting], _ topic: String, _ member: MQTTMember, _ feed: DeviceFeed, at now: Liveness.Moment
    ) {
        switch member.device.format {
        case .frigate:
            for sighting in sightings { feed.emit(member.frigate.on(sighting, at: now.uptime), received: now.time) }
        case .axis: feed.take(sightings, at: now)
        case .generic:
            guard member.device.hasManyTopics else { return feed.take(sightings, at: now) }
            let apart = sightings.map { sighting in
                var sighting = sighting
                sighting.region = String(topic.prefix(80))
                return sighting
            }
            feed.take(apart, at: now)
        }
    }
}

/// Calls back when so many have reported and all are known; used on the broker's queue.
private final class Countdown: @unchecked Sendable {
    private var left: Int
    private let done: () -> Void

    init(_ count: Int, _ done: @escaping () -> Void) {
        left = count + 1
        self.done = done
    }

    func begin() { one() }

    func one() {
        left -= 1
        if left == 0 { done() }
    }
}
