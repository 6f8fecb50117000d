import Feeds
import Foundation
import Model
import PatrolSim
import TestKit
import Testing

/// What is lost, and what is not, when something is down.
@Suite(.serialized) struct ONVIFOutageTests {
    private let bench = ONVIFBench()
    private var journal: MemoryJournal { bench.journal }

    @Test("a camera that stops answering goes silent, is a gap, and comes back")
    func stall() async throws {
        try await bench.run(camera: { $0.profile.limits.silence = .seconds(8) }) { device in
            #expect(await bench.isLive())
            device.inject(.stall)
            #expect(await eventually { journal.statuses.last?.status == .offline })
            device.clearFaults()
            #expect(await eventually { journal.gaps.last?.state == .closed && device.isPolled })
            #expect(await bench.provesAlarm(device))
            #expect(journal.statuses.map(\.status).prefix(3) == [.online, .offline, .online])
        }
    }

    @Test("a camera that loses power is subscribed anew when it is back")
    func power() async throws {
        try await bench.run { device in
            #expect(await bench.isLive())
            device.powerOff()
            #expect(await eventually { journal.status?.state == .unreachable })
            device.powerOn()
            #expect(await bench.isLive())
            #expect(await eventually { device.isPolled })
            #expect(await bench.provesAlarm(device))
            #expect(device.tally.created == 2)
        }
    }

    @Test("after a transport error no new subscription is made before its pause")
    func pause() async throws {
        try await bench.run(camera: { $0.plan.resubscribePause = .seconds(3) }) { device in
            #expect(await bench.isLive())
            #expect(await eventually { device.tally.polls >= 2 })
            let off = RealClock().uptime().microseconds
            device.powerOff()
            #expect(await eventually { journal.status?.state == .unreachable })
            device.powerOn()
            #expect(await eventually { device.tally.created == 2 })
            let second = try #require(device.tally.lastCreated)
            #expect(second - off >= 3_000_000)
        }
    }

    @Test("while the journal refuses nothing more is pulled, and then nothing is missing and all is in order")
    func backPressure() async throws {
        try await bench.run(camera: { $0.plan.messageLimit = 10 }) { device in
            #expect(await bench.isLive())
            journal.refuse(.full)
            for number in 1...300 { device.raise(.motion(true, rule: String(number))) }
            let before = journal.state.withLock { $0.calls }
            #expect(await eventually { journal.state.withLock { $0.calls } > before + 2 })
            // One answer is in hand at most; the rest stays in the camera.
            #expect(journal.starts.isEmpty && device.waiting >= 280)
            journal.refuse(nil)
            #expect(await eventually { journal.starts.count == 300 })
            #expect(journal.starts.compactMap { $0.region.flatMap { Int($0) } } == Array(1...300))
            #expect(device.tally.created == 1)
        }
    }

    @Test("a daemon that died takes its subscription up again, and hears what was said meanwhile")
    func crash() async throws {
        let folder = try TemporaryFolder()
        let server = try await ONVIFCameraServer.start([ONVIFDeviceSettings(name: "cam-1")])
        let device = server.cameras[0]
        var camera = bench.camera(server.url(0))
        camera.stateFile = folder.file("state/cam-1.json")
        do {
            // Not stopped: let go with everything it had, as a killed process is.
            let other = ONVIFBench()
            let feed = other.feed(camera)
            feed.start()
            #expect(await other.isLive())
            #expect(
                await eventually { FileManager.default.fileExists(atPath: folder.file("state/cam-1.json")) && device.isPolled })
        }
        #expect(await eventually { !device.isPolled })
        device.raise(.motion(true, rule: "meanwhile"))
        #expect(device.waiting >= 1)
        let feed = bench.feed(camera)
        feed.start()
        #expect(await eventually { journal.starts.map(\.region) == ["meanwhile"] })
        #expect(device.tally.created == 1 && device.subscriptionCount == 1)
        await ONVIFBench.stop(feed)
        #expect(device.subscriptionCount == 0)
        #expect(!FileManager.default.fileExists(atPath: folder.file("state/cam-1.json")))
        await server.stop()
    }

    @Test("a subscription left over that the camera lost is forgotten, and one of another kind is given back")
    func leftover() async throws {
        for isLost in [true, false] {
            let bench = ONVIFBench()
            let folder = try TemporaryFolder()
            let server = try await ONVIFCameraServer.start([ONVIFDeviceSettings(name: "cam-1")])
            let device = server.cameras[0]
            device.inject(.unsubscribeEndsAll)
            var camera = bench.camera(server.url(0))
            camera.stateFile = folder.file("cam-1.json")
            do {
                let other = ONVIFBench()
                let push = ONVIFPush(
                    camera, consumer: "http://127.0.0.1:9/", multi: other.multi, in: other.journal.surroundings())
                push.feed.start()
                #expect(await eventually { FileManager.default.fileExists(atPath: folder.file("cam-1.json")) })
            }
            if isLost { device.reboot() }
            let feed = bench.feed(camera)
            feed.start()
            #expect(await bench.isLive())
            #expect(await eventually { device.isPolled })
            #expect(await bench.provesAlarm(device))
            #expect(device.subscriptionCount == 1 && device.tally.created == 2)
            await ONVIFBench.stop(feed)
            await server.stop()
        }
    }

    @Test("a state file that is nonsense is no state file", arguments: ["", "{", "{\"address\": 5}", "[]"])
    func nonsense(_ text: String) async throws {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "cam-1.json")
        try await bench.run(camera: { $0.stateFile = folder.file("cam-1.json") }) { device in
            #expect(await bench.isLive())
            #expect(await bench.provesAlarm(device))
        }
    }

    @Test("a feed that is stopped before the camera ever answered ends at once")
    func stopsEarly() async throws {
        try await bench.run(faults: [.stall]) { device in
            #expect(await eventually { journal.status?.state == .connecting })
        }
        #expect(journal.status?.state == .stopped)
    }
}
