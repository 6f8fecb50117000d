import Model

/// The alert stream of one Hikvision device: its connection, its answers, its parts.
///
/// Confined to the queue of its `CurlMulti`, which is the feed's queue, hence `@unchecked Sendable`.
package final class ISAPIStream: DeviceConnection, @unchecked Sendable {
    private let camera: ISAPICamera
    private let stream: DeviceStream
    let decoder: ISAPIDecoder
    private var reader: MultipartReader?
    private var usesFallback = false
    /// What came with a 401: it may say for how long the device is locked.
    private var refusal: [UInt8]?

    package init(_ camera: ISAPICamera, multi: CurlMulti) {
        self.camera = camera
        stream = DeviceStream(multi)
        decoder = ISAPIDecoder(classes: camera.profile.classes)
    }

    /// A feed that reads the device's alert stream.
    package static func feed(_ camera: ISAPICamera, multi: CurlMulti, in surroundings: FeedSurroundings) -> DeviceFeed {
        DeviceFeed(
            camera.profile, queue: multi.queue, connection: ISAPIStream(camera, multi: multi), in: surroundings)
    }

    package func open(_ feed: DeviceFeed) {
        if let problem = camera.authentication.admit(camera.address, at: feed.clock.uptime()) {
            return feed.refused(problem.sentence)
        }
        reader = nil
        refusal = nil
        let handlers = DeviceStream.Handlers(
            onHead: { [weak self] head, feed in self?.take(head, feed) },
            onBytes: { [weak self] bytes, feed in self?.take(bytes, feed) },
            onEnd: { [weak self] result, feed in self?.end(result, feed) })
        stream.open(camera.streamRequest(path: usesFallback ? camera.fallbackPath : camera.path), feed, handlers)
    }

    package func close(_ feed: DeviceFeed) {
        stream.close()
        finishReader(feed)
    }

    package func hold(_ feed: DeviceFeed) { stream.hold() }

    package func goOn(_ feed: DeviceFeed) { stream.goOn() }

    private func take(_ head: CurlHead, _ feed: DeviceFeed) {
        switch head.status {
        case 200 where !(head["Content-Type"] ?? "").lowercased().hasPrefix("text/html"):
            camera.authentication.accepted(camera.address)
            reader = MultipartReader(contentType: head["Content-Type"] ?? "", partLimit: camera.partLimit)
            feed.connected()
        case 401 where refusal == nil: refusal = []
        case 404 where !usesFallback:
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
        if let told = refusal?.count, told < 4096 { refusal? += bytes.prefix(4096 - told) }
        guard reader != nil else { return }
        let now = feed.moment()
        feed.heard(at: now)
        reader?.read(bytes) { take($0, feed, now) }
    }

    private func end(_ result: Result<CurlHead, CurlError>, _ feed: DeviceFeed) {
        close(feed)
        if let told = refusal {
            refusal = nil
            let problem = camera.authentication.refused(
                camera.address, at: feed.clock.uptime(), delay: camera.profile.limits.refusedRetry,
                lockedFor: ISAPILock.remaining(in: told))
            return feed.refused(problem.sentence)
        }
        feed.failed(DeviceStream.sentence(result))
    }

    /// What an answer that is no stream means.
    private func refuse(_ status: Int, _ feed: DeviceFeed) {
        switch status {
        case 403: feed.refused("the user may not read events, or the device has locked us out (HTTP 403)")
        case 404: feed.refused("the device has no event stream under either path (HTTP 404)")
        case 200: feed.refused("the device answers with a page instead of an event stream")
        case 400..<500: feed.refused("the device refuses the event stream (HTTP \(status))")
        default: feed.failed("the device answers HTTP \(status)")
        }
    }

    private func finishReader(_ feed: DeviceFeed) {
        guard var last = reader else { return }
        reader = nil
        let now = feed.moment()
        last.finish { take($0, feed, now) }
        feed.releasePicture(nil)
    }
}
