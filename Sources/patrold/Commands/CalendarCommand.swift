import ArgumentParser
import Glibc
import Model
import Settings

/// `patrold calendar`: which days are worked, by the published holidays.
struct CalendarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "The working calendar: holidays and make-up days. 工作日历。",
        subcommands: [Show.self, Check.self, Count.self])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "A year's days, or one month's. 某年（或某月）的工作日与放假日。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "The year, 2026, or a month of it, 2026-10. 年份或月份。") var period: String

        func run() throws {
            let calendar = try options.workCalendar()
            guard let (year, month) = Self.read(period) else {
                throw Failure(.usage, "write a year such as 2026 or a month such as 2026-10; found '\(period)'")
            }
            let sheet = CalendarSheet(calendar: calendar, language: options.language)
            if options.json { return sheet.days(year, month).forEach { print($0.text) } }
            print(month.map { sheet.month(year, $0) } ?? sheet.year(year))
        }

        private static func read(_ text: String) -> (Int, Int?)? {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count <= 2, let year = Int(parts[0]), (1990...2200).contains(year) else { return nil }
            guard parts.count == 2 else { return (year, nil) }
            return Int(parts[1]).flatMap { (1...12).contains($0) ? (year, $0) : nil }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Which years are published, and how many days each has. 检查日历。")
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let calendar = try options.workCalendar()
            let sheet = CalendarSheet(calendar: calendar, language: options.language)
            if options.json {
                for year in calendar.years { print(sheet.facts(year).text) }
                return
            }
            print(sheet.overview)
        }
    }

    struct Count: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "count", abstract: "Working days from one day through another. 两日之间（含）的工作日数。")
        @OptionGroup var options: GlobalOptions
        @Argument(help: "First day, 2026-09-20. 起始日。") var from: String
        @Argument(help: "Last day. 截止日。") var until: String

        func run() throws {
            let calendar = try options.workCalendar()
            guard let first = Day(from), let last = Day(until), first <= last else {
                throw Failure(
                    .usage, "write two days such as 2026-09-20 2026-10-10, the later one last; found '\(from)' '\(until)'")
            }
            let count = calendar.workDays(first, last)
            let assumed = (first.year...last.year).filter { !calendar.isPublished($0) }
            if options.json {
                let answer: JSON = [
                    "from": .string(from), "until": .string(until), "workdays": .int(count),
                    "calendar": .string(calendar.version),
                    "assumed": .array(assumed.map { .int($0) }),
                ]
                return print(answer.text)
            }
            print(options.language(zh: "\(first) 至 \(last)：\(count) 个工作日", en: "\(first) through \(last): \(count) working days"))
            let language = options.language
            for year in assumed { print(CalendarSheet.assumed(year, language)) }
        }
    }
}

extension GlobalOptions {
    /// The data files of the configuration, or those that the program carries where there is no configuration.
    func catalogOrOwn() throws(Failure) -> Catalog {
        let path = config ?? Self.defaultPath()
        if config != nil || access(path, F_OK) == 0 { return try Site(path: path).catalog }
        do {
            return try Catalog.read()
        } catch {
            throw Failure(.configuration, error.description)
        }
    }

    func workCalendar() throws(Failure) -> WorkCalendar {
        guard let calendar = try catalogOrOwn().calendar else {
            throw Failure(.configuration, "there is no working calendar; name one with calendar_file in the settings")
        }
        return calendar
    }
}
