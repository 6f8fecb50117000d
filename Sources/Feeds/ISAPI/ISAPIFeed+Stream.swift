import Model

// The stream: connection, its answers, its bytes.
extension ISAPIFeed {
    func connect() {
        generation += 1
        let stream = generation
        reader = nil
        let path = usesFallback ? camera.fallbackPath : camera.path
        transfer = multi.stream(
            camera.request(path: path),
            onHead: { [weak self] head in self?.take(head, of: stream) },
            onBytes: { [weak self] bytes in self?.take(bytes, of: stream) },
            onEnd: { [weak self] result in self?.end(result, of: stream) })
        if isHeld { transfer?.pause() }
    }

    /// Lets the stream go; what it still brings is not heard any more.
    func dropStream() {
        generation += 1
        connectAt = nil
        finishReader()
        transfer?.cancel()
        transfer = nil
    }

    private func take(_ head: CurlHead, of stream: Int) {
        guard stream == generation else { return }
        switch head.status {
        case 200 where !(head["Content-Type"] ?? "").lowercased().hasPrefix("text/html"):
            reader = MultipartReader(contentType: head["Content-Type"] ?? "", partLimit: camera.partLimit)
            perform(liveness.on(.connected, at: moment()))
            status.reconnects += status.lastHeard == nil ? 0 : 1
        case 404 where !usesFallback:
            usesFallback = true
            dropStream()
            connectAt = clock.uptime()
        default:
            usesFallback = false
            dropStream()
            lose(Self.refusal(of: head.status))
        }
        settle()
    }

    private func take(_ bytes: UnsafeRawBufferPointer, of stream: Int) {
        guard stream == generation, reader != nil else { return }
        let now = moment()
        perform(liveness.on(.heard, at: now))
        reader?.read(bytes) { take($0, now) }
        publish()
        settle()
    }

    private func end(_ result: Result<CurlHead, CurlError>, of stream: Int) {
        guard stream == generation else { return }
        dropStream()
        switch result {
        case .success: lose(.failed("the device closed the stream"))
        case .failure(let error): lose(.failed("no stream from the device (\(error.code.rawValue)): \(error.detail)"))
        }
        settle()
    }

    private func lose(_ input: Liveness.Input) {
        perform(liveness.on(input, at: moment(), random: .random(in: 0...1)))
    }

    /// What an answer that is no stream means.
    private static func refusal(of status: Int) -> Liveness.Input {
        switch status {
        case 401: .refused("the device refuses user or password (HTTP 401); correct them, it may lock us out")
        case 403: .refused("the user may not read events, or the device has locked us out (HTTP 403)")
        case 404: .refused("the device has no event stream under either path (HTTP 404)")
        case 200: .refused("the device answers with a page instead of an event stream")
        case 400..<500: .refused("the device refuses the event stream (HTTP \(status))")
        default: .failed("the device answers HTTP \(status)")
        }
    }

    private func finishReader() {
        guard var last = reader else { return }
        reader = nil
        let now = moment()
        last.finish { take($0, now) }
        releasePicture(nil)
    }
}

// What the parts say.
extension ISAPIFeed {
    private func take(_ output: MultipartOutput, _ now: Liveness.Moment) {
        switch output {
        case .unreadable(let reason, let contentType, let bytes):
            outbox.add(events.unreadable(bytes, contentType, reason, received: now.time))
        case .part(let part):
            do throws(ISAPIDecodingError) {
                take(try events.decoder.decode(part), now)
            } catch {
                outbox.add(events.unreadable(part.bytes, part.contentType, error.reason, received: now.time))
            }
        }
    }

    private func take(_ reading: ISAPIReading, _ now: Liveness.Moment) {
        switch reading {
        case .alert(let alert):
            releasePicture(nil)
            readClock(alert, now)
            fold(alert, now)
        case .heartbeat(let alert):
            readClock(alert, now)
            // The end of a video loss looks like a heartbeat.
            for sighting in events.sightings(in: alert, received: now.time)
            where folder.isOpen(channel: sighting.channel, rawType: sighting.rawType) {
                emit(folder.on(sighting, at: now.uptime), received: now.time)
            }
        case .picture(let bytes): keep(bytes)
        case .nothing: break
        }
    }

    private func fold(_ alert: ISAPIAlert, _ now: Liveness.Moment) {
        let edges = events.sightings(in: alert, received: now.time).flatMap { folder.on($0, at: now.uptime) }
        if alert.pictures > 0, camera.storePicture != nil, edges.contains(where: { $0.state != .stop }) {
            awaitPicture(for: edges, now)
        } else {
            emit(edges, received: now.time)
        }
    }

    func emit(_ edges: [AlarmEdge], received: Timestamp) {
        for edge in edges {
            if let event = events.event(for: edge, received: received) { outbox.add(.event(event)) }
        }
    }

    private func readClock(_ alert: ISAPIAlert, _ now: Liveness.Moment) {
        guard !alert.isRetransmission, now.uptime >= clockTrustedAt, let moment = alert.time?.moment else { return }
        switch skew.read(moment - now.time) {
        case .wrong(let offset):
            let detail = "the device's clock is \(abs(offset.seconds)) s \(offset < .zero ? "behind" : "ahead")"
            outbox.add(.event(events.status(.timeSkew, detail: detail, offset: offset, at: now.time)))
        case .right(let offset):
            let detail = "the device's clock is right again"
            outbox.add(.event(events.status(.timeSkew, detail: detail, offset: offset, at: now.time)))
        case nil: break
        }
    }
}
