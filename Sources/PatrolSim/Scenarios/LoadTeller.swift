import Model

/// What one camera of a load run tells, part by part: even ones start an alarm, odd ones stop the one before.
///
/// No two starts share region and second: once all regions had their turn within a second, the device's clock goes on
/// to the next.
struct LoadTeller: Sendable {
    /// Regions over which the alarms rotate.
    static let regions = 64

    private var told = 0
    private var second: Int64 = 0
    private var usedInSecond = 0

    mutating func next(at now: Timestamp) -> SimAlarm {
        let fact = told / 2
        let isStart = told.isMultiple(of: 2)
        told += 1
        if isStart { advance(to: now.microseconds / 1_000_000) }
        return SimAlarm(
            eventType: "fielddetection", state: isStart ? .active : .inactive, dateTime: Timestamp(seconds: second).text(),
            region: String(fact % Self.regions + 1), target: "vehicle")
    }

    private mutating func advance(to now: Int64) {
        if now > second {
            second = now
            usedInSecond = 0
        } else if usedInSecond == Self.regions {
            second += 1
            usedInSecond = 0
        }
        usedInSecond += 1
    }
}
