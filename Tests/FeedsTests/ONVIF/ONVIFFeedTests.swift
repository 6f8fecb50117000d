import Feeds
import Foundation
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct ONVIFFeedTests {
    private let bench = ONVIFBench()
    private var journal: MemoryJournal { bench.journal }

    @Test("a state that begins and ends is one start and one stop, with rule, channel and the camera's time")
    func alarm() async throws {
        try await bench.run { device in
            #expect(await bench.isLive())
            device.raise(.motion(true))
            #expect(await eventually { journal.starts.count == 1 })
            device.raise(.motion(true))
            device.raise(.motion(false))
            #expect(await eventually { journal.alarms.map(\.state) == [.start, .stop] })
            let start = try #require(journal.starts.first)
            #expect(start.alarmClass == "motion" && start.rawType == "ruleengine/cellmotiondetector/motion")
            #expect(start.channel == 1 && start.region == "MyMotionRule")
            #expect(start.description == "tns1:RuleEngine/CellMotionDetector/Motion")
            #expect(journal.alarms.last?.repeats == 1)
            #expect(journal.events.allSatisfy { $0.source == "patrold:/feeds/cam-1" })
        }
        #expect(journal.status?.state == .stopped)
        #expect(journal.statuses.map(\.status) == [.online])
    }

    @Test("states told at subscribing open no alarm, and a subscription is given back at the end")
    func initialized() async throws {
        let server = try await ONVIFCameraServer.start([ONVIFDeviceSettings(name: "cam-1")])
        let device = server.cameras[0]
        device.raise(.motion(true, rule: "before"))
        let feed = bench.feed(bench.camera(server.url(0)))
        feed.start()
        #expect(await bench.isLive())
        #expect(await eventually { device.tally.pulled == 1 })
        #expect(await bench.provesAlarm(device))
        #expect(journal.starts.map(\.region) == ["R"])
        await ONVIFBench.stop(feed)
        #expect(device.subscriptionCount == 0 && device.tally.unsubscribed == 1 && device.tally.synchronized == 1)
        await server.stop()
    }

    @Test("many cameras on one queue are all heard, each in its order, and all are left again")
    func many() async throws {
        let count = 60
        let server = try await ONVIFCameraServer.start((1...count).map { ONVIFDeviceSettings(name: "cam-\($0)") })
        let feeds = (0..<count).map { index in
            var camera = bench.camera(server.url(index))
            camera.profile.name = "cam-\(index + 1)"
            // They all begin at once, on a machine that has other things to do.
            camera.profile.limits.silence = .seconds(60)
            return bench.feed(camera)
        }
        for feed in feeds { feed.start() }
        #expect(await eventually { server.cameras.allSatisfy(\.isPolled) })
        for device in server.cameras {
            for rule in 1...5 { device.raise(.motion(true, rule: String(rule))) }
        }
        #expect(await eventually { journal.starts.count == count * 5 })
        let rules = Dictionary(grouping: journal.starts, by: \.device).mapValues { $0.compactMap(\.region) }
        #expect(rules.count == count && rules.values.allSatisfy { $0 == ["1", "2", "3", "4", "5"] })
        #expect(server.cameras.allSatisfy { $0.tally.created == 1 })
        for feed in feeds { await ONVIFBench.stop(feed) }
        #expect(server.cameras.allSatisfy { $0.subscriptionCount == 0 })
        await server.stop()
    }
}
