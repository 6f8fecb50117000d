import Journal
import Model

/// The daemon's numbers in OpenMetrics 1.0 text.
struct Metrics {
    let status: JSON
    let journal: Journal.Counters

    var text: String {
        var lines: [String] = []
        family(&lines, "patrold_events_accepted", "counter", "Events stored.", [("_total", [], journal.accepted)])
        family(
            &lines, "patrold_events_duplicate", "counter", "Events that were stored already.", [("_total", [], journal.duplicate)]
        )
        family(
            &lines, "patrold_events_quarantined", "counter", "Deliveries that could not be read.",
            [("_total", [], journal.quarantined)])
        family(&lines, "patrold_commits", "counter", "Group commits.", [("_total", [], journal.commits)])
        family(&lines, "patrold_commit_failures", "counter", "Commits that failed.", [("_total", [], journal.failures)])
        family(
            &lines, "patrold_commit_microseconds", "counter", "Time spent in commits, fsync included.",
            [("_total", [], Int(journal.commitMicroseconds))])
        family(&lines, "patrold_journal_position", "gauge", "Last position of the journal.", [("", [], Int(journal.position))])
        feedFamilies(&lines)
        lines.append("# EOF")
        return lines.joined(separator: "\n") + "\n"
    }

    private func feedFamilies(_ lines: inout [String]) {
        let feeds = status["feeds"]?.array ?? []
        func samples(_ member: String) -> [Sample] {
            feeds.compactMap { feed in
                guard let name = feed["name"]?.string, let value = feed[member]?.int else { return nil }
                return ("", [("feed", name)], value)
            }
        }
        func totals(_ member: String) -> [Sample] { samples(member).map { ("_total", $0.1, $0.2) } }
        family(&lines, "patrold_feed_events", "counter", "Events delivered by a feed.", totals("events"))
        family(&lines, "patrold_feed_reconnects", "counter", "Reconnects of a feed.", totals("reconnects"))
        family(&lines, "patrold_feed_quarantined", "counter", "Unreadable deliveries of a feed.", totals("quarantined"))
        family(
            &lines, "patrold_feed_live", "gauge", "1 while a feed hears its device.",
            feeds.compactMap { feed in
                feed["name"]?.string.map { ("", [("feed", $0)], feed["state"]?.string == "live" ? 1 : 0) }
            })
        family(&lines, "patrold_feed_age_seconds", "gauge", "Seconds since a feed heard anything.", samples("ageSeconds"))
    }

    private typealias Sample = (suffix: String, labels: [(String, String)], value: Int)

    private func family(_ lines: inout [String], _ name: String, _ type: String, _ help: String, _ samples: [Sample]) {
        lines.append("# TYPE \(name) \(type)")
        lines.append("# HELP \(name) \(help)")
        for (suffix, labels, value) in samples {
            let text = labels.map { "\($0.0)=\"\(Self.escape($0.1))\"" }.joined(separator: ",")
            lines.append("\(name)\(suffix)\(text.isEmpty ? "" : "{\(text)}") \(value)")
        }
    }

    private static func escape(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
