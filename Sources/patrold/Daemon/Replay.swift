import Feeds
import Model
import Platform

/// Tries quarantined bytes again with the decoder they were meant for.
struct Replay {
    let site: Site
    let received: Timestamp

    func arrivals(_ unreadable: Unreadable) -> [Arrival] {
        switch unreadable.adapter {
        case "cloudevents": cloudEvents(unreadable)
        case "isapi":
            ISAPIDecoder.replay(
                unreadable.bytes, contentType: unreadable.contentType, source: unreadable.source,
                device: Files.name(of: unreadable.source), classes: site.catalog.alarmClasses["isapi"] ?? [:],
                received: unreadable.received)
        case "complaints":
            ChannelFolderFeed.replay(unreadable, channels: site.catalog.channels, received: received)
        default: [.unreadable(unreadable)]
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
