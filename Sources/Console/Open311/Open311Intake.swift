import HTTPTypes
import Hummingbird
import Journal
import Model
import NIOCore
import Platform

/// `POST requests`: a report becomes a complaint of the key's channel, answered after the commit.
struct Open311Intake: Sendable {
    let journal: Journal
    let clock: any WallClock
    let site: Open311Site
    let caller: Open311Caller
    let requests: Open311Requests
    /// Where the stores are read.
    let blocking: BlockingQueue
    /// Largest body in bytes.
    let limit: Int

    /// - Parameter query: what the path's query says; the body goes before it.
    /// - Parameter settled: returns once the ledger shows all that the journal has, or has waited long enough.
    func post(
        _ request: Request, _ query: Open311Fields, settled: () async throws -> Void
    ) async throws -> Open311Document {
        var fields = query
        fields.prefer(try await body(request))
        let reporter = try caller.reporter(fields, request)
        try site.check(fields)
        let submission = try Open311Submission(fields, site.service)
        let key = try Self.key(request)
        let number = key.map { Open311Number.repeated(client: reporter.name, key: $0) } ?? Open311Number.fresh()
        let received = clock.now()
        let complaint = submission.complaint(channel: reporter.channel, number: number, accepted: received)
        let receipt = try await append(Self.event(complaint, submission.addressID, received))
        let name = Open311Identifier(channel: reporter.channel, number: number)
        if receipt.duplicate > 0 {
            try await settled()
            try await check(submission, against: name)
        }
        return .requests([
            .members([
                ("service_request_id", .text(name.text)), ("service_notice", .optional(site.notice)), ("account_id", .none),
            ])
        ])
    }

    /// The event of a complaint as every channel makes it, with `address_id` beside where one was given.
    private static func event(_ complaint: Complaint, _ addressID: String?, _ received: Timestamp) -> Event {
        var data = complaint.json
        if let addressID, let members = data.members {
            data = .object(members + [JSON.Member("address_id", .string(addressID))])
        }
        return Event(
            source: "patrold:/channels/" + complaint.channel, id: complaint.number, type: EventType.complaintReceived,
            subject: complaint.channel + "/" + complaint.number, time: complaint.accepted.text(), received: received,
            data: data.bytes)
    }

    private func append(_ event: Event) async throws(Open311Error) -> Receipt {
        do throws(DeliveryRefused) {
            return try await journal.append([.event(event)])
        } catch {
            switch error.code {
            case .full: throw Open311Error(429, "too many reports wait; send it again", retryAfter: 1)
            case .unwritable: throw Open311Error(503, "the report cannot be kept now; send it again", retryAfter: 5)
            case .stopping: throw Open311Error(503, "the service is stopping; send it again", retryAfter: 2)
            }
        }
    }

    /// A key stands for one report only.
    private func check(_ submission: Open311Submission, against name: Open311Identifier) async throws {
        let requests = requests
        guard let stored = try await blocking.run({ try requests.complaint(name) }) else {
            throw Open311Error(
                503, "the report with this Idempotency-Key is not in the register yet; send it again", retryAfter: 1)
        }
        guard submission.isSame(as: stored) else {
            throw Open311Error(
                422, "this Idempotency-Key was sent with another report; send a new key with a new report")
        }
    }

    private static func key(_ request: Request) throws(Open311Error) -> String? {
        guard let name = HTTPField.Name("Idempotency-Key"), let key = request.headers[name] else { return nil }
        guard !key.isEmpty, key.utf8.count <= 255, key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Open311Error(400, "Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID")
        }
        return key
    }

    private func body(_ request: Request) async throws -> Open311Fields {
        let tooLarge = Open311Error(413, "the body is larger than \(limit) bytes; send pictures as media_url")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
        var fields = Open311Fields()
        let type = (request.headers[.contentType] ?? "").prefix { $0 != ";" }.lowercased().filter { $0 != " " }
        switch type {
        case "application/x-www-form-urlencoded", "": try fields.add(form: body.readableBytesView)
        case "application/json": try fields.add(json: Array(body.readableBytesView))
        default: throw Open311Error(415, "send application/x-www-form-urlencoded, or application/json, and pictures as media_url")
        }
        return fields
    }
}

extension Open311Site {
    /// - Throws: `Open311Error` 404 where a caller means another jurisdiction.
    func check(_ fields: Open311Fields) throws(Open311Error) {
        guard let asked = fields["jurisdiction_id"], let jurisdiction, asked != jurisdiction else { return }
        throw Open311Error(404, "jurisdiction_id was not found; this is '\(jurisdiction)'")
    }
}
