import HTTPTypes
import Hummingbird
import Journal
import Model
import NIOCore

/// `POST /v1/events`: CloudEvents in every HTTP mode, and one event a line; answered after the commit.
struct IntakeRoutes: Sendable {
    let journal: Journal
    let clock: any WallClock
    let access: Access
    /// Largest body in bytes.
    let limit: Int

    func add(to router: Router<ConsoleContext>) {
        router.post("/v1/events") { request, _ in try await post(request) }
    }

    private func post(_ request: Request) async throws -> Response {
        let grant = try access.require(.write, request)
        let body = try await collect(request)
        let arrivals = try await arrivals(request, body, grant)
        do throws(DeliveryRefused) {
            return Self.answer(try await journal.append(arrivals))
        } catch {
            throw Self.problem(error)
        }
    }

    private func collect(_ request: Request) async throws -> ByteBuffer {
        let tooLarge = Problem(
            .contentTooLarge, "too-large", "the body is larger than \(limit) bytes; send smaller batches")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        do {
            return try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }

    /// What the body holds; a body that cannot be read as a whole goes to quarantine and is refused.
    private func arrivals(_ request: Request, _ body: ByteBuffer, _ grant: Grant?) async throws -> [Arrival] {
        let reader = CloudEventReader(received: clock.now())
        let type = request.headers[.contentType] ?? ""
        let source = "patrold:/sources/\(grant?.name ?? "local")"
        do {
            switch MediaType.of(type, request.headers) {
            case .structured:
                let event = try body.withBytes { bytes throws(CloudEventError) in try reader.structured(bytes) }
                return [.event(try allowed(event, grant))]
            case .batch:
                let elements = try body.withBytes { bytes throws(CloudEventError) in try reader.batch(bytes) }
                return try arrivals(elements, body, type, source, reader.received, grant)
            case .lines:
                return try arrivals(body.withBytes { reader.lines($0) }, body, type, source, reader.received, grant)
            case .binary:
                let event = try reader.binary(
                    headers: request.headers.cloudEventAttributes, contentType: request.headers[.contentType],
                    body: Array(body.readableBytesView))
                return [.event(try allowed(event, grant))]
            case .unknown:
                let kept = try await quarantine(body, type, source, "content type '\(type.prefix(80))' is not known")
                throw Problem(
                    .unsupportedMediaType, "unsupported-media-type",
                    "send application/cloudevents+json, application/cloudevents-batch+json, application/x-ndjson, or ce- headers"
                ).with("quarantine", kept)
            }
        } catch let error as CloudEventError {
            let kept = try await quarantine(body, type, source, error.reason)
            throw Problem(.badRequest, "unreadable", error.reason).with("quarantine", kept)
        }
    }

    private func arrivals(
        _ elements: [CloudEventReader.Element], _ body: ByteBuffer, _ type: String, _ source: String,
        _ received: Timestamp, _ grant: Grant?
    ) throws -> [Arrival] {
        try elements.map { bytes, event in
            switch event {
            case .success(let event): return .event(try allowed(event, grant))
            case .failure(let error):
                let raw = body.getBytes(at: body.readerIndex + bytes.lowerBound, length: bytes.count) ?? []
                return .unreadable(
                    Unreadable(
                        source: source, adapter: "cloudevents", reason: error.reason, contentType: type, bytes: raw,
                        received: received))
            }
        }
    }

    private func allowed(_ event: Event, _ grant: Grant?) throws(Problem) -> Event {
        if let grant, !grant.allows(source: event.source) {
            throw Problem(
                .forbidden, "forbidden-source",
                "the token '\(grant.name)' may only send events whose source begins with '\(grant.sourcePrefix ?? "")'")
        }
        if let grant, !grant.scopes.contains(.operate), Self.isOperators(event.type) {
            throw Problem(
                .forbidden, "forbidden-type",
                "events of type '\(event.type)' need a token with the scope 'operate', which '\(grant.name)' has not")
        }
        // Our own decisions and operators' moves do not come from outside.
        if grant != nil, event.source.hasPrefix("patrold:/") {
            throw Problem(.forbidden, "forbidden-source", "sources that begin with 'patrold:/' are the daemon's own")
        }
        return event
    }

    /// Whether a type says what people decide, rather than what a device or a channel saw.
    private static func isOperators(_ type: String) -> Bool {
        [
            "incident.", "register.", "report.", "store.", "complaint.merged", "complaint.separated", "outbox.", "personal.",
            "evidence.", "publication.decided",
        ].contains { type.hasPrefix(EventType.prefix + $0) }
    }

    /// The number under which the body waits in quarantine.
    ///
    /// - Throws: `Problem` 429 or 503 where it could not be kept: the sender still has it and must send it again.
    private func quarantine(
        _ body: ByteBuffer, _ type: String, _ source: String, _ reason: String
    ) async throws(Problem) -> JSON {
        let unreadable = Unreadable(
            source: source, adapter: "cloudevents", reason: reason, contentType: type,
            bytes: Array(body.readableBytesView), received: clock.now())
        do throws(DeliveryRefused) {
            let receipt = try await journal.append([.unreadable(unreadable)])
            return receipt.quarantined.first.map { .int($0.quarantine) } ?? .null
        } catch {
            throw Self.problem(error)
        }
    }

    static func answer(_ receipt: Receipt) -> Response {
        Response.json([
            "accepted": .int(receipt.accepted), "duplicate": .int(receipt.duplicate),
            "quarantined": .array(
                receipt.quarantined.map {
                    ["index": .int($0.index), "reason": .string($0.reason), "quarantine": .int($0.quarantine)]
                }), "position": .int(receipt.position),
        ])
    }

    static func problem(_ refusal: DeliveryRefused) -> Problem {
        switch refusal.code {
        case .full: Problem(.tooManyRequests, "slow-down", refusal.detail).retry(after: 1)
        case .unwritable: Problem(.serviceUnavailable, "unwritable", refusal.detail).retry(after: 5)
        case .stopping: Problem(.serviceUnavailable, "stopping", refusal.detail).retry(after: 2)
        }
    }
}

/// In which way an event is in a request (CloudEvents HTTP binding 1.0.2, section 3).
private enum MediaType {
    case structured, batch, lines, binary, unknown

