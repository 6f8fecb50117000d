import Feeds
import Foundation
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct ONVIFPushTests {
    private let bench = ONVIFBench()
    private var journal: MemoryJournal { bench.journal }

    /// Runs a test with a camera that calls a feed, over an HTTP edge of its own.
    private func run(
        settings change: (inout ONVIFDeviceSettings) -> Void = { _ in },
        _ body: (ONVIFDevice, ONVIFPush) async throws -> Void
    ) async throws {
        var settings = ONVIFDeviceSettings(name: "cam-1")
        change(&settings)
        let server = try await ONVIFCameraServer.start([settings])
        let receiver = Mutex<ONVIFPush?>(nil)
        let edge = try await SimHTTPServer.start { request in
            guard let push = receiver.withLock({ $0 }) else { return .hangUp }
            return .answer(await push.receive(request))
        }
        let push = ONVIFPush(
            bench.camera(server.url(0)), consumer: "http://127.0.0.1:\(edge.port)/push/onvif/cam-1", multi: bench.multi,
            in: journal.surroundings())
        receiver.withLock { $0 = push }
        push.feed.start()
        try await body(server.cameras[0], push)
        await ONVIFBench.stop(push.feed)
        await server.stop()
        await edge.stop()
        receiver.withLock { $0 = nil }
    }

    @Test("a camera that calls us is subscribed, heard, renewed and given back")
    func push() async throws {
        try await run(settings: { $0.longestLifetime = .seconds(20) }) { device, _ in
            #expect(await bench.isLive())
            #expect(await bench.provesAlarm(device))
            #expect(await eventually { device.tally.renewed >= 1 })
            #expect(await bench.provesAlarm(device, rule: "2"))
            #expect(device.tally.created == 1 && device.tally.polls == 0)
            #expect(await eventually { device.tally.pushed == 4 })
        }
        #expect(journal.statuses.map(\.status) == [.online])
    }

    @Test("a camera is answered when its messages are durable, never before")
    func durable() async throws {
        try await run { device, _ in
            #expect(await bench.isLive())
            journal.refuse(.unwritable)
            let before = journal.state.withLock { $0.calls }
            device.raise(.motion(true))
            #expect(await eventually { journal.state.withLock { $0.calls } > before + 1 })
            #expect(device.tally.pushed == 0 && journal.starts.isEmpty)
            journal.refuse(nil)
            #expect(await eventually { device.tally.pushed == 1 && journal.starts.count == 1 })
        }
    }

    @Test("a camera that restarts is subscribed anew at the next renewal")
    func reboot() async throws {
        try await run(settings: { $0.longestLifetime = .seconds(20) }) { device, _ in
            #expect(await bench.isLive())
            device.reboot()
            #expect(await eventually { device.tally.created == 2 })
            #expect(await bench.provesAlarm(device))
        }
    }

    @Test("a notification is answered 200 once durable, one that cannot be read too, and other methods are not")
    func answers() async throws {
        try await run { _, push in
            #expect(await bench.isLive())
            func post(_ bytes: [UInt8], method: String = "POST") async -> PushAnswer {
                await push.receive(PushRequest(method: method, path: "/push/onvif/cam-1", body: bytes))
            }
            let good = await post(try Fixtures.bytes("onvif/notify.xml"))
            #expect(good.status == 200 && good.body.isEmpty && journal.starts.count == 1)
            let bad = await post(Array("nonsense".utf8))
            #expect(bad.status == 200 && journal.unreadable.count == 1)
            let other = await post(try Fixtures.bytes("onvif/motion.xml"))
            #expect(other.status == 200 && journal.unreadable.count == 2)
            #expect(await post([], method: "GET").status == 405)
        }
    }

    @Test("while too much waits a camera is told to come again")
    func full() async throws {
        try await run { _, push in
            #expect(await bench.isLive())
            journal.refuse(.full)
            let bytes = try Fixtures.bytes("onvif/notify.xml")
            // Waits for the journal, and holds the feed back meanwhile.
            async let first = push.receive(PushRequest(method: "POST", path: "/", body: bytes))
            let before = journal.state.withLock { $0.calls }
            #expect(await eventually { journal.state.withLock { $0.calls } > before + 1 })
            let second = await push.receive(PushRequest(method: "POST", path: "/", body: bytes))
            #expect(second.status == 503)
            journal.refuse(nil)
            #expect(await first.status == 200)
        }
    }
}
