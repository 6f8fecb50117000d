import Model

extension DeadlineAccount {
    /// The account for a clerk, one sentence a line.
    package func chinese(_ zone: Zone = .shanghai) -> [String] { lines.map { $0.chinese(zone) } }

    package func english(_ zone: Zone = .shanghai) -> [String] { lines.map { $0.english(zone) } }
}

extension DeadlineAccount.Line {
    package func chinese(_ zone: Zone) -> String {
        switch self {
        case .began(let stage, let at, let limit, let basis): at.minute(zone) + Self.chineseStart(stage, limit, basis)
        case .data(let limits, let calendar): "依据：时限表 \(limits) 版，工作日历 \(calendar) 版"
        case .waits(let until): "起算时不在工作时间，自 \(until.short(zone)) 起计"
        case .counted(let day, let kind, let stretches, let seconds):
            "\(day.short)\(kind.mark) \(stretches.map { $0.clock(zone) }.joined(separator: "、")) 计 \(seconds.chineseTime)"
        case .workDays(let first, let last, let count, let seconds):
            first == last
                ? "\(first.short) 全天工作时间计 \(seconds.chineseTime)"
                : "\(first.short)…\(last.short) \(count) 个工作日计 \(seconds.chineseTime)"
        case .natural(let stretch, let seconds):
            "\(stretch.lowerBound.short(zone))–\(stretch.upperBound.short(zone)) 连续计 \(seconds.chineseTime)"
        case .dayOff(let first, let last, let kind):
            "\(first.short)" + (first == last ? "" : "…\(last.short)") + " \(kind.chineseOff)不计"
        case .paused(let pause):
            (pause.why == .suspended ? "挂账 " : "案件不在本阶段 ") + pause.from.short(zone) + "–"
                + (pause.until?.short(zone) ?? "至今") + " 不计" + (pause.note.map { "（\($0)）" } ?? "")
        case .extended(let change):
            change.approvedBy.map { "\(change.at.short(zone)) 延时 \(change.limit.chinese)，\($0.isEmpty ? "已" : $0)批准，自原期限接续计算" }
                ?? "\(change.at.short(zone)) 申请延时 \(change.limit.chinese)，未经批准，不计"
        case .assumed(let year): "\(padded(year, 4)) 年放假安排不在本日历中，暂按周一至周五上班推定"
        case .near(let percent, let at): "用到 \(percent) % 的时刻 \(at.minute(zone))"
        case .due(let at): "期限 \(at.minute(zone))"
        case .heldUp(let left): "挂账期间期限待定" + (left.map { "，恢复后尚余 \($0.chineseTime)" } ?? "")
        case .ended(let at, let inTime):
            "\(at.minute(zone)) 本阶段结束" + (inTime.map { $0 ? "，按时" : "，超时" } ?? "")
        case .used(let seconds, let total, let light):
            "已用 \(seconds.chineseTime)，占 \(percent(seconds, total)) %，\(light.chinese)"
        }
    }

