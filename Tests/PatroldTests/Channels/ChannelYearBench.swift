import Feeds
import Foundation
import Ledger
import Model
import PatrolSim
import TestKit
import Testing

@testable import patrold

/// A daemon whose channels tell the year 2021, at several sittings; between them it is down.
final class ChannelYearBench {
    let folder: TemporaryFolder
    let year: ChannelYear
    let config: String
    private let cameras: SimulatedCity

    init() async throws {
        folder = try TemporaryFolder()
        year = try await ChannelYear.start(folder: folder.file("sim"))
        cameras = try await SimulatedCity.start(
            folder: folder.file("city"), seed: 1, pace: .init(alarmsPerMille: 0, recordings: nil, channelFiles: nil))
        var lines = ["channels:", "  folder: sim/channels", "  connections:"]
        for connection in year.connections {
            try Self.secret(connection.secret, connection.channel, folder)
            lines.append(
                "    - " + connection.entry(secretFile: "secret-" + connection.channel, every: "1s", since: "2021-01-01"))
        }
        lines += ["incidents: {tolerance: 400d}", "cameras:"]
        for camera in cameras.cameras {
            try Self.secret(camera.password, camera.name, folder)
            lines.append(
                "  - {name: \(camera.name), adapter: isapi, url: \"\(camera.url)\", user: \(camera.user), "
                    + "password: {file: secret-\(camera.name)}, place: \(camera.place)}")
        }
        config = try writeConfiguration(folder, lines.joined(separator: "\n"))
    }

    private static func secret(_ text: String, _ name: String, _ folder: TemporaryFolder) throws {
        try folder.write(text, to: "secret-" + name)
        chmod(folder.file("secret-" + name), 0o600)
    }

    func stop() async {
        await cameras.stop()
        await year.stop()
    }

    func daemon(at time: Timestamp) async throws -> DaemonProcess {
        try await DaemonProcess(
            config: config, log: folder.file("daemon-\(UUID().uuidString.prefix(8)).log"),
            arguments: ["--simulated-clock", time.text() + "@1"])
    }

    /// Everything up to a moment comes in, and is closed where it was closed by then.
    func sit(until time: Timestamp) async throws {
        let sent = try year.advance(to: time)
        let daemon = try await daemon(at: time)
        for change in sent where change.complaint.closed == nil && year.way(of: change.complaint) == .hand {
            try typeIn(change.complaint)
        }
        try post(sent.filter { year.way(of: $0.complaint) == .post }, to: daemon)
        let all = year.year.complaints
        let accepted = all.filter { $0.accepted <= time }.count
        let cameIn = try await eventually(within: 240, every: 0.2) { try rows().count >= accepted }
        if !cameIn {
            let words = try "\(rows().count) of \(accepted) came in: \(counts()) \(details())"
            Issue.record("\(words)")
        }
        try await close(sent.filter { $0.complaint.closed != nil })
        let closed = all.filter { complaint in complaint.closed.map { $0 <= time } ?? false }.count
        let wentOut = try await eventually(within: 180, every: 0.2) { try rows().filter { $0.closed != nil }.count >= closed }
        if !wentOut {
            let words = try "\(rows().filter { $0.closed != nil }.count) of \(closed) are closed: \(details())"
            Issue.record("\(words)")
        }
        #expect(daemon.stop() == 0)
    }

    /// As a clerk does.
    private func typeIn(_ complaint: SimComplaint) throws {
        let outcome = try Program.run([
            "complaint", "add", "--channel", complaint.channel.name, "--number", complaint.number, "--accepted",
            complaint.accepted.text(), "--text", complaint.text, "--place", complaint.place, "--category", complaint.category,
            "--reporter", complaint.reporter, "--phone", complaint.phone, "--config", config,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    /// As the television station's program does, with its own token.
    private func post(_ changes: [ChannelYear.Change], to daemon: DaemonProcess) throws {
        let lines = changes.map { change in
            let event = event(change.complaint, number: change.complaint.number)
            return Event(
                source: "https://tv.example/complaints", id: event.id, type: event.type, subject: event.subject,
                time: event.time, received: event.received, data: event.data)
        }
        guard !lines.isEmpty else { return }
        let client = try #require(PlainHTTPClient(port: daemon.port))
        let body = lines.map { String(decoding: $0.structured.bytes, as: UTF8.self) + "\n" }.joined()
        let answer = try #require(client.post("/v1/events", body, type: "application/x-ndjson", token: "test-token"))
        #expect((200..<300).contains(answer.status), "\(answer.body.prefix(500))")
    }

    private func event(_ complaint: SimComplaint, number: String) -> Event {
        if let closed = complaint.closed {
            return ComplaintClosing(
                channel: complaint.channel.key, number: number, closed: closed, outcome: complaint.outcome
            ).event(received: closed)
        }
        var told = Complaint(
            channel: complaint.channel.key, number: number, accepted: complaint.accepted, text: complaint.text)
        told.place = complaint.place
        told.category = complaint.category
        return told.event(received: complaint.accepted)
    }

    /// Closings that no server tells: the counter's by the command, those of web sites as the command sends them.
    private func close(_ closings: [ChannelYear.Change]) async throws {
        for change in closings where year.way(of: change.complaint) == .hand {
            let outcome = try Program.run([
                "complaint", "close", change.complaint.channel.key + "/" + change.complaint.number, "--closed",
                change.complaint.closed?.text() ?? "", "--outcome", change.complaint.outcome, "--config", config,
            ])
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
        // A web site has no numbers: the complaint is found by its time.
        var numbers: [String: [String]] = [:]
        for row in try rows() where row.closed == nil {
            numbers[row.name.channel + row.accepted.text(), default: []].append(row.name.number)
        }
        let events = closings.filter { year.way(of: $0.complaint) == .syndication }.compactMap { change -> Event? in
            let key = change.complaint.channel.key + change.complaint.accepted.text()
            let own = numbers[key]?.firstIndex { !$0.hasPrefix(change.complaint.channel.prefix) }
            return own.flatMap { numbers[key]?.remove(at: $0) }.map { event(change.complaint, number: $0) }
        }
        let client = DaemonClient(try Site(path: config))
        for start in stride(from: 0, to: events.count, by: 500) {
            let batch = Array(events[start..<min(start + 500, events.count)])
            let answer = try await client.post(batch)
            #expect(answer["accepted"]?.int == batch.count)
        }
    }

    // MARK: What is known

    func rows() throws -> [ComplaintRow] {
        let path = folder.file("data/ledger.sqlite")
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        var filter = ComplaintFilter()
        filter.limit = 50_000
        return try LedgerReader(path: path).register(filter)
    }

    func counts() throws -> [String: Int] { Dictionary(grouping: try rows(), by: \.name.channel).mapValues(\.count) }

    func feeds() throws -> [String: JSON] {
        let feeds = try Program.run(["status", "--json", "--config", config]).json?["feeds"]?.array ?? []
        return Dictionary(feeds.map { ($0["name"]?.string ?? "", $0) }) { first, _ in first }
    }

    private func details() throws -> String { try feeds().values.map(\.text).joined(separator: "\n") }

    /// Events about complaints in the journal, of each type.
    func told() throws -> [String: Int] {
        let output = try Program.run(["tail", "-n", "100000", "--type", "*complaint*", "--json", "--config", config]).output
        let types = output.split(separator: "\n").compactMap { (try? JSON(parsing: String($0)))?["type"]?.string }
        return Dictionary(grouping: types) { $0 }.mapValues(\.count)
    }
}
