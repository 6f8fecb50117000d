import Console
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Incidents
import Journal
import Ledger
import Logging
import Model
import TestKit

/// An Open311 edge on a real port, with a journal whose events reach the ledger and open incidents, as in the daemon.
final class Open311Bench: Sendable {
    let folder: TemporaryFolder
    let clock: ManualClock
    let journal: Journal
    let ledger: Ledger
    let site: Open311Site
    /// Turns events into rows; the journal calls back on its own queue, one commit at a time.
    private let pipeline: Open311Pipeline

    static let key = "open311-key-0123456789"
    static let otherKey = "other-key-0123456789"
    static let reader = "reader-token-0123456789"
    static let writer = "writer-token-0123456789"
    static let grants = [
        Grant(name: "app", sourcePrefix: nil, scopes: [.open311], channel: "smart-kundulun", token: key),
        Grant(name: "portal", sourcePrefix: nil, scopes: [.open311], channel: "civil-baotou", token: otherKey),
        Grant(name: "screen", sourcePrefix: nil, scopes: [.read], token: reader),
        Grant(name: "district", sourcePrefix: "urn:district:", scopes: [.write], token: writer),
    ]
    static let start = Timestamp(seconds: 1_623_000_000)

    init(seal: PersonalSeal? = nil, _ change: (inout Open311Site) -> Void = { _ in }) throws {
        folder = try TemporaryFolder("open311")
        clock = ManualClock(Self.start)
        journal = try Journal(path: folder.file("journal.sqlite"), clock: clock, seal: seal)
        let lifecycle = Lifecycle(
            version: "t", moves: [.init(action: .reject, from: [.reported], to: .rejected)], limits: [.reported: .hours(4)])
        ledger = try Ledger(path: folder.file("ledger.sqlite"), lifecycle: lifecycle, countedBy: [:])
        var site = Open311Site(services: [
            Open311Service(code: "0102", name: "暴露垃圾", group: "市容环境", keywords: ["垃圾", "废弃物"]),
            Open311Service(code: "0504", name: "店外经营", group: "街面秩序"),
            Open311Service(code: "0399", name: "其他 <&>", group: "施工管理", description: "\"其他\" & more"),
        ])
        site.jurisdiction = "kundulun.example"
        site.notice = "四小时内核实"
        site.agency = "昆都仑区城市管理综合执法局"
        site.contact = "热线 12345"
        // However long a busy machine lets the pipeline wait, what was reported is in the answer.
        site.patience = .minutes(2)
        change(&site)
        self.site = site
        pipeline = Open311Pipeline(journal: journal, ledger: ledger)
        let pipeline = pipeline
        journal.onCommit { _ in pipeline.turn() }
    }

    func router(_ access: Access = .tokens(grants), limit: Int = 1 << 20) -> Router<ConsoleContext> {
        let services = ConsoleServices(
            journal: journal, ledger: ledger.reader, clock: clock,
            move: { _ in throw Problem(.notFound, "unknown-incident", "none") },
            open: { _ in throw Problem(.notFound, "unknown-visit", "none") }, status: { [:] }, unready: { [] },
            settle: { _, _ in [:] }, open311: site)
        return ConsoleRouter.make(services, access: access, intakeLimit: limit)
    }

    /// Listens on a free port for the length of the block.
    func serve<Value: Sendable>(
        _ access: Access = .tokens(grants), limit: Int = 1 << 20,
        _ body: @Sendable (any TestClientProtocol) async throws -> Value
    ) async throws -> Value {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let app = Application(router: router(access, limit: limit), logger: logger)
        defer { journal.close() }
        return try await app.test(.live, body)
    }

    /// A complaint of some channel, as a feed delivers it.
    func receive(_ complaint: Complaint) async throws {
        let event = Event(
            source: "patrold:/channels/" + complaint.channel, id: complaint.number, type: EventType.complaintReceived,
            time: complaint.accepted.text(), received: clock.now(), data: complaint.json.bytes)
        _ = try await journal.append([.event(event)])
    }

