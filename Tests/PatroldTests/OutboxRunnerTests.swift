import Dispatch
import Incidents
import Journal
import Ledger
import Logging
import Model
import Synchronization
import TestKit
import Testing

@testable import patrold

@Suite("Sending the outbox", .timeLimit(.minutes(10)))
struct OutboxRunnerTests {
    /// Journal and ledger of one folder; the ledger follows the journal as the pipeline makes it.
    private final class Desk: Sendable {
        let folder: TemporaryFolder
        let clock = ManualClock()
        let journal: Journal
        let ledger: Ledger
        private let queue = DispatchQueue(label: "patrold.test.pipeline")

        init() throws {
            folder = try TemporaryFolder("outbox")
            journal = try Journal(path: folder.file("journal.sqlite"), clock: clock)
            ledger = try Ledger(
                path: folder.file("ledger.sqlite"), lifecycle: Lifecycle(version: "1", moves: [], limits: [:]), countedBy: [:])
            let (journal, ledger, queue) = (journal, ledger, queue)
            journal.onCommit { _ in
                queue.async {
                    guard let cursor = try? ledger.progress().cursor,
                        let events = try? journal.reader.events(after: cursor, limit: 1000)
                    else { return }
                    try? ledger.apply(events, decided: 0)
                }
            }
        }

        func runner(_ transport: @escaping OutboxTransport) -> OutboxRunner {
            OutboxRunner(
                journal: journal, ledger: ledger.reader, clock: clock, log: Logger(label: "test"), transport: transport)
        }

        func queue(_ message: String, to recipient: String = "channel:a", about subject: String = "a/1") async throws {
            let message = OutboxMessage(
                message: message, recipient: recipient, kind: OutboxMessage.complaintClosed, subject: subject,
                body: ["outcome": "已清理"])
            _ = try await journal.append([.event(OutboxEvents.queued(message, received: clock.now()))])
        }

        func states() -> [String] {
            ((try? ledger.reader.outbox()) ?? []).map { "\($0.entry.key.message) \($0.state.rawValue) \($0.entry.tries)" }
        }

        func close() {
            journal.close()
            queue.sync {}
            ledger.close()
        }
    }

    /// What a recipient was told, in order.
    private final class Told: Sendable {
        private let list = Mutex<[String]>([])
        var all: [String] { list.withLock { $0 } }

        /// Notes a message and returns how often it has come.
        func note(_ message: OutboxMessage) -> Int {
            list.withLock { list in
                list.append(message.message)
                return list.count { $0 == message.message }
            }
        }
    }

    @Test("what fails is sent again under the same name, what follows it about the same matter waits, and all is delivered")
    func repeats() async throws {
        let (desk, told) = (try Desk(), Told())
        let runner = desk.runner { message, done in
            let failed = told.note(message) == 1 && message.message == "m1"
            done(OutboxAnswer(result: failed ? .failed : .delivered, sentence: failed ? "call 13900139000" : "taken"))
        }
        runner.start()
        try await desk.queue("m1")
        try await desk.queue("m2")
        #expect(await eventually { desk.states() == ["m2 pending 0", "m1 pending 1"] })
        #expect(told.all == ["m1"])
        #expect(try desk.ledger.reader.outbox().last?.sentence == "call ***")
        desk.clock.advance(.minutes(1))
        #expect(await eventually { desk.states() == ["m2 delivered 1", "m1 delivered 2"] })
        #expect(told.all == ["m1", "m1", "m2"])
        await runner.stop()
        desk.close()
    }

    @Test("an attempt that was under way at the stop is made again, and its event stands once")
    func restart() async throws {
        let (desk, told) = (try Desk(), Told())
        let silent = desk.runner { message, _ in _ = told.note(message) }
        silent.start()
        try await desk.queue("m1")
        #expect(await eventually { told.all == ["m1"] })
        await silent.stop()
        #expect(desk.states() == ["m1 pending 0"])
        let runner = desk.runner { message, done in
            _ = told.note(message)
            // A transport that answers twice counts once.
            done(OutboxAnswer(result: .delivered, sentence: "taken"))
            done(OutboxAnswer(result: .failed, sentence: "late"))
        }
        runner.start()
        #expect(await eventually { desk.states() == ["m1 delivered 1"] })
        #expect(told.all == ["m1", "m1"])
        await runner.stop()
        desk.close()
    }

    @Test("a recipient that never answers holds up nobody else, and one that refuses is given up")
    func apart() async throws {
        let desk = try Desk()
        let runner = desk.runner { message, done in
            guard message.recipient != "channel:dead" else { return }
            done(OutboxAnswer(result: message.recipient == "channel:no" ? .rejected : .delivered, sentence: "word"))
        }
        for number in 1...30 { try await desk.queue("d\(number)", to: "channel:dead", about: "dead/\(number)") }
        try await desk.queue("m1", to: "channel:a")
        try await desk.queue("n1", to: "channel:no", about: "no/1")
        runner.start()
        #expect(await eventually { desk.states().contains("m1 delivered 1") && desk.states().contains("n1 given-up 1") })
        await runner.stop()
        desk.close()
    }
}
