import Model

/// What one camera saw in 2021: alarms with that year's device times, to be streamed as fast as one likes.
struct YearCamera {
    let seed: UInt64
    /// 1 to 7.
    let number: Int

    /// Some fifty facts in order of time, each an `active`, a few repeats and, where the type has one, an `inactive`.
    func alarms() -> [SimAlarm] {
        var random = SplitMix64(seed: seed &+ 100 &+ UInt64(number))
        let count = 45 + random.number(0..<15)
        return (0..<count).flatMap { index in
            let begin = YearTime.start + .seconds(Int64(index * 364 / count * 86400 + random.number(7 * 3600..<22 * 3600)))
            return episode(from: begin, random: &random)
        }
    }

    private func episode(from begin: Timestamp, random: inout SplitMix64) -> [SimAlarm] {
        let kinds: [(String, String?, Bool)] = [
            ("parking", "vehicle", true), ("fielddetection", "human", true), ("linedetection", "vehicle", false),
            ("unattendedBaggage", nil, true), ("loitering", "human", true), ("group", "human", true),
        ]
        let (type, target, ends) = kinds[random.number(0..<kinds.count)]
        var alarm = SimAlarm(eventType: type, region: String(random.number(1..<5)), target: target)
        var alarms: [SimAlarm] = []
        let repeats = random.number(0..<4)
        for second in 0...repeats {
            alarm.dateTime = (begin + .seconds(Int64(second))).text()
            alarms.append(alarm)
            alarm = alarm.repeated
        }
        guard ends else { return alarms }
        var last = alarm.ended
        last.dateTime = (begin + .seconds(Int64(repeats + 1))).text()
        return alarms + [last]
    }
}
