import ArgumentParser
import Glibc

/// The command line: `patrold COMMAND`.
@main
struct Patrold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patrold",
        abstract: "Durable patrol incidents and the annual disclosure report. 城管巡查事件与政府信息公开年报。",
        version: version,
        subcommands: [
            RunCommand.self, CheckCommand.self, StatusCommand.self, TailCommand.self, IncidentCommand.self, DeviceCommand.self,
            PatrolCommand.self, RecordingCommand.self, EvidenceCommand.self, ComplaintCommand.self, OutboxCommand.self,
            RegisterCommand.self, PublicationCommand.self, ImportCommand.self, QuarantineCommand.self, ExportCommand.self,
            ReportCommand.self, EventCommand.self, VerifyCommand.self, RebuildCommand.self, SimulateCommand.self,
            CalendarCommand.self, DeadlineCommand.self,
        ])

    static let version = "0.1.0"

    static func main() async {
        // A reader that goes away (`patrold tail | head`) ends us quietly through the write's error.
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            complain("patrold: " + failure.sentence)
            Glibc.exit(failure.code.rawValue)
        } catch let code as ExitCode {
            Glibc.exit(code.rawValue)
        } catch {
            exit(withError: error)
        }
    }
}
