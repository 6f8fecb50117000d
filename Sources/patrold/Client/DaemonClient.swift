import Feeds
import Model

/// Talks to the running daemon over its Unix socket; whoever may write may open that file.
struct DaemonClient {
    private let socket: String
    private let multi = CurlMulti(label: "patrold.client")

    init(_ site: Site) {
        socket = site.settings.listen.socket
    }

    /// - Throws: `Failure` 69 where no daemon answers, else by the daemon's problem.
    func send(_ method: String, _ path: String, body: [UInt8]? = nil, type: String = "application/json") async throws(Failure)
        -> JSON
    {
        var request = CurlRequest(url: "http://localhost" + path)
        request.method = method
        request.body = body
        request.unixSocket = socket
        request.totalTimeout = .seconds(300)
        request.lowSpeedTime = .seconds(300)
        request.responseLimit = 64 << 20
        if body != nil { request.headers = [("Content-Type", type)] }
        let response: CurlResponse
        do {
            response = try await multi.send(request)
        } catch {
            throw Failure(
                .unavailable,
                "no daemon answers on \(socket) (\(error)); start it with 'patrold run', or name its configuration with --config")
        }
        guard let answer = try? JSON(parsing: response.body) else {
            throw Failure(.inputOutput, "the daemon answered \(response.status) with something that is not JSON")
        }
        guard (200..<300).contains(response.status) else { throw Self.failure(response.status, answer) }
        return answer
    }

    /// Sends events as one delivery: all are stored or none is; a busy daemon is asked again for half a minute.
    func post(_ events: [Event]) async throws(Failure) -> JSON {
        var body: [UInt8] = []
        for event in events {
            body += event.structured.bytes
            body.append(0x0A)
        }
        for _ in 0..<60 {
            do {
                return try await send("POST", "/v1/events", body: body, type: "application/x-ndjson")
            } catch {
                guard error.code == .tryAgain else { throw error }
            }
            try? await Task.sleep(for: .milliseconds(500))
        }
        return try await send("POST", "/v1/events", body: body, type: "application/x-ndjson")
    }

    private static func failure(_ status: Int, _ problem: JSON) -> Failure {
        let detail = problem["detail"]?.string ?? "the daemon answered \(status)"
        return switch status {
        case 400, 409, 413, 415, 422: Failure(.badData, detail)
        case 401, 403: Failure(.noPermission, detail)
        case 404: Failure(.noInput, detail)
        case 429, 503: Failure(.tryAgain, detail)
        default: Failure(.inputOutput, detail)
        }
    }
}
