import Model

/// The complaints of the demonstration year.
struct YearComplaints {
    /// Complaints by month; they add up to 11,427.
    static let months = [700, 620, 860, 930, 1080, 1190, 1240, 1210, 1050, 930, 820, 797]

    private var random: SplitMix64
    private var maker: ComplaintMaker

    init(seed: UInt64) {
        random = SplitMix64(seed: seed &+ 1)
        maker = ComplaintMaker(seed: seed &+ 2)
    }

    /// All of them in the order of acceptance.
    func make() -> [SimComplaint] {
        var copy = self
        return copy.run()
    }

    private mutating func run() -> [SimComplaint] {
        let times = moments()
        let channels = shuffledChannels()
        var counts: [String: Int] = [:]
        var complaints: [SimComplaint] = []
        for (time, channel) in zip(times, channels) {
            let count = counts[channel.key, default: 0] + 1
            counts[channel.key] = count
            let number = "\(channel.prefix)-2021-\(padded(count, 6))"
            complaints.append(maker.next(of: channel, number: number, at: time))
        }
        close(&complaints)
        return complaints
    }

    /// Sorted moments of acceptance: the first second and the last second of the year among them.
    private mutating func moments() -> [Timestamp] {
        var times: [Timestamp] = []
        for (index, count) in Self.months.enumerated() {
            let days = Day.length(ofMonth: index + 1, in: 2021)
            let first = Day(year: 2021, month: index + 1, day: 1)?.start(in: .shanghai) ?? YearTime.start
            for _ in 0..<count { times.append(first + .seconds(second(ofMonthWith: days))) }
        }
        times.sort()
        times[0] = YearTime.start
        times[times.count - 1] = YearTime.lastSecond
        return times
    }

    /// Mostly in the hours when people are about.
    private mutating func second(ofMonthWith days: Int) -> Int64 {
        let day = random.number(0..<days) * 86400
        let hours = random.chance(perMille: 900) ? 7 * 3600..<21 * 3600 : 0..<86400
        return Int64(day + random.number(hours))
    }

    /// Fisher and Yates, on our own generator: the standard library's shuffle may change.
    private mutating func shuffledChannels() -> [SimChannel] {
        var channels = SimChannel.all.flatMap { Array(repeating: $0, count: $0.yearShare) }
        for index in stride(from: channels.count - 1, to: 0, by: -1) {
            channels.swapAt(index, random.number(0..<(index + 1)))
        }
        return channels
    }

    /// Closes exactly 11,312 in the year and 83 in January 2022; the rest stays open.
    private mutating func close(_ complaints: inout [SimComplaint]) {
        let late = pick(DemonstrationYear.closedInJanuary, of: complaints.count - 300..<complaints.count)
        let open = complaints.count - DemonstrationYear.closedInYear - DemonstrationYear.closedInJanuary
        let never = pick(open, of: 500..<complaints.count - 300)
        for index in complaints.indices where !never.contains(index) {
            complaints[index].closed = late.contains(index) ? inJanuary() : inYear(after: complaints[index].accepted)
            complaints[index].outcome = maker.outcome()
        }
        // The two edges: closed in the year's last second, and in the first of the next.
        if let last = complaints.indices.last(where: { !late.contains($0) && !never.contains($0) }) {
            complaints[last].closed = YearTime.lastSecond
        }
        complaints[complaints.count - 1].closed = YearTime.end
    }

    /// So many different places of the range; its last place is always among them.
    private mutating func pick(_ count: Int, of range: Range<Int>) -> Set<Int> {
        var chosen: Set<Int> = [range.upperBound - 1]
        while chosen.count < count { chosen.insert(random.number(range)) }
        return chosen
    }

    private mutating func inJanuary() -> Timestamp {
        YearTime.end + .seconds(Int64(random.number(8 * 3600..<20 * 86400)))
    }

    /// Hours to days later, but not after the year.
    private mutating func inYear(after accepted: Timestamp) -> Timestamp {
        let days = random.chance(perMille: 700) ? 2 : 15
        let closed = accepted + .seconds(Int64(random.number(1800..<days * 86400)))
        return min(closed, max(accepted, YearTime.lastSecond - .seconds(Int64(random.number(0..<3600)))))
    }
}
