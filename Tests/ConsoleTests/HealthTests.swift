import Console
import Foundation
import Hummingbird
import HummingbirdTesting
import Journal
import Model
import Testing

@Suite("Health and metrics")
struct HealthTests {
    private static let feeds: JSON = [
        "position": 7,
        "feeds": [
            ["name": "cam-1", "state": "live", "events": 3, "reconnects": 1, "quarantined": 0, "ageSeconds": 4],
            ["name": "a \"quoted\\name\"\nand a line", "state": "silent", "events": 0, "reconnects": 0, "quarantined": 2],
        ],
    ]

    @Test("alive and ready are open to everybody and say so in JSON")
    func open() async throws {
        try await ConsoleBench().serve { client async throws in
            #expect(try await client.get("/livez", token: nil).json == ["status": "alive"])
            #expect(try await client.get("/readyz", token: nil).json == ["status": "ready"])
        }
    }

    @Test("the status is the daemon's own")
    func status() async throws {
        try await ConsoleBench(status: Self.feeds).serve { client async throws in
            #expect(try await client.get("/v1/status").json == Self.feeds)
        }
    }

    @Test("the metrics are OpenMetrics: families declared once and before their samples, counters end in _total, EOF at the end")
    func openMetrics() async throws {
        let bench = try ConsoleBench(status: Self.feeds)
        _ = try await bench.serve { client async throws in
            _ = try await client.sendStructured(ConsoleBench.event("1"))
            _ = try await client.sendStructured(ConsoleBench.event("1"))
            let answer = try await client.get("/metrics")
            #expect(answer.headers[.contentType]?.hasPrefix("application/openmetrics-text; version=1.0.0") == true)
            let lines = answer.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            #expect(lines.suffix(2) == ["# EOF", ""])
            try Self.check(Array(lines.dropLast(2)))
            #expect(lines.contains("patrold_events_accepted_total 1"))
            #expect(lines.contains("patrold_events_duplicate_total 1"))
            #expect(lines.contains("patrold_journal_position 1"))
            #expect(lines.contains(#"patrold_feed_live{feed="cam-1"} 1"#))
            #expect(lines.contains(#"patrold_feed_live{feed="a \"quoted\\name\"\nand a line"} 0"#))
        }
    }

    /// The line grammar of OpenMetrics 1.0, section 4.1, as far as counters and gauges without timestamps go.
    private static func check(_ lines: [String]) throws {
        let declaration = /# (TYPE|HELP|UNIT) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)/
        let label = #"[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*""#
        let sample = try Regex(#"([a-zA-Z_:][a-zA-Z0-9_:]*)(\{\#(label)(?:,\#(label))*\})? (-?[0-9]+(?:\.[0-9]+)?)"#)
        var types: [String: String] = [:]
        var current = ""
        var seen: Set<String> = []
        for line in lines {
            if let match = line.wholeMatch(of: declaration) {
                current = String(match.2)
                guard match.1 == "TYPE" else { continue }
                #expect(types[current] == nil, "declared twice: \(line)")
                types[current] = String(match.3)
                continue
            }
            let match = try #require(line.wholeMatch(of: sample), "not a sample: \(line)")
            let name = String(match[1].substring ?? "")
            #expect(name == (types[current] == "counter" ? current + "_total" : current), "\(line)")
            let series = line[..<(line.lastIndex(of: " ") ?? line.endIndex)]
            #expect(seen.insert(String(series)).inserted, "twice: \(line)")
        }
        #expect(!types.isEmpty)
        #expect(Set(types.values) == ["counter", "gauge"])
    }
}
