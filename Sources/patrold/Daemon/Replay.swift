import Feeds
import Model
import Platform
import Settings

/// Tries quarantined bytes again with the decoder they were meant for.
struct Replay {
    let site: Site
    let received: Timestamp

    func arrivals(_ unreadable: Unreadable) -> [Arrival] {
        switch unreadable.adapter {
        case "cloudevents": cloudEvents(unreadable)
        case "complaints": ChannelFolderFeed.replay(unreadable, channels: site.catalog.channels, received: received)
        case "calls", "cdr": calls(unreadable)
        case "rest", "open311":
            channel(of: unreadable).flatMap { ChannelDecoder($0)?.replay(unreadable, received: received) }
                ?? [.unreadable(unreadable)]
        case "syndication": news(unreadable)
        case "mail": mail(unreadable)
        case "wechat": WeChatFolder(folder: "").replay(unreadable, received: received)
        default: device(unreadable)
        }
    }

    private func calls(_ unreadable: Unreadable) -> [Arrival] {
        let name = Files.name(of: unreadable.source)
        guard let recorder = site.settings.recorders.first(where: { $0.name == name }) else { return [.unreadable(unreadable)] }
        let spellings = FeedSet.spellings(recorder)
        if unreadable.adapter == "cdr", let cdr = recorder.calls.cdr {
            return CDRFeed.replay(
                unreadable.bytes, device: name, format: FeedSet.format(cdr), spellings: spellings, received: unreadable.received)
        }
        return CallEvents.replay(
            unreadable.bytes, contentType: unreadable.contentType, device: name, spellings: spellings,
            received: unreadable.received)
    }

    private func channel(of unreadable: Unreadable) -> Channel? {
        let name = Files.name(of: unreadable.source)
        return site.catalog.channels.first { $0.feedName == name }
    }

    private func news(_ unreadable: Unreadable) -> [Arrival] {
        let name = Files.name(of: unreadable.source)
        if let outlet = site.settings.media.outlets.first(where: { $0.name == name }) {
            let feed = SyndicationFeed(
                name: name, address: DeviceAddress(url: outlet.url, user: outlet.user) { nil }, use: .outlet(outlet.outlet),
                keywords: outlet.keywords)
            return feed.replay(unreadable, received: received)
        }
        guard let channel = channel(of: unreadable),
            let connection = site.settings.channels.connections.first(where: { $0.channel == channel.key }),
            let feed = SyndicationFeed(
                channel, at: FeedSet.address(connection), every: connection.interval(of: channel), mark: nil)
        else { return [.unreadable(unreadable)] }
        return feed.replay(unreadable, received: received)
    }

    private func mail(_ unreadable: Unreadable) -> [Arrival] {
        guard let channel = channel(of: unreadable),
            let connection = site.settings.channels.connections.first(where: { $0.channel == channel.key }),
            let drop = MailDrop(channel, at: FeedSet.address(connection), every: connection.interval(of: channel), mark: nil)
        else { return [.unreadable(unreadable)] }
        return drop.replay(
            unreadable, received: received, importFile: FeedSet.importing(channel, site.catalog.channels))
    }

    private func device(_ unreadable: Unreadable) -> [Arrival] {
        let name = Files.name(of: unreadable.source)
        guard let camera = site.settings.cameras.first(where: { $0.name == name }) else { return [.unreadable(unreadable)] }
        let (bytes, type, source, received) = (
            unreadable.bytes, unreadable.contentType, unreadable.source, unreadable.received
        )
        let classes = site.catalog.alarmClasses[CalledCameras.codeList(camera)] ?? [:]
        switch camera.adapter {
        case .isapi, .isapiPush:
            return ISAPIDecoder.replay(
                bytes, contentType: type, source: source, device: name, classes: classes, received: received)
        case .onvif, .onvifPush:
            return ONVIFDecoder.replay(
                bytes, contentType: type, source: source, device: name, classes: classes, received: received)
        case .dahua:
            return DahuaDecoder.replay(
                bytes, contentType: type, source: source, device: name, classes: classes, received: received)
        case .gb28181:
            return GB28181Decoder.replay(
                bytes, contentType: type, source: source, device: name, classes: classes, received: received)
        case .ga1400:
            let keeps = site.settings.ga1400?.personalData == .store
            return GA1400Decoder.replay(
                bytes, contentType: type, source: source, device: name, classes: classes, received: received,
                personalData: keeps ? .store : .drop, keepsPlates: keeps)
        case .mqtt:
            return MQTTFormat.replay(
                bytes, contentType: type, source: source, device: name, classes: classes, received: received,
                format: MQTTFormat(camera.mqtt))
        }
    }

    private func cloudEvents(_ unreadable: Unreadable) -> [Arrival] {
        let reader = CloudEventReader(received: received)
        return unreadable.bytes.withUnsafeBufferPointer { bytes in
            if let event = try? reader.structured(bytes) { return [.event(event)] }
            let elements = (try? reader.batch(bytes)) ?? reader.lines(bytes)
            return elements.map { element in
                (try? element.event.get()).map { .event($0) } ?? .unreadable(unreadable)
            }
        }
    }
}
