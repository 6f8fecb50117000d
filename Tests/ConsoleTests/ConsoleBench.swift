import Console
import Dispatch
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

/// A console on a real port, with a journal and a ledger of its own behind it.
final class ConsoleBench: Sendable {
    let folder: TemporaryFolder
    let clock = ManualClock()
    let journal: Journal
    let ledger: Ledger
    let status: JSON
    let devices: DeviceServices

    static let writer = "writer-token-0123456789"
    static let reader = "reader-token-0123456789"
    static let grants = [
        Grant(name: "district", sourcePrefix: "urn:district:", scopes: [.write], token: writer),
        Grant(name: "screen", sourcePrefix: nil, scopes: [.read], token: reader),
        Grant(name: "any", sourcePrefix: nil, scopes: [.read, .write], token: "any-token-0123456789"),
    ]

    init(
        mailbox: Int = 65_536, status: JSON = ["position": 0, "feeds": []], devices: DeviceServices = .none
    ) throws {
        folder = try TemporaryFolder("console")
        journal = try Journal(path: folder.file("journal.sqlite"), clock: clock, limit: mailbox)
        ledger = try Ledger(
            path: folder.file("ledger.sqlite"), lifecycle: Lifecycle(version: "t", moves: [], limits: [:]), countedBy: [:])
        self.status = status
        self.devices = devices
    }

    func router(_ access: Access = .tokens(grants), limit: Int = 1 << 20) -> Router<ConsoleContext> {
        let (status, ledger) = (status, ledger)
        let services = ConsoleServices(
            journal: journal, ledger: ledger.reader, clock: clock,
            move: { event in
                guard let row = try ledger.reader.incident(event.incident) else {
                    throw Problem(.notFound, "unknown-incident", "none")
                }
                return row
            },
            open: { _ in throw Problem(.notFound, "unknown-visit", "none") }, status: { status }, unready: { [] },
            settle: { number, replay in ["number": .int(number), "replay": .bool(replay)] },
            devices: devices)
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

    /// Stores events and adds them up, as the daemon's pipeline does.
    func store(_ events: Event...) async throws {
        let before = try journal.reader.lastPosition()
        _ = try await journal.append(events.map { .event($0) })
        try ledger.apply(try journal.reader.events(after: before, limit: 1000), decided: 0)
    }

    /// One event as a structured CloudEvent.
    static func event(_ id: String, source: String = "urn:district:1", data: JSON = ["n": 1]) -> JSON {
        [
            "specversion": "1.0", "id": .string(id), "source": .string(source), "type": "org.example.fact",
            "datacontenttype": "application/json", "data": data,
        ]
    }
}

extension TestClientProtocol {
    /// `POST /v1/events` with the writer's token.
    func send(
        _ body: [UInt8], _ type: String?, token: String? = ConsoleBench.writer, headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = headers
        if let type { headers[.contentType] = type }
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await execute(uri: "/v1/events", method: .post, headers: headers, body: ByteBuffer(bytes: body))
    }

    func sendStructured(_ event: JSON, token: String? = ConsoleBench.writer) async throws -> TestResponse {
        try await send(event.bytes, "application/cloudevents+json", token: token)
    }

    func get(_ uri: String, token: String? = ConsoleBench.reader) async throws -> TestResponse {
        var headers: HTTPFields = [:]
        if let token { headers[.authorization] = "Bearer \(token)" }
        return try await execute(uri: uri, method: .get, headers: headers)
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    var json: JSON? { try? JSON(parsing: Array(body.readableBytesView)) }

    /// Whether this is an RFC 9457 problem of that status with a sentence.
    func isProblem(_ status: HTTPResponse.Status, _ code: String) -> Bool {
        self.status == status && headers[.contentType] == "application/problem+json" && json?["status"]?.int == status.code
            && json?["type"]?.string == "urn:patrold:problem:\(code)" && !(json?["detail"]?.string ?? "").isEmpty
            && !(json?["title"]?.string ?? "").isEmpty
    }
}

/// Runs `curl` and returns what it printed.
func curl(_ arguments: [String]) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async {
            continuation.resume(
                with: Result {
                    let process = Process()
                    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
                    process.arguments = ["curl", "--silent", "--max-time", "300"] + arguments
                    let output = Pipe()
                    process.standardOutput = output
                    process.standardError = FileHandle.nullDevice
                    try process.run()
                    let printed = try output.fileHandleForReading.readToEnd() ?? Data()
                    process.waitUntilExit()
                    return String(decoding: printed, as: UTF8.self)
                })
        }
    }
}
