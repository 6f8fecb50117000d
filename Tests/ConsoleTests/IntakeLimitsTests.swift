import Console
import Dispatch
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Model
import TestKit
import Testing

@Suite("POST /v1/events under pressure")
struct IntakeLimitsTests {
    @Test("a body that says it is too large is refused with 413 and stores nothing")
    func tooLargeByLength() async throws {
        let bench = try ConsoleBench()
        try await bench.serve(limit: 1000) { client async throws in
            let answer = try await client.sendStructured(
                ConsoleBench.event("1", data: .string(String(repeating: "x", count: 1000))))
            #expect(answer.isProblem(.contentTooLarge, "too-large"))
            #expect(answer.json?["detail"]?.string?.contains("1000") == true)
            #expect(try bench.journal.reader.lastPosition() == 0)
        }
    }

    @Test("the limit itself still fits")
    func exactlyTheLimit() async throws {
        let bench = try ConsoleBench()
        let body = ConsoleBench.event("1").bytes
        try await bench.serve(limit: body.count) { client async throws in
            #expect(try await client.send(body, "application/cloudevents+json").status == .ok)
            let larger = try await client.send(body + [0x20], "application/cloudevents+json")
            #expect(larger.status == .contentTooLarge)
        }
    }

    @Test("50 MiB against a limit of 1 MiB: 413, with and without Content-Length", arguments: [true, false])
    func stream(saysLength: Bool) async throws {
        let bench = try ConsoleBench()
        let path = bench.folder.file("large")
        #expect(FileManager.default.createFile(atPath: path, contents: Data(count: 50 << 20)))
        try await bench.serve(limit: 1 << 20) { client async throws in
            let port = try #require(client.port)
            let printed = try await curl([
                "--data-binary", "@" + path, "--header", "Authorization: Bearer \(ConsoleBench.writer)",
                "--header", "Content-Type: application/cloudevents+json", "--header", "Expect:",
                "--write-out", "\n%{http_code}", "--header", saysLength ? "X-None: 1" : "Transfer-Encoding: chunked",
                "http://localhost:\(port)/v1/events",
            ])
            #expect(printed.hasSuffix("\n413"), "\(printed.suffix(200))")
            // The next sender is served as if nothing had been.
            #expect(try await client.sendStructured(ConsoleBench.event("1")).status == .ok)
        }
    }

    @Test("a full journal answers 429 with Retry-After and keeps nothing; afterwards the same event is taken")
    func journalFull() async throws {
        let bench = try ConsoleBench(mailbox: 2)
        try await bench.serve { client async throws in
            let gate = DispatchSemaphore(value: 0)
            await withCheckedContinuation { (held: CheckedContinuation<Void, Never>) in
                bench.journal.turnToken {
                    held.resume()
                    // A broken promise must fail, not hang.
                    _ = gate.wait(timeout: .now() + 300)
                }
            }
            // Whatever fails below, the journal must go on.
            defer { gate.signal() }
            let waiting = (0..<2).map { Event(source: "s", id: "\($0)", type: "t", received: bench.clock.now(), data: []) }
            bench.journal.append(waiting.map { .event($0) }) { _ in }
            let refused = try await client.sendStructured(ConsoleBench.event("1"))
            // Nor is anything said to be kept that is not.
            let unreadable = try await client.send(Array("{".utf8), "application/cloudevents+json")
            let unknown = try await client.send(Array("?".utf8), "text/plain")
            gate.signal()
            for answer in [refused, unreadable, unknown] {
                #expect(answer.isProblem(.tooManyRequests, "slow-down"))
                #expect(answer.headers[.retryAfter] == "1")
            }
            #expect(await eventually { bench.journal.status.position == 2 })
            #expect(try await client.sendStructured(ConsoleBench.event("1")).json?["position"] == 3)
        }
    }

    @Test("a journal that is closing answers 503 with Retry-After")
    func journalStopping() async throws {
        let bench = try ConsoleBench()
        try await bench.serve { client async throws in
            bench.journal.close()
            let answer = try await client.sendStructured(ConsoleBench.event("1"))
            #expect(answer.isProblem(.serviceUnavailable, "stopping"))
            #expect(answer.headers[.retryAfter] == "2")
        }
    }

    @Test("many senders at once: every event answered with 200 is in the journal exactly once")
    func manySenders() async throws {
        let bench = try ConsoleBench()
        try await bench.serve { client async throws in
            let port = try #require(client.port)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in 0..<4 {
                    group.addTask {
                        let path = bench.folder.file("batch-\(sender)")
                        let batch = JSON.array((0..<100).map { ConsoleBench.event("\($0 + sender * 50)") })
                        try Data(batch.bytes).write(to: URL(fileURLWithPath: path))
                        let printed = try await curl([
                            "--data-binary", "@" + path, "--header", "Authorization: Bearer \(ConsoleBench.writer)",
                            "--header", "Content-Type: application/cloudevents-batch+json",
                            "http://localhost:\(port)/v1/events",
                        ])
                        #expect(printed.contains("\"accepted\""))
                    }
                }
                try await group.waitForAll()
            }
            let ids = try bench.journal.reader.events(after: 0, limit: .max).map(\.event.id)
            #expect(ids.count == 250)
            #expect(Set(ids).count == 250)
        }
    }
}
