import Model
import NIOCore

extension ISAPICamera {
    /// Sends one alarm part to every open stream.
    @discardableResult
    package func raise(_ alarm: SimAlarm) -> SentAlarm {
        state.withLock { raise([alarm], in: &$0) }
    }

    /// Sends many alarm parts in one piece, as a camera does that was cut off for a while.
    package func burst(_ alarms: [SimAlarm]) {
        state.withLock { _ = raise(alarms, in: &$0) }
    }

    /// Sends as many distinct alarms of one type in one piece; the regions are numbered from 1.
    package func burst(_ count: Int, eventType: String = "fielddetection") {
        burst((0..<count).map { SimAlarm(eventType: eventType, region: String($0 + 1)) })
    }

    /// Sends the alarm and goes on repeating it until `end`.
    package func begin(_ alarm: SimAlarm) {
        state.withLock { state in
            state.running.append(alarm)
            _ = raise([alarm], in: &state)
            if state.repeating == nil { state.repeating = repeats() }
        }
    }

    /// Ends a repeating alarm of that type and region and sends its `inactive`, if there is one.
    package func end(eventType: String, region: String? = "1") {
        state.withLock { state in
            let found = state.running.firstIndex { $0.eventType == eventType && $0.region == region }
            guard let index = found else { return }
            _ = raise([state.running.remove(at: index).ended], in: &state)
        }
    }

    /// Stops repeating everything without a word, as many event types do.
    package func fallQuiet() {
        state.withLock { $0.running = [] }
    }

    /// Sends a heartbeat now.
    package func beat() {
        state.withLock { state in
            guard !state.faults.contains(.noHeartbeat) else { return }
            state.tally.heartbeats += 1
            send(part(.heartbeat, state), alarms: 0, to: Array(state.streams.values), in: state)
        }
    }

    /// Puts bytes on every open stream as they are.
    package func send(raw bytes: [UInt8]) {
        state.withLock { send(bytes, alarms: 0, to: Array($0.streams.values), in: $0) }
    }

    /// Tells a stream that has just been opened that the camera lives.
    func greet(_ stream: AlertStream) {
        guard settings.heartbeat != nil else { return }
        state.withLock { state in
            guard !state.faults.contains(.noHeartbeat) else { return }
            state.tally.heartbeats += 1
            send(part(.heartbeat, state), alarms: 0, to: [stream], in: state)
        }
    }

    /// Records and sends; the last one recorded is returned.
    ///
    /// The lock keeps the numbers in the order of sending.
    func raise(_ alarms: [SimAlarm], in state: inout State) -> SentAlarm {
        var bytes: [UInt8] = []
        var last = SentAlarm(number: state.count, alarm: .heartbeat, dateTime: "", streams: 0)
        for alarm in alarms {
            state.count += 1
            let time = alarm.dateTime ?? clockText(state.faults)
            last = SentAlarm(number: state.count, alarm: alarm, dateTime: time, streams: state.streams.count)
            if settings.keepsSentAlarms { state.sent.append(last) }
            let part = part(alarm, state, dateTime: time) + picture(state.faults)
            bytes += state.faults.contains(.duplicateAlarm) ? part + part : part
        }
        let cuts = state.faults.remove(.cutMidPart) != nil
        if cuts { bytes = Array(bytes.prefix(bytes.count / 2)) }
        send(bytes, alarms: cuts ? 0 : alarms.count, to: Array(state.streams.values), in: state, closing: cuts)
        return last
    }

    private func part(_ alarm: SimAlarm, _ state: State, dateTime: String? = nil) -> [UInt8] {
        let time = dateTime ?? clockText(state.faults)
        return AlertPart(settings: settings, faults: state.faults, alarm: alarm, dateTime: time).bytes()
    }

    private func picture(_ faults: Set<CameraFault>) -> [UInt8] {
        for case .picturePart(let jpeg) in faults { return AlertPart.picture(jpeg, faults: faults) }
        return []
    }

    /// The time as this camera's clock writes it, to the second.
    func clockText(_ faults: Set<CameraFault>) -> String {
        let now = Timestamp(seconds: settings.clock().microseconds / 1_000_000)
        if faults.contains(.lostClock(.year2000)) {
            let lost = Timestamp(seconds: (now.microseconds / 1_000_000 + 28800) % 86400 + 946_656_000)
            return lost.text()
        }
        let text = now.text()
        if faults.contains(.lostClock(.noZone)) { return String(text.prefix(19)) }
        if faults.contains(.lostClock(.lostPlus)) { return text.filter { $0 != "+" } }
        return text
    }

    /// Hands bytes over to the event loop; called under the lock, so that they leave in that order.
    private func send(
        _ bytes: [UInt8], alarms: Int, to streams: [AlertStream], in state: borrowing State, closing: Bool = false
    ) {
        guard !state.faults.contains(.stall), !bytes.isEmpty else { return }
        let open = streams.filter { !$0.hangs }
        guard !open.isEmpty else { return }
        loop.execute { [self] in
            let buffer = ByteBuffer(bytes: bytes)
            for stream in open { write(buffer, alarms: alarms, to: stream.channel, closing: closing) }
        }
    }

    private func write(_ buffer: ByteBuffer, alarms: Int, to channel: any NIOCore.Channel, closing: Bool) {
        guard channel.isWritable else {
            state.withLock { $0.tally.dropped += alarms }
            return
        }
        channel.writeAndFlush(buffer).whenComplete { [self] result in
            if case .success = result, alarms > 0 { state.withLock { $0.tally.written += alarms } }
            if closing { channel.close(promise: nil) }
        }
    }
}