    package func english(_ zone: Zone) -> String {
        switch self {
        case .began(let stage, let at, let limit, let basis): at.minute(zone) + Self.englishStart(stage, limit, basis)
        case .data(let limits, let calendar): "by the limits \(limits) and the working calendar \(calendar)"
        case .waits(let until): "not working time yet; counting begins \(until.short(zone))"
        case .counted(let day, let kind, let stretches, let seconds):
            "\(day.short)\(kind.englishMark) \(stretches.map { $0.clock(zone) }.joined(separator: ", ")) counts "
                + seconds.englishTime
        case .workDays(let first, let last, let count, let seconds):
            first == last
                ? "\(first.short) the whole working day counts \(seconds.englishTime)"
                : "\(first.short)…\(last.short) \(count) working days count \(seconds.englishTime)"
        case .natural(let stretch, let seconds):
            "\(stretch.lowerBound.short(zone))–\(stretch.upperBound.short(zone)) counts \(seconds.englishTime) around the clock"
        case .dayOff(let first, let last, let kind):
            "\(first.short)" + (first == last ? "" : "…\(last.short)") + " \(kind.englishOff), does not count"
        case .paused(let pause):
            (pause.why == .suspended ? "suspended " : "elsewhere ") + pause.from.short(zone) + "–"
                + (pause.until?.short(zone) ?? "now") + ", does not count" + (pause.note.map { " (\($0))" } ?? "")
        case .extended(let change):
            change.approvedBy.map {
                "\(change.at.short(zone)) extended by \(change.limit.english), approved" + ($0.isEmpty ? "" : " by \($0)")
            }
                ?? "\(change.at.short(zone)) an extension by \(change.limit.english) was asked for; not approved, does not count"
        case .assumed(let year): "the holidays of \(padded(year, 4)) are not in this calendar; Monday to Friday is assumed"
        case .near(let percent, let at): "\(percent) % used at \(at.minute(zone))"
        case .due(let at): "deadline \(at.minute(zone))"
        case .heldUp(let left):
            "no deadline while suspended" + (left.map { "; \($0.englishTime) remain after it" } ?? "")
        case .ended(let at, let inTime):
            "\(at.minute(zone)) the stage ended" + (inTime.map { $0 ? ", in time" : ", late" } ?? "")
        case .used(let seconds, let total, let light):
            "used \(seconds.englishTime), \(percent(seconds, total)) %, \(light.rawValue)"
        }
    }

    private static func chineseStart(_ stage: DeadlineStage, _ limit: TimeLimit?, _ basis: String?) -> String {
        let start = stage == .handle ? " 派遣，处置" : " 进入\(stage.chinese)，"
        let size = limit.map { "限 " + $0.chinese } ?? "未设时限"
        return start + size + (basis.map { "（" + $0 + "）" } ?? "")
    }

    private static func englishStart(_ stage: DeadlineStage, _ limit: TimeLimit?, _ basis: String?) -> String {
        let size = limit.map { "limit " + $0.english } ?? "without a limit"
        return " \(stage.english) begins, " + size + (basis.map { " (" + $0 + ")" } ?? "")
    }

    /// Rounded up, so that no time over the limit prints as 100.
    private func percent(_ used: Int64, _ total: Int64) -> Int64 { total == 0 ? 0 : (used * 100 + total - 1) / total }
}

extension Timestamp {
    /// `2021-10-08 11:50`, with seconds where there are any.
    package func minute(_ zone: Zone) -> String {
        let text = text(in: zone).replacing("T", with: " ")
        return String(text.prefix(microseconds % 60_000_000 == 0 ? 16 : 19))
    }

    /// `10-08 11:50`.
    fileprivate func short(_ zone: Zone) -> String { String(minute(zone).dropFirst(5)) }

    fileprivate func clock(_ zone: Zone) -> String { String(minute(zone).dropFirst(11)) }
}

extension Range<Timestamp> {
    fileprivate func clock(_ zone: Zone) -> String {
        lowerBound.clock(zone) + "–" + upperBound.clock(zone)
    }
}

extension Day {
    fileprivate var short: String { padded(month, 2) + "-" + padded(day, 2) }
}

extension Int64 {
    private var parts: [(count: Int64, zh: String, en: String)] {
        [(self / 3600, " 小时", " h"), (self / 60 % 60, " 分", " min"), (self % 60, " 秒", " s")].filter { $0.0 > 0 }
    }

    fileprivate var chineseTime: String {
        self == 0 ? "0 分" : parts.map { "\($0.count)\($0.zh)" }.joined(separator: " ")
    }

    fileprivate var englishTime: String {
        self == 0 ? "0 min" : parts.map { "\($0.count)\($0.en)" }.joined(separator: " ")
    }
}

extension WorkCalendar.DayKind {
    fileprivate var mark: String {
        if case .makeUp(let name) = self { "（\(name)调休上班）" } else { "" }
    }

    fileprivate var englishMark: String {
        if case .makeUp(let name) = self { " (make-up day for \(name))" } else { "" }
    }

    fileprivate var chineseOff: String {
        if case .holiday(let name) = self { name } else { "周末" }
    }

    fileprivate var englishOff: String {
        if case .holiday(let name) = self { "holiday \(name)" } else { "weekend" }
    }
}
