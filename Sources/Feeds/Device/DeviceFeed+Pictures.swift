import Dispatch
import Model

/// An alarm whose picture comes after it.
struct AwaitedPicture {
    var edges: [(place: Int, edge: AlarmEdge)]
    var received: Timestamp
    /// When it goes out without the picture, by uptime.
    var deadline: Span
}

// Pictures: the alarm keeps its place in the order until its picture is in the evidence store.
extension DeviceFeed {
    /// Writing evidence blocks, so it has a queue of its own, shared by all devices.
    private static let pictures = DispatchQueue(label: "patrold.pictures", qos: .utility)

    /// Keeps the edges' places for at most three seconds, until `keep` brings the picture.
    package func awaitPicture(for edges: [AlarmEdge], at now: Liveness.Moment) {
        awaited = AwaitedPicture(
            edges: edges.map { (outbox.reserve(), $0) }, received: now.time, deadline: now.uptime + .seconds(3))
    }

    /// Takes a picture; one that no alarm announced is passed over.
    package func keep(_ bytes: [UInt8]) {
        guard let waiting = awaited, let store = profile.storePicture else { return }
        awaited = nil
        Self.pictures.async { [self] in
            let hash = store(bytes)
            run { $0.fill(waiting, snapshot: hash) }
        }
    }

    /// Sends the waiting alarm out with what there is.
    package func releasePicture(_ snapshot: String?) {
        guard let waiting = awaited else { return }
        awaited = nil
        fill(waiting, snapshot: snapshot)
    }

    private func fill(_ waiting: AwaitedPicture, snapshot: String?) {
        for (place, edge) in waiting.edges {
            if let event = events.event(for: edge, snapshot: snapshot, received: waiting.received) {
                outbox.fill(place, with: .event(event))
            } else {
                outbox.drop(place)
            }
        }
    }
}
