import Model
import Platform

/// The year 2021 of the bureau as data: one seed gives one year, to the byte.
///
/// What it must add up to is fixed: 11,427 complaints accepted, 11,312 of them closed by the end of the year, 165
/// penalties, 183 briefs, 317 news items, 754 followers on the last day, nothing in the other registers.
package struct DemonstrationYear: Sendable {
    /// Complaints accepted in the year.
    package static let accepted = 11_427
    /// 98.99 %: rounds to 99 %, and is inside what rounding half up admits (11,256 to 11,369).
    package static let closedInYear = 11_312
    /// Accepted in the year, closed after it: they do not count as closed in it.
    package static let closedInJanuary = 83
    /// Penalty decisions (行政处罚).
    package static let penalties = 165
    /// Information briefs (上报信息, 期).
    package static let briefs = 183
    /// News items (媒体刊播, 篇).
    package static let news = 317
    /// Followers on 31 December.
    package static let followersAtEnd = 754

    /// What it was made from.
    package let seed: UInt64
    /// In the order of acceptance.
    package let complaints: [SimComplaint]
    /// The registers that have records, and empty ones with their headers.
    package let registers: [YearRegister]
    /// One list for each of seven cameras.
    package let cameras: [[SimAlarm]]

    package init(seed: UInt64 = 2021) {
        self.seed = seed
        complaints = YearComplaints(seed: seed).make()
        registers = YearRegister.all(seed: seed)
        cameras = (1...7).map { YearCamera(seed: seed, number: $0).alarms() }
    }

    /// About sixty recordings with names of that year, made one by one since they are large.
    package func recordings(_ body: (SimRecording) throws -> Void) rethrows {
        var maker = RecordingMaker(seed: seed)
        var random = SplitMix64(seed: seed &+ 9)
        for index in 0..<60 {
            let day = Int64(index * 365 / 60)
            let second = Int64(random.number(8 * 3600..<18 * 3600))
            try body(maker.next(at: YearTime.start + .seconds(day * 86400 + second)))
        }
    }

    /// Writes `complaints-<channel>.csv` and `register-<kind>.csv`.
    ///
    /// - Throws: `SystemError` where the folder cannot be made or takes no file.
    package func write(to folder: String) throws(SystemError) {
        try Files.makeFolder(folder)
        for channel in SimChannel.all {
            let own = complaints.filter { $0.channel == channel }
            let bytes = SimComplaint.file(own, of: channel)
            try Files.writeThenRename(bytes, folder: folder, name: "complaints-\(channel.key).csv")
        }
        for register in registers {
            try Files.writeThenRename(register.csv.bytes, folder: folder, name: "register-\(register.kind).csv")
        }
    }

    /// Drops the year's recordings into a spool folder.
    ///
    /// - Throws: `SystemError` where the folder cannot be made or takes no file.
    package func writeRecordings(to folder: String) throws {
        try Files.makeFolder(folder)
        try recordings { try Files.writeThenRename($0.bytes, folder: folder, name: $0.name) }
    }
}

/// The bounds of 2021 in Shanghai.
enum YearTime {
    /// 2021-01-01T00:00:00+08:00.
    static let start = Timestamp(seconds: 1_609_430_400)
    static let end = start + .days(365)
    /// 2021-12-31T23:59:59+08:00.
    static let lastSecond = end - .seconds(1)
}
