import Foundation
import Journal
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

/// Acknowledged is durable, however often the process dies.
@Suite(.serialized)
struct CrashTests {
    @Test("after 50 SIGKILLs every acknowledged event is in the journal exactly once, and all seven streams go on")
    func survivesKills() async throws {
        let folder = try TemporaryFolder()
        let cameras = try await ISAPICameraServer.start(
            (1...7).map { ISAPICameraSettings(name: "cam-\($0)", password: "secret", channelName: "测试\($0)") })
        try folder.write("secret", to: "password")
        chmod(folder.file("password"), 0o600)
        let lines = cameras.cameras.indices.map { index in
            "  - {name: cam-\(index + 1), adapter: isapi, url: \"\(cameras.url(index))\", user: admin, "
                + "password: {file: password}, place: 钢铁大街}"
        }
        let config = try writeConfiguration(folder, "cameras:\n" + lines.joined(separator: "\n"))
        let senders = Senders(count: 16)
        let alarms = AlarmRaiser(cameras.cameras)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
            senders.port = daemon.port
            try await Task.sleep(for: .milliseconds(Int.random(in: 5...250, using: &generator)))
            daemon.killHard()
        }
        let daemon = try await DaemonProcess(config: config, log: folder.file("daemon.log"))
        senders.port = daemon.port
        let reader = try JournalReader(path: folder.file("data/journal.sqlite"))
        let start = try reader.lastPosition()
        let flowing = try await eventually(within: 180) {
            let sources = Set(
                try reader.events(after: start, limit: 100_000).filter { $0.event.type == EventType.cameraAlarm }.map(
                    \.event.source))
            return sources.count == 7
        }
        #expect(flowing, "not all cameras came back")
        #expect(await eventually { senders.count > 100 }, "the senders hardly got anything acknowledged")
        alarms.stop()
        let acknowledged = senders.stop()
        #expect(daemon.stop() == 0)
        await cameras.stop()
        try expectOnce(acknowledged, reader)
        let verified = try Program.run(["verify", "--config", config])
        #expect(verified.status == 0, "\(verified.errors)")
        print("acknowledged over HTTP: \(acknowledged.count), events in all: \(try reader.lastPosition()), kills: 50")
    }

    private func expectOnce(_ acknowledged: Set<String>, _ reader: JournalReader) throws {
        var found: [String: Int] = [:]
        var facts: Set<String> = []
        var next: Position = 1
        var doubled = 0
        try reader.forEach(after: 0, limit: .max) { stored in
            #expect(stored.position == next)
            next += 1
            if stored.event.source == "test:numbered" { found[stored.event.id, default: 0] += 1 }
            if !facts.insert(stored.event.source + " " + stored.event.id).inserted { doubled += 1 }
        }
        #expect(doubled == 0)
        let lost = acknowledged.filter { found[$0] == nil }
        #expect(lost.isEmpty, "\(lost.count) acknowledged events are lost")
        #expect(found.values.allSatisfy { $0 == 1 })
    }
}

/// Sends numbered events from several connections, again and again until each is acknowledged.
private final class Senders: Sendable {
    private struct State {
        var port = 0
        var stopping = false
        var acknowledged: Set<String> = []
    }

    private let state = Mutex(State())
    private let group = DispatchGroup()

    var port: Int {
        get { state.withLock { $0.port } }
        set { state.withLock { $0.port = newValue } }
    }

    init(count: Int) {
        for number in 0..<count {
            group.enter()
            Thread.detachNewThread { [self] in
                work(number)
                group.leave()
            }
        }
    }

    /// How many events were acknowledged so far.
    var count: Int { state.withLock { $0.acknowledged.count } }

    func stop() -> Set<String> {
        state.withLock { $0.stopping = true }
        group.wait()
        return state.withLock { $0.acknowledged }
    }

    private func work(_ number: Int) {
        var client: PlainHTTPClient?
        var sequence = 0
        while !state.withLock({ $0.stopping }) {
            guard let connection = client ?? PlainHTTPClient(port: port) else {
                usleep(2000)
                continue
            }
            client = connection
            let id = "\(number)-\(sequence)"
            let event = """
                {"specversion":"1.0","id":"\(id)","source":"test:numbered","type":"test.number","data":{"n":\(sequence)}}
                """
            guard
                let answer = connection.post("/v1/events", event, type: "application/cloudevents+json", token: "test-token")
            else {
                // Not acknowledged: the same event is sent again on a new connection.
                client = nil
                continue
            }
            if answer.status == 200 {
                _ = state.withLock { $0.acknowledged.insert(id) }
                sequence += 1
            }
        }
    }
}

/// Raises distinct alarms on every camera, some a second.
private final class AlarmRaiser: Sendable {
    private let stopping = Mutex(false)
    private let group = DispatchGroup()

    init(_ cameras: [ISAPICamera]) {
        group.enter()
        Thread.detachNewThread { [self] in
            var region = 0
            while !stopping.withLock({ $0 }) {
                region += 1
                for camera in cameras {
                    camera.raise(SimAlarm(eventType: "fielddetection", region: String(region % 1000)))
                }
                usleep(20_000)
            }
            group.leave()
        }
    }

    func stop() {
        stopping.withLock { $0 = true }
        group.wait()
    }
}
