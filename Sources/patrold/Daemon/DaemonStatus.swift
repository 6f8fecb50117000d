import Ledger
import Model
import Platform

/// What `patrold status` shows of a running daemon, gathered where blocking is allowed.
struct DaemonStatus {
    let daemon: Daemon
    let strangers: [JSON]
    private static let window = Span.days(1)

    /// - Throws: what the stores throw.
    func json() throws -> JSON {
        let now = daemon.clock.now()
        let counters = daemon.journal.status
        let cursor = try daemon.ledger.progress().cursor
        let blind = try blindSeconds(until: now)
        let incidents = try daemon.ledger.reader.incidentCounts().map { JSON.Member($0.state, .int($0.count)) }
        return .object(present: [
            ("daemon", "running"), ("time", .string(now.text())), ("position", .int(counters.position)), ("ledger", .int(cursor)),
            ("lag", .int(counters.position - cursor)),
            (
                "journal",
                [
                    "accepted": .int(counters.accepted), "duplicate": .int(counters.duplicate), "commits": .int(counters.commits),
                    "failures": .int(counters.failures), "waiting": .int(daemon.journal.depth),
                ]
            ), ("trouble", counters.trouble.map { .string($0) }),
            ("warning", SealingWord.unsealed(daemon.journal.isSealing).map { .string($0) }), ("stores", stores),
            ("quarantine", .int(try daemon.journal.reader.waitingInQuarantine())), ("incidents", .object(incidents)),
            ("strangers", strangers.isEmpty ? nil : .array(strangers)), ("patrols", .array(try patrols(until: now))),
            ("feeds", .array(daemon.board.all.map { $0.json(at: now, blindSeconds: blind[$0.name] ?? 0) })),
        ])
    }

    private var stores: JSON {
        let site = daemon.site
        return [
            "journalBytes": .int(Files.size(site.journalPath) + Files.size(site.journalPath + "-wal")),
            "ledgerBytes": .int(Files.size(site.ledgerPath) + Files.size(site.ledgerPath + "-wal")),
            "freeBytes": .int(Files.freeBytes(site.settings.dataFolder)),
        ]
    }

    /// Every plan with its completeness by road section within the last seven days.
    private func patrols(until now: Timestamp) throws -> [JSON] {
        let (first, last) = (Day(now - .days(6), in: .shanghai), Day(now, in: .shanghai))
        return try daemon.patrols.all.map { plan in
            let sections = try daemon.ledger.reader.patrolCompleteness(from: first, through: last, plan: plan.plan)
            return .object((plan.json.members ?? []) + [JSON.Member("sections", .array(sections.map(\.json)))])
        }
    }

    /// Feed → seconds without sight within the last day.
    private func blindSeconds(until now: Timestamp) throws -> [String: Int64] {
        let start = now - Self.window
        var seconds: [String: Int64] = [:]
        for gap in try daemon.ledger.reader.snapshot({ try $0.gaps(from: start, until: now) }) {
            let blind = min(gap.until ?? now, now) - max(gap.from, start)
            seconds[gap.feed, default: 0] += max(0, blind.seconds)
        }
        return seconds
    }
}
