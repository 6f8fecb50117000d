import Model
import NIOCore
import Platform
import Synchronization

/// One simulated Dahua camera or recorder: its events, its faults and the streams that listen to it.
///
/// Everything may be called from any thread. What a call sends leaves in the order of the calls; with no stream open it
/// is lost, as with the real devices.
package final class DahuaDevice: Sendable {
    struct Stream {
        let channel: any NIOCore.Channel
        /// Whether it was opened under `hangAfterHeaders`, and under `transferChunks`.
        let hangs: Bool
        let chunks: Bool
        var heartbeat: RepeatedTask?
    }

    struct State {
        var faults: Set<DahuaFault> = []
        var authority: DigestAuthority
        var isOn = true
        var streams: [ObjectIdentifier: Stream] = [:]
        var tally = DahuaTally()
    }

    /// As it was started.
    package let settings: DahuaDeviceSettings
    let loop: any EventLoop
    let state: Mutex<State>

    init(_ settings: DahuaDeviceSettings, loop: any EventLoop) {
        self.settings = settings
        self.loop = loop
        let seed = settings.serial.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }
        let authority = DigestAuthority(
            user: settings.user, password: settings.password, realm: "Login to " + settings.serial,
            triesUntilLocked: settings.triesUntilLocked, lockedFor: settings.lockedFor, seed: seed)
        state = Mutex(State(authority: authority))
    }

    /// What it did so far.
    package var tally: DahuaTally { state.withLock { $0.tally } }

    /// How many event streams are open.
    package var openStreams: Int { state.withLock { $0.streams.count } }

    /// Adds a fault to those it has.
    package func inject(_ fault: DahuaFault) { state.withLock { _ = $0.faults.insert(fault) } }

    /// Makes it whole again; streams that hang since they were opened stay so.
    package func clearFaults() { state.withLock { $0.faults = [] } }

    /// Switches it off: every stream closes, and who connects is hung up on without an answer.
    package func powerOff() {
        state.withLock { $0.isOn = false }
        restart()
    }

    package func powerOn() { state.withLock { $0.isOn = true } }

    /// Closes every stream and forgets its nonces; clients may connect again at once.
    package func restart() {
        let channels = state.withLock { state in
            state.authority.forgetNonces()
            return state.streams.values.map(\.channel)
        }
        for channel in channels { channel.close(promise: nil) }
    }

    /// Sends one event to every open stream.
    package func raise(_ event: SimDahuaEvent) { burst([event]) }

    /// Sends many events in one piece.
    package func burst(_ events: [SimDahuaEvent]) {
        state.withLock { state in
            let now = clock(state.faults)
            let cuts = state.faults.remove(.cutMidEvent) != nil
            var bytes: [UInt8] = []
            for event in events {
                let part = part(event.body(at: now, zone: settings.zone, faults: state.faults), state.faults)
                bytes += state.faults.contains(.duplicateEvent) ? part + part : part
            }
            if cuts { bytes = Array(bytes.prefix(bytes.count * 2 / 3)) }
            state.tally.sent += events.count * state.streams.count
            send(bytes, to: Array(state.streams.values), in: state, closing: cuts)
        }
    }

    /// Puts bytes on every open stream as they are.
    package func send(raw bytes: [UInt8]) {
        state.withLock { send(bytes, to: Array($0.streams.values), in: $0) }
    }

    /// Sends a heartbeat now.
    package func beat() {
        state.withLock { state in
            guard !state.faults.contains(.noHeartbeat) else { return }
            send(part("Heartbeat", state.faults), to: Array(state.streams.values), in: state)
        }
    }

    func clock(_ faults: Set<DahuaFault>) -> Timestamp {
        let now = settings.clock()
        return faults.contains(.lostClock) ? Timestamp(seconds: 946_656_000 + now.microseconds / 1_000_000 % 86400) : now
    }

    /// A part; as real devices do, Content-Length has no blank before it and does not count the blank lines behind.
    private func part(_ body: String, _ faults: Set<DahuaFault>) -> [UInt8] {
        var head = "--myboundary\r\nContent-Type: text/plain\r\n"
        var length = body.utf8.count
        var garbage: [UInt8] = []
        for case .lieAboutLength(let bytes) in faults { length += bytes }
        for case .garbage(let bytes) in faults { garbage = bytes }
        if !faults.contains(.noContentLength) { head += "Content-Length:\(max(0, length))\r\n" }
        if !faults.contains(.noBlankLine) { head += "\r\n" }
        return garbage + Array((head + body + (faults.contains(.noLineEnd) ? "" : "\r\n\r\n")).utf8)
    }

    /// Hands bytes over to the event loop; called under the lock, so that they leave in that order.
    private func send(_ bytes: [UInt8], to streams: [Stream], in state: borrowing State, closing: Bool = false) {
        guard !state.faults.contains(.stall), !bytes.isEmpty else { return }
        let pieces = state.faults.compactMap { fault in if case .pieces(let count) = fault { max(1, count) } else { nil } }
        let size = pieces.first ?? bytes.count
        let open = streams.filter { !$0.hangs }
        loop.execute {
            for stream in open {
                var offset = 0
                while offset < bytes.count {
                    let piece = bytes[offset..<min(bytes.count, offset + size)]
                    offset += piece.count
                    var buffer = ByteBuffer()
                    if stream.chunks { buffer.writeString(String(piece.count, radix: 16) + "\r\n") }
                    buffer.writeBytes(piece)
                    if stream.chunks { buffer.writeString("\r\n") }
                    stream.channel.writeAndFlush(buffer, promise: nil)
                }
                if closing { stream.channel.close(promise: nil) }
            }
        }
    }
}

// The life of its connections.
extension DahuaDevice {
    func admit(header: String?, method: String, target: String) -> DigestAuthority.Verdict {
        state.withLock { state in
            let now = Timestamp(microseconds: SystemClock.uptimeMicroseconds())
            let given = state.faults.contains(.refuse) ? nil : header
            let verdict = state.authority.judge(header: given, method: method, target: target, at: now)
            if verdict != .accepted { state.tally.refused += 1 }
            if state.authority.isLocked(at: now) { state.tally.wasLocked = true }
            return verdict
        }
    }

    /// Opens a stream on a connection whose head was sent.
    func attach(_ channel: any NIOCore.Channel, codes: String, seconds: Int) {
        let interval = settings.heartbeat ?? .seconds(Int64(min(max(seconds, 1), 60)))
        let delay = TimeAmount.microseconds(interval.microseconds)
        let beats = loop.scheduleRepeatedTask(initialDelay: delay, delay: delay) { [weak self, weak channel] _ in
            if let channel { self?.beat(on: channel) }
        }
        state.withLock { state in
            state.streams[ObjectIdentifier(channel)] = Stream(
                channel: channel, hangs: state.faults.contains(.hangAfterHeaders),
                chunks: state.faults.contains(.transferChunks), heartbeat: beats)
            state.tally.streams += 1
            state.tally.attached.append(codes)
        }
        beat(on: channel)
    }

    private func beat(on channel: any NIOCore.Channel) {
        state.withLock { state in
            guard !state.faults.contains(.noHeartbeat), let stream = state.streams[ObjectIdentifier(channel)] else { return }
            send(part("Heartbeat", state.faults), to: [stream], in: state)
        }
    }

    func detach(_ channel: any NIOCore.Channel) {
        let stream = state.withLock { $0.streams.removeValue(forKey: ObjectIdentifier(channel)) }
        stream?.heartbeat?.cancel()
    }
}