    static func of(_ type: String, _ headers: HTTPFields) -> MediaType {
        let bare = type.prefix { $0 != ";" }.lowercased()
        switch bare {
        case "application/cloudevents+json": return .structured
        case "application/cloudevents-batch+json": return .batch
        case "application/x-ndjson", "application/ndjson", "application/jsonl": return .lines
        default: return headers[.cloudEventVersion] == nil ? .unknown : .binary
        }
    }
}

extension HTTPField.Name {
    /// `ce-specversion`, whose presence says binary mode.
    ///
    /// The literal is a valid name, so this never takes the default.
    fileprivate static let cloudEventVersion = HTTPField.Name("ce-specversion") ?? .contentType
}

extension HTTPFields {
    /// The `ce-` headers without their prefix, percent-decoded.
    fileprivate var cloudEventAttributes: [(name: String, value: String)] {
        compactMap { field in
            let name = field.name.canonicalName
            guard name.hasPrefix("ce-") else { return nil }
            return (String(name.dropFirst(3)), field.value.removingPercentEncoding ?? field.value)
        }
    }
}

extension ByteBuffer {
    /// The readable bytes, for the duration of the call.
    fileprivate func withBytes<Value, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var result: Result<Value, Failure>?
        withUnsafeReadableBytes { raw in
            let bytes = raw.bindMemory(to: UInt8.self)
            do throws(Failure) { result = .success(try body(bytes)) } catch { result = .failure(error) }
        }
        guard let result else { preconditionFailure("withUnsafeReadableBytes always calls its closure") }
        return try result.get()
    }
}
