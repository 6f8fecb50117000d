/// Working time between moments. Everything counts in whole seconds; a fraction of a second is cut off.
extension WorkCalendar {
    /// Seconds of working time from one moment to a later one; 0 where it is not later.
    package func workTime(from start: Timestamp, until end: Timestamp) -> Int64 {
        let (start, end) = (civil(start), civil(end))
        guard start < end else { return 0 }
        let (first, last) = (floorDivide(start, 86400), floorDivide(end, 86400))
        let before = elapsed(start - first * 86400, on: first)
        let after = elapsed(end - last * 86400, on: last)
        return after - before + sum(worked, first..<last) { length(of: $0) }
    }

    /// The earliest moment by which so many seconds of working time have passed since `start`.
    ///
    /// It is never the beginning of working hours: what is used up at 18:00 is used up at 18:00, not at 8:30.
    package func moment(after seconds: Int64, from start: Timestamp) -> Timestamp {
        guard seconds > 0 else { return start }
        let begin = civil(start)
        let today = floorDivide(begin, 86400)
        let before = elapsed(begin - today * 86400, on: today)
        let (day, sum) = day(from: today, reaching: seconds + before, worked) { length(of: $0) }
        var rest = seconds + before - sum
        for span in hours(on: day) {
            if rest <= span.length { return moment(day * 86400 + span.from + rest) }
            rest -= span.length
        }
        return moment((day + 1) * 86400)
    }

    /// The moment itself where it is working time, else the next beginning of it.
    package func nextWorkingMoment(at time: Timestamp) -> Timestamp {
        let second = civil(time)
        let today = floorDivide(second, 86400)
        for span in hours(on: today) where second - today * 86400 < span.until {
            return moment(max(second, today * 86400 + span.from))
        }
        let next = workDay(1, after: today)
        return moment(next * 86400 + (hours(on: next).first?.from ?? 0))
    }

    /// The number of the `count`th working day after a day; that day itself does not count.
    package func workDay(_ count: Int, after number: Int64) -> Int64 {
        guard count > 0 else { return number }
        return day(from: number + 1, reaching: Int64(count), days) { isWork($0) ? 1 : 0 }.day
    }

    /// Whole seconds of civil time since 1970-01-01T00:00 in the calendar's zone.
    package func civil(_ time: Timestamp) -> Int64 { floorDivide(time.microseconds, 1_000_000) + zone.seconds }

    /// The moment of a civil second.
    package func moment(_ civil: Int64) -> Timestamp { Timestamp(seconds: civil - zone.seconds) }

    /// The number of the day on which a civil second falls.
    package func dayNumber(_ civil: Int64) -> Int64 { floorDivide(civil, 86400) }

    func length(of number: Int64) -> Int64 {
        let index = Int(number - first)
        if index >= 0, index < worked.count - 1 { return worked[index + 1] - worked[index] }
        return hours(on: number).reduce(0) { $0 + $1.length }
    }

    /// Seconds worked on a day before that second of it.
    private func elapsed(_ second: Int64, on number: Int64) -> Int64 {
        hours(on: number).reduce(0) { $0 + max(0, min(second, $1.until) - $1.from) }
    }

    /// The sum over days, by the running sums where the table has them and day by day elsewhere.
    func sum(_ table: [Int64], _ range: Range<Int64>, one: (Int64) -> Int64) -> Int64 {
        let end = first + Int64(table.count) - 1
        let inside = max(range.lowerBound, first)..<max(max(range.lowerBound, first), min(range.upperBound, end))
        guard !inside.isEmpty else { return range.reduce(0) { $0 + one($1) } }
        var sum = table[Int(inside.upperBound - first)] - table[Int(inside.lowerBound - first)]
        for number in range.lowerBound..<inside.lowerBound { sum += one(number) }
        for number in inside.upperBound..<range.upperBound { sum += one(number) }
        return sum
    }

    /// The first day, counted from `start`, with which the sum reaches `need`, and the sum before it.
    private func day(
        from start: Int64, reaching need: Int64, _ table: [Int64], one: (Int64) -> Int64
    ) -> (day: Int64, sum: Int64) {
        let end = first + Int64(table.count) - 1
        var day = start
        var sum: Int64 = 0
        while true {
            if day >= first, day < end {
                let index = Int(day - first)
                let target = table[index] + need - sum
                if (table.last ?? 0) >= target {
                    let found = Self.firstIndex(table, reaching: target, after: index)
                    return (first + Int64(found) - 1, sum + table[found - 1] - table[index])
                }
                sum += (table.last ?? 0) - table[index]
                day = end
            }
            let today = one(day)
            if sum + today >= need { return (day, sum) }
            sum += today
            day += 1
        }
    }

    /// The least index after `low` whose running sum reaches the target; the last one does.
    private static func firstIndex(_ table: [Int64], reaching target: Int64, after low: Int) -> Int {
        var (low, high) = (low, table.count - 1)
        while high - low > 1 {
            let middle = (low + high) / 2
            if table[middle] >= target { high = middle } else { low = middle }
        }
        return high
    }
}
