import Model

/// The event stream of one Dahua device: its connection, its answers, its events.
///
/// Confined to the queue of its `CurlMulti`, which is the feed's queue, hence `@unchecked Sendable`.
package final class DahuaStream: DeviceConnection, @unchecked Sendable {
    let camera: DahuaCamera
    private let stream: DeviceStream
    private var reader: DahuaReader?
    private var usesFallback = false
    /// When the device's clock is asked for next, by uptime; nothing while there is no stream.
    private var clockAt: Span?

    package init(_ camera: DahuaCamera, multi: CurlMulti) {
        self.camera = camera
        stream = DeviceStream(multi)
    }

    /// A feed that reads the device's event stream.
    package static func feed(_ camera: DahuaCamera, multi: CurlMulti, in surroundings: FeedSurroundings) -> DeviceFeed {
        DeviceFeed(camera.profile, queue: multi.queue, connection: DahuaStream(camera, multi: multi), in: surroundings)
    }

    package func open(_ feed: DeviceFeed) {
        if let problem = camera.authentication.admit(camera.address, at: feed.clock.uptime()) {
            return feed.refused(problem.sentence)
        }
        reader = nil
        let handlers = DeviceStream.Handlers(
            onHead: { [weak self] head, feed in self?.take(head, feed) },
            onBytes: { [weak self] bytes, feed in self?.take(bytes, feed) },
            onEnd: { [weak self] result, feed in self?.end(result, feed) })
        stream.open(camera.streamRequest(codes: usesFallback ? camera.fallbackCodes : camera.codes), feed, handlers)
    }

    package func close(_ feed: DeviceFeed) {
        stream.close()
        finishReader(feed)
        clockAt = nil
    }

    package func hold(_ feed: DeviceFeed) { stream.hold() }

    package func goOn(_ feed: DeviceFeed) { stream.goOn() }

    package func deadline(_ feed: DeviceFeed) -> Span? { clockAt }

    package func tick(_ feed: DeviceFeed, at now: Liveness.Moment) {
        guard let every = camera.clockEvery else { return clockAt = nil }
        clockAt = now.uptime + every
        let asked = stream.generation
        var request = camera.address.request("/cgi-bin/global.cgi?action=getCurrentTime")
        request.totalTimeout = .seconds(10)
        stream.multi.send(request) { [weak self, weak feed] result in
            guard let self, let feed, asked == stream.generation, case .success(let answer) = result, answer.status == 200 else {
                return
            }
            let text = DahuaAnswer(answer.body)["result"] ?? ""
            guard let moment = DahuaTime.clock(text, zone: camera.zone) else { return }
            let now = feed.moment()
            feed.readClock(moment - now.time, at: now)
            feed.settle()
        }
    }

    private func take(_ head: CurlHead, _ feed: DeviceFeed) {
        let type = head["Content-Type"] ?? ""
        switch head.status {
        case 200 where type.lowercased().hasPrefix("multipart/"):
            camera.authentication.accepted(camera.address)
            reader = DahuaReader(contentType: type, eventLimit: camera.eventLimit)
            clockAt = feed.clock.uptime()
            feed.connected()
        case let status where [400, 404, 406, 500, 501].contains(status) && !usesFallback && !camera.fallbackCodes.isEmpty:
            usesFallback = true
            close(feed)
            feed.openAgain()
        default:
            usesFallback = false
            close(feed)
            refuse(head.status, feed)
        }
    }

    private func take(_ bytes: UnsafeRawBufferPointer, _ feed: DeviceFeed) {
        guard reader != nil else { return }
        let now = feed.moment()
        feed.heard(at: now)
        reader?.read(bytes) { take($0, feed, now) }
    }

    private func end(_ result: Result<CurlHead, CurlError>, _ feed: DeviceFeed) {
        close(feed)
        feed.failed(DeviceStream.sentence(result))
    }

    /// What an answer that is no stream means.
    private func refuse(_ status: Int, _ feed: DeviceFeed) {
        switch status {
        case 401:
            let problem = camera.authentication.refused(
                camera.address, at: feed.clock.uptime(), delay: camera.profile.limits.refusedRetry)
            feed.refused(problem.sentence)
        case 403: feed.refused("the user may not read events, or the device has locked us out (HTTP 403)")
        case 404: feed.refused("there is no Dahua event service at this address (HTTP 404); check address and protocol")
        case 200: feed.refused("the device answers with a page instead of an event stream; check address and protocol")
        case 400..<500: feed.refused("the device refuses the event stream (HTTP \(status)); check the configured codes")
        default: feed.failed("the device answers HTTP \(status)")
        }
    }

    private func finishReader(_ feed: DeviceFeed) {
        guard var last = reader else { return }
        reader = nil
        let now = feed.moment()
        last.finish { take($0, feed, now) }
    }
}

// What the events say.
extension DahuaStream {
    private static let contentType = "multipart/x-mixed-replace; boundary=myboundary"

    private func take(_ block: DahuaBlock, _ feed: DeviceFeed, _ now: Liveness.Moment) {
        switch block {
        case .heartbeat: break
        case .unreadable(let reason, let bytes): feed.unreadable(bytes, Self.contentType, reason)
        case .event(let bytes):
            do throws(DahuaDecodingError) {
                take(try DahuaDecoder.decode(bytes), feed, now)
            } catch {
                feed.unreadable(bytes, Self.contentType, error.reason)
            }
        }
    }

    private func take(_ event: DahuaEvent, _ feed: DeviceFeed, _ now: Liveness.Moment) {
        guard feed.events.meaning(of: event.code).role != .heartbeat else { return }
        feed.take([feed.events.sighting(of: event, zone: camera.zone, received: now.time)], at: now)
    }
}
