import Foundation
import Model
import PatrolSim
import Platform
import TestKit
import Testing

@Suite("Scenarios")
struct ScenarioTests {
    @Test("the city has seven cameras that tell alarms, and files appear in both folders")
    func city() async throws {
        let folder = try TemporaryFolder()
        let pace = SimulatedCity.Pace(alarmsPerMille: 900, recordings: .milliseconds(50), channelFiles: .milliseconds(50))
        let city = try await SimulatedCity.start(folder: folder.path, seed: 1, pace: pace)
        #expect(city.cameras.map(\.name) == (1...7).map { "cam-\($0)" })
        #expect(Set(city.cameras.map(\.port)).count == 7 && Set(city.cameras.map(\.password)).count == 7)
        let camera = try #require(city.cameras.first)
        let stream = try CurlStream(camera.url, password: camera.password)
        #expect(await eventually { stream.count("<eventState>active</eventState>") > 0 })
        #expect(await eventually { city.recorder.dropped.count > 2 && city.channels.accepted.count > 2 })
        #expect(try Files.list(folder.file("channels")).contains { $0.hasSuffix(".csv") })
        await city.stop()
    }

    @Test("the year's alarms reach seven streams in full")
    func year() async throws {
        let folder = try TemporaryFolder()
        let year = try await SimulatedYear.start(folder: folder.path)
        let streams = try year.cameras.map { try CurlStream($0.url, password: $0.password) }
        #expect(await eventually { year.isHeard })
        let sent = year.streamAlarms()
        let got = { streams.reduce(0) { $0 + $1.count("<dateTime>2021-") - $1.count("videoloss</eventType>") } }
        #expect(await eventually { got() == sent })
        try year.dropRecordings()
        #expect(try Files.list(year.spoolFolder).count == 60)
        #expect(try Files.list(year.dataFolder).count == 17)
        await year.stop()
    }

    @Test("a load run writes what it counts: each part once, starts and stops in turn, facts distinct")
    func load() async throws {
        let load = try await LoadRun.start(cameras: 20, rate: 50, heartbeat: nil)
        let last = try #require(load.cameras.last)
        let stream = try CurlStream(last.url, password: last.password)
        #expect(await eventually { load.heard == 1 })
        load.tell(300)
        #expect(await eventually { load.written == 300 && stream.count("</EventNotificationAlert>") == 300 })
        #expect(stream.count("<eventState>inactive</eventState>") == 150)
        let parts = stream.text.components(separatedBy: "--boundary").dropFirst()
        #expect(Set(parts).count == 300)
        load.begin()
        #expect(await eventually { load.written > 330 })
        load.pause()
        #expect(load.dropped == 0)
        await load.stop()
    }

    @Test("one seed gives one script of alarms, and every start has its end or never says one")
    func script() {
        var first = CameraScript(seed: 8), second = CameraScript(seed: 8)
        let alarms = (0..<500).flatMap { _ in first.step() }
        #expect(alarms == (0..<500).flatMap { _ in second.step() })
        #expect(Set(alarms.map(\.eventType)).count >= 8)
        #expect(alarms.contains { $0.activePostCount > 3 })
        #expect(alarms.allSatisfy { $0.state == .active || $0.eventType != "linedetection" })
    }

    @Test("scenario names are read, wrong ones are not")
    func names() {
        #expect(Scenario("city") == .city && Scenario("year") == .year)
        #expect(Scenario("load:200x5") == .load(cameras: 200, rate: 5))
        #expect(Scenario("load:0x5") == nil && Scenario("load") == nil && Scenario("village") == nil)
    }

    @Test("pictures are JPEG files that differ by their comment")
    func pictures() {
        let first = SimPicture.jpeg(comment: "1"), second = SimPicture.jpeg(comment: "2")
        #expect(first.prefix(2) == [0xFF, 0xD8] && first.suffix(2) == [0xFF, 0xD9] && first != second)
    }
}
