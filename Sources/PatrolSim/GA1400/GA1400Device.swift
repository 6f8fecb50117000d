import Dispatch
import Model
import Synchronization

/// A simulated device that pushes to a GA/T 1400 platform: it registers, keeps alive, and sends each object until the
/// platform says StatusCode 0.
///
/// Everything may be called from any thread. `start` makes it work by itself; the single calls are for tests.
package final class GA1400Device: Sendable {
    package struct Settings: Sendable {
        /// 20 digits.
        package var id: String
        package var user: String
        package var password: String
        package var host = "127.0.0.1"
        package var port: Int
        package var keepalive = Span.seconds(90)
        /// Before it tries again.
        package var pause = Span.milliseconds(200)
        /// Seconds to wait for an answer.
        package var patience = 30

        package init(id: String, user: String? = nil, password: String, port: Int) {
            self.id = id
            self.user = user ?? id
            self.password = password
            self.port = port
        }
    }

    package struct Tally: Hashable, Sendable {
        package var registrations = 0
        package var keepalives = 0
        /// Calls that carried objects, repeats included.
        package var posts = 0
        /// Objects that the platform took with StatusCode 0.
        package var taken = 0
        /// Objects that it gave up because the platform cannot read them.
        package var givenUp = 0
        /// Answers 401 and 503 to calls that carried objects.
        package var unregistered = 0
        package var comeAgain = 0
    }

    struct State {
        var faults: Set<GA1400Fault> = []
        var waiting: [SimVIIDObject] = []
        var isRegistered = false
        var tally = Tally()
        var nonceCount = 0
        var task: Task<Void, Never>?
    }

    package let settings: Settings
    let state = Mutex(State())
    private let queue = DispatchQueue(label: "patrolsim.ga1400")

    package init(_ settings: Settings) {
        self.settings = settings
    }

    package var tally: Tally { state.withLock { $0.tally } }
    /// Objects that the platform has not taken yet.
    package var waiting: Int { state.withLock { $0.waiting.count } }
    package var isRegistered: Bool { state.withLock { $0.isRegistered } }
    package var faults: Set<GA1400Fault> { state.withLock { $0.faults } }
    package func inject(_ fault: GA1400Fault) { state.withLock { _ = $0.faults.insert(fault) } }
    package func clearFaults() { state.withLock { $0.faults = [] } }

    /// Queues an object; it stays until the platform has taken it.
    package func saw(_ object: SimVIIDObject) { state.withLock { $0.waiting.append(object) } }

    /// Loses power and memory of its registration, not its objects.
    package func reboot() { state.withLock { $0.isRegistered = false } }

    /// Begins to work by itself.
    package func start() {
        let task = Task { await self.work() }
        state.withLock { $0.task = task }
    }

    package func stop() async {
        let task = state.withLock { $0.task }
        task?.cancel()
        await task?.value
    }

    /// Sends one call and gives HTTP status and body; status 0 where nobody answered.
    package func call(
        _ method: String, _ path: String, _ json: JSON? = nil, headers: [(String, String)] = []
    ) async -> (status: Int, json: JSON?) {
        let reply = await send(method, path, json?.bytes ?? [], headers)
        return (reply?.status ?? 0, reply.flatMap { try? JSON(parsing: $0.body) })
    }

    func send(_ method: String, _ path: String, _ body: [UInt8], _ headers: [(String, String)] = []) async -> PlainHTTP.Reply? {
        let client = PlainHTTP(host: settings.host, port: settings.port, patience: settings.patience)
        let connection = faults.contains(.sloppyDigest) ? "keepalive" : "close"
        let all = [
            ("User-Identify", settings.id), ("Content-Type", "application/VIID+JSON;charset=UTF-8"), ("Connection", connection),
        ]
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: client.send(method, path, all + headers, body)) }
        }
    }
}
