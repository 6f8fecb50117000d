import Model
import Synchronization

/// Makes plausible street alarms for one camera: each begins, repeats once a step and ends; some types never say so.
///
/// One seed and one row of steps give one row of alarms.
package struct CameraScript: Sendable {
    private struct Running {
        var alarm: SimAlarm
        var stepsLeft: Int
    }

    /// Alarms that begin in a thousand steps.
    package var beginsPerMille: Int
    private var random: SplitMix64
    private var running: [Running] = []

    /// Event types with their targets and whether the camera tells their end.
    private static let kinds: [(type: String, target: String?, ends: Bool)] = [
        ("fielddetection", "human", true), ("fielddetection", "vehicle", true), ("linedetection", "vehicle", false),
        ("regionEntrance", "human", true), ("regionExiting", "human", true), ("parking", "vehicle", true),
        ("unattendedBaggage", nil, true), ("loitering", "human", true), ("group", "human", true),
        ("attendedBaggage", nil, false), ("VMD", nil, true),
    ]

    package init(seed: UInt64, beginsPerMille: Int = 120) {
        random = SplitMix64(seed: seed)
        self.beginsPerMille = beginsPerMille
    }

    /// The alarms of one step (one second).
    package mutating func step() -> [SimAlarm] {
        var alarms: [SimAlarm] = []
        var still: [Running] = []
        for var item in running {
            item.stepsLeft -= 1
            item.alarm = item.alarm.repeated
            if item.stepsLeft > 0 { still.append(item) }
            if item.stepsLeft > 0 { alarms.append(item.alarm) } else if ends(item.alarm) { alarms.append(item.alarm.ended) }
        }
        running = still
        if random.chance(perMille: beginsPerMille), let alarm = beginning() { alarms.append(alarm) }
        return alarms
    }

    private func ends(_ alarm: SimAlarm) -> Bool {
        Self.kinds.contains { $0.type == alarm.eventType && $0.ends }
    }

    private mutating func beginning() -> SimAlarm? {
        let kind = Self.kinds[random.number(0..<Self.kinds.count)]
        let alarm = SimAlarm(eventType: kind.type, region: String(random.number(1..<5)), target: kind.target)
        guard !running.contains(where: { $0.alarm.eventType == alarm.eventType && $0.alarm.region == alarm.region }) else {
            return nil
        }
        running.append(Running(alarm: alarm, stepsLeft: random.number(2..<20)))
        return alarm
    }
}

/// Plays a script on a camera, one step at a call.
final class ScriptPlayer: Sendable {
    private let script: Mutex<CameraScript>
    private weak let camera: ISAPICamera?

    init(_ script: CameraScript, camera: ISAPICamera) {
        self.script = Mutex(script)
        self.camera = camera
    }

    func step() {
        let alarms = script.withLock { $0.step() }
        for alarm in alarms { camera?.raise(alarm) }
    }
}
