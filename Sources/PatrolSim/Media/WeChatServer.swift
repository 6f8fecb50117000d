import Model
import Synchronization

/// WeChat's interface on loopback: tokens, follower statistics, and its errors.
///
/// It holds clients to the rules: spans of at most seven days, nothing later than yesterday, nothing before 08:00, and
/// only the last token that it gave.
package final class WeChatServer: Sendable {
    /// One day's figures.
    package struct Figures: Hashable, Sendable {
        package var total: Int
        /// New and cancelled followers of each source of users.
        package var changes: [(source: Int, new: Int, cancelled: Int)] = []

        package init(total: Int, changes: [(source: Int, new: Int, cancelled: Int)] = []) {
            self.total = total
            self.changes = changes
        }

        package static func == (left: Figures, right: Figures) -> Bool { left.total == right.total }
        package func hash(into hasher: inout Hasher) { hasher.combine(total) }
    }

    package struct State: Sendable {
        package var days: [Day: Figures] = [:]
        /// Error codes of the next answers to statistics, one each; 0 answers in order.
        package var faults: [Int] = []
        /// Error codes of the next answers to the token's door.
        package var tokenFaults: [Int] = []
        /// An HTTP status for everything.
        package var status: Int?
        /// Spans that were asked for, `getusercumulate 2021-01-01 2021-01-07`.
        package var questions: [String] = []
        package var tokens = 0
        /// Whether the token that is out is accepted.
        package var tokenIsGood = true
    }

    package static let appID = "wx1234567890"
    package static let secret = "s3cret-of-wechat"

    package let state = Mutex(State())
    private let clock: any WallClock
    private let server = Mutex<SimHTTPServer?>(nil)

    private init(clock: any WallClock) {
        self.clock = clock
    }

    /// Begins to serve.
    ///
    /// - Parameter clock: what it takes for the present.
    package static func start(clock: any WallClock) async throws -> WeChatServer {
        let wechat = WeChatServer(clock: clock)
        let server = try await SimHTTPServer.start { [weak wechat] request in wechat?.answer(request) ?? .hangUp }
        wechat.server.withLock { $0 = server }
        return wechat
    }

    package var url: String { "http://127.0.0.1:\(server.withLock { $0?.port ?? 0 })" }

    package func stop() async { await server.withLock { $0 }?.stop() }

    /// The token that is out.
    package var token: String { "TOKEN-\(state.withLock { $0.tokens })" }

    private func answer(_ request: PushRequest) -> SimReply {
        if let status = state.withLock({ $0.status }) { return .answer(PushAnswer(status)) }
        let body: JSON =
            switch request.path {
            case "/cgi-bin/token": giveToken(request)
            case "/datacube/getusercumulate", "/datacube/getusersummary": statistics(request)
            default: Self.error(40066)
            }
        return .answer(PushAnswer(200, headers: [("Content-Type", "application/json")], body: body.bytes))
    }

    private func giveToken(_ request: PushRequest) -> JSON {
        state.withLock { state in
            if !state.tokenFaults.isEmpty { return Self.error(state.tokenFaults.removeFirst()) }
            guard request.query.contains("appid=" + Self.appID) else { return Self.error(40013) }
            guard request.query.contains("secret=" + Self.secret) else { return Self.error(40001) }
            state.tokens += 1
            state.tokenIsGood = true
            return ["access_token": .string("TOKEN-\(state.tokens)"), "expires_in": 7200]
        }
    }

    private func statistics(_ request: PushRequest) -> JSON {
        let body = (try? JSON(parsing: request.body)) ?? .null
        let name = request.path.split(separator: "/").last.map(String.init) ?? ""
        return state.withLock { state in
            guard state.tokenIsGood, request.query == "access_token=TOKEN-\(state.tokens)" else { return Self.error(40001) }
            if !state.faults.isEmpty {
                let code = state.faults.removeFirst()
                if code != 0 { return Self.error(code) }
            }
            guard let first = body["begin_date"]?.string.flatMap({ Day($0) }),
                let last = body["end_date"]?.string.flatMap({ Day($0) })
            else { return Self.error(61500) }
            let readable = Day(number: Day(clock.now() - .hours(8), in: .shanghai).number - 1)
            guard first <= last, last.number - first.number < 7, last <= readable else { return Self.error(61501) }
            state.questions.append("\(name) \(first) \(last)")
            let days = state.days.filter { first <= $0.key && $0.key <= last }.sorted { $0.key < $1.key }
            return ["list": .array(days.flatMap { Self.rows(name, $0.key, $0.value) })]
        }
    }

    private static func rows(_ name: String, _ day: Day, _ figures: Figures) -> [JSON] {
        guard name == "getusersummary" else {
            return [["ref_date": .string(day.description), "user_source": 0, "cumulate_user": .int(figures.total)]]
        }
        return figures.changes.map { source, new, cancelled in
            [
                "ref_date": .string(day.description), "user_source": .int(source), "new_user": .int(new),
                "cancel_user": .int(cancelled),
            ]
        }
    }

    private static func error(_ code: Int) -> JSON {
        ["errcode": .int(code), "errmsg": .string("error \(code) rid: 1-2-3")]
    }
}
