import Model
import NIOCore
import Platform
import Synchronization

/// One simulated camera: its alarms, its faults and the streams that listen to it.
///
/// Everything may be called from any thread. What a call sends leaves in the order of the calls; an alarm is numbered
/// and recorded when the call returns, and on its way to every open stream. With no stream open it is lost, as with
/// the real devices.
package final class ISAPICamera: Sendable {
    struct State {
        var faults: Set<CameraFault> = []
        var authority: DigestAuthority
        var isOn = true
        var streams: [ObjectIdentifier: AlertStream] = [:]
        var count = 0
        var sent: [SentAlarm] = []
        var running: [SimAlarm] = []
        var timers: [RepeatedTask] = []
        var repeating: RepeatedTask?
        var tally = ISAPITally()
        /// As the last PUT left them.
        var httpHosts: [UInt8]?
    }

    /// As it was started.
    package let settings: ISAPICameraSettings
    /// 1 for the first camera of a server.
    package let number: Int
    let loop: any EventLoop
    let state: Mutex<State>

    init(_ settings: ISAPICameraSettings, number: Int, loop: any EventLoop) {
        self.settings = settings
        self.number = number
        self.loop = loop
        let seed = settings.macAddress.utf8.reduce(UInt64(number)) { $0 &* 31 &+ UInt64($1) }
        state = Mutex(State(authority: DigestAuthority(settings, seed: seed)))
    }

    /// What is wrong with it at the moment.
    package var faults: Set<CameraFault> { state.withLock { $0.faults } }

    /// Everything that was sent so far, in order; empty where the settings say not to keep it.
    package var sentAlarms: [SentAlarm] { state.withLock { $0.sent } }

    /// How many alert streams are open.
    package var openStreams: Int { state.withLock { $0.streams.count } }

    /// What it did so far.
    package var tally: ISAPITally { state.withLock { $0.tally } }

    /// Replaces all faults.
    package func set(_ faults: CameraFault...) {
        state.withLock { $0.faults = Set(faults) }
    }

    /// Adds a fault to those it has.
    package func inject(_ fault: CameraFault) {
        state.withLock { _ = $0.faults.insert(fault) }
    }

    /// Makes it whole again; streams that hang since they were opened stay so.
    package func clearFaults() {
        state.withLock { $0.faults = [] }
    }

    /// Makes every nonce stale that a client may hold.
    package func forgetNonces() {
        state.withLock { $0.authority.forgetNonces() }
    }
}

/// What a camera did since it was started.
package struct ISAPITally: Hashable, Sendable {
    /// Streams opened, over all time.
    package var streams = 0
    /// Alarm parts handed to the kernel in full, one for each stream.
    package var written = 0
    /// Alarm parts that a slow reader's full backlog kept out.
    package var dropped = 0
    /// Heartbeats told, whether anybody listened or not.
    package var heartbeats = 0
    /// 401 answers, challenges included.
    package var refused = 0
    /// Whether wrong passwords ever locked it.
    package var wasLocked = false
    /// PTZ orders as `presets/2/goto @1`, `patrols/1/start @1`.
    package var orders: [String] = []
    package var snapshots = 0
    /// How often its clock was asked for.
    package var clockReadings = 0
}

/// One open alert stream.
struct AlertStream {
    let channel: any NIOCore.Channel
    /// Whether it was opened under `hangAfterHeaders`.
    let hangs: Bool
}
