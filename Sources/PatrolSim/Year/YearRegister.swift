import Model

/// One register of the demonstration year, ready to be written as CSV with the register's keys as header.
package struct YearRegister: Sendable {
    /// `penalty`, `publication` and so on.
    package let kind: String
    /// The register's field keys.
    package let header: [String]
    /// Fields in the order of the header.
    package let rows: [[String]]

    /// The file.
    package var csv: CSVText {
        var text = CSVText(header: header)
        for row in rows { text.append(row) }
        return text
    }

    /// Every register; those in which the bureau had nothing in 2021 have a header only.
    static func all(seed: UInt64) -> [YearRegister] {
        [
            penalties(SplitMix64(seed: seed &+ 3)), publications(SplitMix64(seed: seed &+ 4)), followers(),
            empty("application", ["number", "received", "applicant", "outcome", "answered"]),
            empty("review", ["number", "opened", "outcome", "concluded"]),
            empty("lawsuit", ["number", "route", "opened", "outcome", "concluded"]),
            empty("licence", ["number", "decided"]), empty("coercion", ["number", "decided"]),
            empty("fee", ["number", "charged", "amount"]),
            empty("document", ["number", "kind", "title", "issued", "abolished"]),
        ]
    }

    private static func empty(_ kind: String, _ header: [String]) -> YearRegister {
        YearRegister(kind: kind, header: header, rows: [])
    }

    private static func day(_ index: Int, of count: Int) -> String {
        // Evenly over the year, so that the last record falls on 31 December.
        let offset = count < 2 ? 0 : Int64(index * 364 / (count - 1))
        return Day(YearTime.start + .days(offset), in: .shanghai).description
    }

    private static func penalties(_ generator: SplitMix64) -> YearRegister {
        var random = generator
        let bases = ["第十四条", "第十七条", "第三十四条", "第三十六条", "第三十七条"]
        let count = DemonstrationYear.penalties
        let rows = (0..<count).map { index in
            let isPerson = random.chance(perMille: 600)
            let party = isPerson ? "个人（虚构）\(index + 1)" : "企业（虚构）\(index + 1)"
            let amount = random.number(1..<(isPerson ? 10 : 100)) * (isPerson ? 50 : 200)
            return [
                "昆城管罚字〔2021〕第\(index + 1)号", day(index, of: count), party,
                "《城市市容和环境卫生管理条例》\(random.pick(bases))", String(amount),
            ]
        }
        return YearRegister(kind: "penalty", header: ["number", "decided", "party", "basis", "amount"], rows: rows)
    }

    private static func publications(_ generator: SplitMix64) -> YearRegister {
        var random = generator
        let subjects = ["占道经营整治", "露天烧烤治理", "夜间施工检查", "清雪除冰", "共享单车停放规范", "户外广告排查", "扬尘管控", "文明城市创建", "校园周边秩序"]
        let outlets = ["包头日报", "包头晚报", "包头广播电视台", "文明包头网", "黄河云"]
        let briefs = (0..<DemonstrationYear.briefs).map { index in
            [
                "昆城管信息〔2021〕\(index + 1)期", "brief", day(index, of: DemonstrationYear.briefs),
                random.pick(subjects) + "情况", "",
            ]
        }
        let news = (0..<DemonstrationYear.news).map { index in
            [
                "媒刊2021-\(padded(index + 1, 3))", "news", day(index, of: DemonstrationYear.news),
                "昆区城管开展" + random.pick(subjects), random.pick(outlets),
            ]
        }
        return YearRegister(
            kind: "publication", header: ["number", "kind", "published", "title", "outlet"], rows: briefs + news)
    }

    /// One reading on the last day of each month.
    private static func followers() -> YearRegister {
        let counts = [402, 431, 455, 489, 520, 548, 577, 610, 643, 688, 721, DemonstrationYear.followersAtEnd]
        let rows = counts.enumerated().map { index, count in
            let month = index + 1
            return ["2021-\(padded(month, 2))-\(padded(Day.length(ofMonth: month, in: 2021), 2))", String(count)]
        }
        return YearRegister(kind: "followers", header: ["date", "count"], rows: rows)
    }
}
