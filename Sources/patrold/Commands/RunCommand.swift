import ArgumentParser
import Console
import Glibc
import Logging
import Model
import Platform
import Settings

/// `patrold run`: the daemon, in the foreground.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the daemon in the foreground. 前台运行守护进程。")

    @OptionGroup var options: GlobalOptions

    @Option(name: .long, help: ArgumentHelp("Civil time to start from, TIME@RATE; for demonstrations only.", visibility: .hidden))
    var simulatedClock: String?

    func run() async throws {
        EventLoops.adoptAsExecutor()
        let site = try options.site()
        let log = Self.logger(site.settings.log.level)
        let daemon = try Daemon(site: site, clock: try clock(), log: log)
        try await daemon.run()
    }

    /// Native journald fields under systemd, lines on standard error elsewhere.
    private static func logger(_ level: Settings.Log.Level) -> Logger {
        let toJournald = getenv("JOURNAL_STREAM") != nil && Files.exists(JournaldLogHandler.socketPath)
        LoggingSystem.bootstrap { label -> any LogHandler in
            if toJournald { JournaldLogHandler() } else { StderrLogHandler(label: label) }
        }
        var log = Logger(label: "patrold")
        log.logLevel = Logger.Level(rawValue: level.rawValue) ?? .info
        return log
    }

    private func clock() throws -> any WallClock {
        guard let simulatedClock else { return MachineClock() }
        let parts = simulatedClock.split(separator: "@")
        guard parts.count == 2, let start = Timestamp(parts[0]), let rate = Int64(parts[1]), rate > 0 else {
            throw Failure(.usage, "--simulated-clock wants TIME@RATE, such as 2021-01-01T00:00:00+08:00@100000")
        }
        return DemonstrationClock(start: start, rate: rate)
    }
}
