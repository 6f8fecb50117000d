import Model

// What the parts say.
extension ISAPIStream {
    func take(_ output: MultipartOutput, _ feed: DeviceFeed, _ now: Liveness.Moment) {
        switch output {
        case .unreadable(let reason, let contentType, let bytes):
            feed.add(feed.events.unreadable(bytes, contentType, reason, received: now.time))
        case .part(let part):
            do throws(ISAPIDecodingError) {
                take(try decoder.decode(part), feed, now)
            } catch {
                feed.add(feed.events.unreadable(part.bytes, part.contentType, error.reason, received: now.time))
            }
        }
    }

    private func take(_ reading: ISAPIReading, _ feed: DeviceFeed, _ now: Liveness.Moment) {
        switch reading {
        case .alert(let alert):
            feed.releasePicture(nil)
            readClock(alert, feed, now)
            fold(alert, feed, now)
        case .heartbeat(let alert):
            readClock(alert, feed, now)
            // The end of a video loss looks like a heartbeat.
            for sighting in feed.events.sightings(in: alert, received: now.time)
            where feed.isOpen(channel: sighting.channel, rawType: sighting.rawType) {
                feed.take([sighting], at: now)
            }
        case .picture(let bytes): feed.keep(bytes)
        case .nothing: break
        }
    }

    private func fold(_ alert: ISAPIAlert, _ feed: DeviceFeed, _ now: Liveness.Moment) {
        let edges = feed.fold(feed.events.sightings(in: alert, received: now.time), at: now)
        if alert.pictures > 0, feed.profile.storePicture != nil, edges.contains(where: { $0.state != .stop }) {
            feed.awaitPicture(for: edges, at: now)
        } else {
            feed.emit(edges, received: now.time)
        }
    }

    private func readClock(_ alert: ISAPIAlert, _ feed: DeviceFeed, _ now: Liveness.Moment) {
        guard !alert.isRetransmission, let moment = alert.time?.moment else { return }
        feed.readClock(moment - now.time, at: now)
    }
}