    /// The channel's word that a complaint is done.
    func close(channel: String, number: String, at closed: Timestamp) async throws {
        let closing = ComplaintClosing(channel: channel, number: number, closed: closed, outcome: "已清运")
        let event = Event(
            source: "patrold:/channels/" + channel, id: number + "/closed", type: EventType.complaintClosed,
            received: clock.now(), data: closing.json.bytes)
        _ = try await journal.append([.event(event)])
    }

    /// The complaints in the journal, in order.
    func complaints() throws -> [Complaint] {
        try journal.reader.events(after: 0, limit: 5000).filter { $0.event.type == EventType.complaintReceived }
            .compactMap { $0.event.payload.flatMap { Complaint($0) } }
    }
}

/// Journal to ledger, with the correlator between, so that complaints open incidents.
///
/// `@unchecked Sendable`: the correlator and the cursor are touched on `queue` only.
final class Open311Pipeline: @unchecked Sendable {
    private let queue = DispatchQueue(label: "test.pipeline")
    private let journal: Journal
    private let ledger: Ledger
    private var cursor: Position = 0
    private var correlator = Correlator(rules: CorrelationRules(version: "1"))

    init(journal: Journal, ledger: Ledger) {
        self.journal = journal
        self.ledger = ledger
    }

    func turn() {
        queue.async { self.apply() }
    }

    private func apply() {
        guard let events = try? journal.reader.events(after: cursor, limit: 5000), let last = events.last else { return }
        var decisions: [Event] = []
        try? ledger.apply(events, decided: last.position) { stored, lookup in
            for decision in try correlator.on(stored, lookup: lookup) {
                decisions.append(Decision.event(decision, received: stored.event.received))
            }
        }
        cursor = last.position
        if !decisions.isEmpty { journal.append(decisions.map { .event($0) }) { _ in } }
    }
}

extension TestClientProtocol {
    /// Reports by form.
    func report(
        _ fields: [String: String], to uri: String = "/open311/v2/requests.json", key: String? = Open311Bench.key,
        headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = headers[.contentType] ?? "application/x-www-form-urlencoded; charset=utf-8"
        var fields = fields
        if let key { fields["api_key"] = key }
        let form = fields.sorted { $0.key < $1.key }.map { $0.key + "=" + $0.value.formEncoded }.joined(separator: "&")
        return try await execute(uri: uri, method: .post, headers: headers, body: ByteBuffer(string: form))
    }

    /// Reads with a key in the query.
    func ask(_ path: String, key: String? = Open311Bench.key, headers: HTTPFields = [:]) async throws -> TestResponse {
        let uri = "/open311/v2/" + path + (key.map { (path.contains("?") ? "&" : "?") + "api_key=" + $0 } ?? "")
        return try await execute(uri: uri, method: .get, headers: headers)
    }
}

extension String {
    var formEncoded: String {
        utf8.map { byte in
            let isPlain = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

extension TestResponse {
    /// Whether this is a list of errors of that code, each with a sentence; the status is the first one's.
    func isOpen311Error(_ code: Int, _ word: String = "") -> Bool {
        guard status.code == code, headers[.contentType] == "application/json; charset=utf-8", let list = json?.array,
            !list.isEmpty
        else { return false }
        return list.first?["code"]?.int == code
            && list.allSatisfy { !($0["description"]?.string ?? "").isEmpty && $0.members?.count == 2 }
            && list.contains { $0["description"]?.string?.contains(word) == true || word.isEmpty }
    }

    /// The id of the request that was made.
    var requestID: String? { json?.array?.first?["service_request_id"]?.string }
}

/// Runs a program of the tests' Python environment and returns what it printed, or nothing where there is none.
func python(_ arguments: [String], input: String = "") async throws -> String? {
    let program = Fixtures.root + "/.venv/bin/python"
    guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
    return try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async {
            continuation.resume(
                with: Result {
                    let process = Process()
                    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
                    process.arguments = ["--signal=KILL", "300", program] + arguments
                    let (output, given) = (Pipe(), Pipe())
                    process.standardInput = given
                    process.standardOutput = output
                    try process.run()
                    try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
                    try given.fileHandleForWriting.close()
                    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
                    process.waitUntilExit()
                    return String(decoding: printed, as: UTF8.self)
                })
        }
    }
}
