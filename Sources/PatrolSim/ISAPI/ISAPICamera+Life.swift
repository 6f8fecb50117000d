import Model
import NIOCore
import Platform

extension ISAPICamera {
    /// Switches it off: every stream closes, and who connects is hung up on without an answer.
    package func powerOff() {
        state.withLock { $0.isOn = false }
        disconnect()
    }

    /// Switches it on again; faults and locks are as they were.
    package func powerOn() {
        state.withLock { $0.isOn = true }
    }

    /// Closes every open stream, as after a restart; clients may connect again at once.
    package func disconnect() {
        let streams = state.withLock { Array($0.streams.values) }
        for stream in streams { stream.channel.close(promise: nil) }
    }

    var isOn: Bool { state.withLock { $0.isOn } }

    /// Starts the heartbeat; the first one comes after a part of the interval that differs from camera to camera.
    func wake() {
        guard let heartbeat = settings.heartbeat else { return }
        let interval = heartbeat.microseconds
        let first = interval / 2 + Int64(number % 16) * interval / 32
        let delay = TimeAmount.microseconds(interval)
        let task = loop.scheduleRepeatedTask(initialDelay: .microseconds(first), delay: delay) { [weak self] _ in
            self?.beat()
        }
        state.withLock { $0.timers.append(task) }
    }

    /// Stops timers and closes streams.
    func rest() {
        let timers = state.withLock { state in
            defer {
                state.timers = []
                state.repeating = nil
                state.running = []
            }
            return state.timers + [state.repeating].compactMap(\.self)
        }
        for timer in timers { timer.cancel() }
        disconnect()
    }

    /// Runs until `rest`; each alarm that is going on is told again with a count one higher.
    func repeats() -> RepeatedTask {
        let interval = TimeAmount.microseconds(settings.repeatsEvery.microseconds)
        return loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) { [weak self] _ in self?.repeatRunning() }
    }

    private func repeatRunning() {
        // Under one lock, so that nothing is repeated after its end.
        state.withLock { state in
            state.running = state.running.map(\.repeated)
            for alarm in state.running { _ = raise([alarm], in: &state) }
        }
    }

    /// Plays a script on this camera, one step a second, until the server stops.
    package func play(_ script: CameraScript) {
        let player = ScriptPlayer(script, camera: self)
        let task = loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in player.step() }
        state.withLock { $0.timers.append(task) }
    }

    /// Judges the credentials of a request.
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

    var realm: String { state.withLock { $0.authority.realm } }

    func attach(_ channel: any NIOCore.Channel) {
        let stream = state.withLock { state in
            let stream = AlertStream(channel: channel, hangs: state.faults.contains(.hangAfterHeaders))
            state.streams[ObjectIdentifier(channel)] = stream
            state.tally.streams += 1
            return stream
        }
        greet(stream)
    }

    func detach(_ channel: any NIOCore.Channel) {
        state.withLock { _ = $0.streams.removeValue(forKey: ObjectIdentifier(channel)) }
    }
}
