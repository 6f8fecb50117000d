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
        default: device(unreadable)
        }
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
