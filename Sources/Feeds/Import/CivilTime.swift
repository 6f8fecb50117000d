import Model
import Tables

/// Dates and times as clerks, spreadsheets and channels write them; without an offset they are civil time in Shanghai.
package enum CivilTime {
    struct Reading: Hashable {
        let moment: Timestamp
        /// The day in Shanghai.
        var day: Day { Day(moment, in: .shanghai) }

        init(_ moment: Timestamp) { self.moment = moment }
        init(_ day: Day, _ second: Int) { moment = day.start(in: .shanghai) + .seconds(Int64(second)) }
    }

    /// The years that a table of today can mean.
    static let years = 1949...2100

    /// Reads a moment; a day alone is its first moment.
    package static func moment(_ text: String) -> Timestamp? { try? read(text).get().moment }

    /// Reads a day; a time of day after it is left out.
    static func day(_ text: String) -> Day? { try? read(text).get().day }

    /// Reads a cell.
    ///
    /// A plain number is a serial number of the workbook, or eight, twelve or fourteen digits written without separators.
    static func read(_ cell: TableCell, serials: DateSerials = .from1900) -> Result<Reading, DateProblem> {
        switch cell {
        case .empty: .failure(.unreadable)
        case .text(let text): read(text, serials: serials)
        case .number(let spelling): number(spelling, serials)
        case .moment(let moment): within(moment.day, moment.second)
        case .time: .failure(.onlyTime)
        case .truth: .failure(.unreadable)
        case .error(let text): .failure(.error(text))
        }
    }

    /// Reads RFC 3339, `2021-03-05 10:20[:30]`, `2021/3/5 下午3:20`, `2021年3月5日10时20分`, `二〇二一年三月五日`, `2021.3.5`,
    /// `20210305`, `20210305102000`, `44260.43`, and milliseconds since 1970; digits of any width.
    static func read(_ text: String, serials: DateSerials = .from1900) -> Result<Reading, DateProblem> {
        guard text.utf8.count <= 200 else { return .failure(.unreadable) }
        let plain = text.narrow.trimmed
        if let time = Timestamp(plain, assuming: .shanghai) { return within(time) }
        if plain.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 == UInt8(ascii: ".") }), let number = PlainNumber(plain),
            plain.filter({ $0 == "." }).count < 2, plain.isDigits || number.wholeDigits == 5
        {
            return Self.number(plain, serials)
        }
        if !plain.isEmpty, plain.allSatisfy({ $0 == "#" }) { return .failure(.columnTooNarrow) }
        return CivilText(plain).reading()
    }

    private static func number(_ spelling: String, _ serials: DateSerials) -> Result<Reading, DateProblem> {
        guard let number = PlainNumber(spelling), !number.isNegative else { return .failure(.noSerial(spelling)) }
        let digits = number.plain
        switch digits.isDigits ? digits.utf8.count : 0 {
        case 8, 12, 14: return packed(digits)
        case 13: return Int64(digits).map { within(Timestamp(microseconds: $0 * 1000)) } ?? .failure(.unreadable)
        case 10 where digits.hasPrefix("1"): return Int64(digits).map { within(Timestamp(seconds: $0)) } ?? .failure(.unreadable)
        default: break
        }
        guard number.wholeDigits == 5, let moment = serials.moment(spelling), years.contains(moment.day.year) else {
            return .failure(.noSerial(spelling))
        }
        return within(moment.day, moment.second)
    }

    /// Reads `20210305`, `202103051020` and `20210305102030`.
    private static func packed(_ digits: String) -> Result<Reading, DateProblem> {
        let all = Array(digits.utf8).map { Int($0) - 48 }
        func part(_ from: Int, _ count: Int) -> Int {
            all.count < from + count ? 0 : all[from..<(from + count)].reduce(0) { $0 * 10 + $1 }
        }
        return made(part(0, 4), part(4, 2), part(6, 2), (part(8, 2), part(10, 2), part(12, 2)))
    }

    static func made(
        _ year: Int, _ month: Int, _ day: Int, _ time: (hour: Int, minute: Int, second: Int)
    ) -> Result<Reading, DateProblem> {
        guard let date = Day(year: year, month: month, day: day) else { return .failure(.noSuchDay(year, month, day)) }
        guard time.hour < 24, time.minute < 60, time.second < 60 else { return .failure(.noSuchTime) }
        return within(date, time.hour * 3600 + time.minute * 60 + time.second)
    }

    private static func within(_ time: Timestamp) -> Result<Reading, DateProblem> {
        let reading = Reading(time)
        return years.contains(reading.day.year) ? .success(reading) : .failure(.year(reading.day.year))
    }

    private static func within(_ day: Day, _ second: Int) -> Result<Reading, DateProblem> {
        years.contains(day.year) ? .success(Reading(day, second)) : .failure(.year(day.year))
    }
}

/// Why a value is no date.
enum DateProblem: Error, Hashable {
    case unreadable
    /// `3月5日`, `3/5`.
    case noYear
    /// `2021年3月`.
    case noDay
    /// `21-3-5`.
    case shortYear
    /// `5/3/2021`.
    case dayOrMonthFirst
    case noSuchDay(Int, Int, Int)
    case noSuchTime
    case onlyTime
    /// A year that no table of today means.
    case year(Int)
    /// A number that is no serial number of a day.
    case noSerial(String)
    /// By the lunar calendar.
    case lunar
    /// More than one date.
    case several
    /// `#N/A`.
    case error(String)
    /// `########`, as a narrow column is saved.
    case columnTooNarrow
}
