import ArgumentParser
import Glibc
import Journal
import Model
import Settings

/// `patrold tail`: the event log, newest last; follows by position and so never misses a line.
struct TailCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Show and follow the event log. 查看并跟踪事件日志。")

    @OptionGroup var options: GlobalOptions

    @Flag(name: .shortAndLong, help: "Go on as events come. 持续跟踪。")
    var follow = false

    @Option(name: .shortAndLong, help: "How many of the last events. 最近条数。")
    var number = 10

    @Option(name: .long, help: "10m, 2h, an RFC 3339 time, or a position. 起点:时长、时间或位置。")
    var since: String?

    @Option(name: .long, help: "Feed name, with * and ?. 接入名称。")
    var feed: String?

    @Option(name: .long, help: "Event type without cn.patrold., with * and ?. 事件类型。")
    var type: String?

    @Option(name: .long, help: "Only what concerns one incident. 事件编号。")
    var incident: String?

    @Option(name: .long, help: "Only lines that contain the text. 包含文字。")
    var grep: String?

    func run() throws {
        let site = try options.site()
        let journal = try site.journalReader()
        let line = site.line(options.language)
        let causes = try causes(site)
        var position: Position
        if let since {
            position = try start(since, journal) - 1
            position = try show(journal, after: position, line, causes)
        } else {
            position = try showLast(journal, line, causes)
        }
        while follow {
            position = try show(journal, after: position, line, causes)
            // Another process writes the journal and nothing wakes us; this command does nothing else meanwhile.
            usleep(200_000)
        }
    }

    /// The positions that belong to the incident asked for: its own events and what caused them.
    private func causes(_ site: Site) throws -> Set<Position> {
        guard let incident else { return [] }
        guard let cause = incident.split(separator: "-").last.flatMap({ Position($0) }) else {
            throw Failure(.usage, "'\(incident)' is no incident; they look like 2021-1234")
        }
        return [cause]
    }

    private func start(_ text: String, _ journal: JournalReader) throws -> Position {
        if let position = Position(text) { return position }
        if let time = Timestamp(text, assuming: .shanghai) { return try journal.position(receivedSince: time) }
        guard let span = Span(duration: text) else {
            throw Failure(.usage, "--since wants a duration (10m), an RFC 3339 time or a position, not '\(text)'")
        }
        return try journal.position(receivedSince: MachineClock().now() - span)
    }

    /// Looks back in growing stretches until enough events fit.
    private func showLast(_ journal: JournalReader, _ line: EventLine, _ causes: Set<Position>) throws -> Position {
        let last = try journal.lastPosition()
        var stretch: Position = Position(max(number, 1)) * 2
        var found: [StoredEvent] = []
        var from = last
        while found.count < number, from > 0 {
            from = max(0, last - stretch)
            found = try journal.events(after: from, limit: Int(last - from)).filter { fits($0, line, causes) }
            stretch *= 4
        }
        for stored in found.suffix(number) { put(stored, line) }
        return last
    }

    private func show(_ journal: JournalReader, after: Position, _ line: EventLine, _ causes: Set<Position>) throws -> Position {
        var position = after
        while true {
            let events = try journal.events(after: position, limit: 1000)
            guard let last = events.last else { return position }
            for stored in events {
                if stored.position != position + 1, position > 0 {
                    complain("patrold: positions \(position + 1) to \(stored.position - 1) are not in the journal")
                }
                position = stored.position
                if fits(stored, line, causes) { put(stored, line) }
            }
            position = last.position
        }
    }

    private func fits(_ stored: StoredEvent, _ line: EventLine, _ causes: Set<Position>) -> Bool {
        let event = stored.event
        if let feed, !matches(glob: "patrold:/feeds/" + feed, event.source) { return false }
        if let type, !matches(glob: type, event.type), !matches(glob: EventType.prefix + type, event.type) { return false }
        if let incident, event.subject != incident, !causes.contains(stored.position) { return false }
        if let grep, !line.text(stored).contains(grep) { return false }
        return true
    }

    private func put(_ stored: StoredEvent, _ line: EventLine) {
        let text = (options.json ? stored.cloudEvent().text : line.text(stored)) + "\n"
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress.map { $0 + done }, bytes.count - done) }
            // The reader went away: that is how `patrold tail | head` ends.
            guard count > 0 else { Glibc.exit(0) }
            done += count
        }
    }
}
