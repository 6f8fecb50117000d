import Dispatch
import Model
import PatrolSim
import TestKit
import Testing

@testable import Feeds

@Suite("A camera's video feed") struct VideoFeedTests {
    private let journal = MemoryJournal()

    private func camera(_ server: RTSPServer?, _ pictures: ScriptedCamera? = nil, name: String = "cam-1") throws -> VideoCamera {
        var stream: RTSPProbe?
        if let server {
            stream = RTSPProbe(try #require(RTSPAddress(server.url())), user: "patrol") { "secret" }
            stream?.limit = .seconds(20)
        }
        var camera = VideoCamera(name, host: "127.0.0.1", stream: stream, pictures: pictures)
        camera.every = .milliseconds(60)
        return camera
    }

    private func run(_ camera: VideoCamera, _ body: () async throws -> Void) async throws {
        let clock = RealClock()
        let turns = VideoTurns(clock: clock, pause: .milliseconds(5))
        let feed = VideoConnection.feed(camera, turns: turns, in: journal.surroundings(clock: clock))
        feed.start()
        try await body()
        await withCheckedContinuation { done in feed.stop { done.resume() } }
    }

    /// What the camera itself was said to be, its feed left out.
    private var told: [String] {
        journal.statuses.filter { $0.device == "cam-1" }.map { $0.status.rawValue }
    }

    @Test("a stream that is there makes the feed live; a channel that goes is video loss and a gap, and comes back")
    func lossAndReturn() async throws {
        let server = try await RTSPServer.start(RTSPServerSettings())
        try await run(camera(server)) {
            #expect(await eventually { journal.status?.state == .live })
            #expect(journal.status?.name == "cam-1/video" && journal.status?.adapter == "rtsp")
            server.set([.noVideo])
            #expect(await eventually { journal.status?.state == .unreachable })
            #expect(journal.status?.detail.contains("has no video") == true)
            #expect(await eventually { told == ["video-loss"] })
            #expect(await eventually { journal.gaps.map(\.state) == [.open] })
            #expect(journal.gaps.first?.feed == "cam-1/video")
            server.set([])
            #expect(await eventually { told == ["video-loss", "online"] })
            #expect(await eventually { journal.gaps.map(\.state) == [.open, .closed] })
            #expect(await eventually { journal.status?.state == .live })
        }
        #expect(journal.state.withLock { $0.duplicates } == 0)
        await server.stop()
    }

    @Test("the same picture three times is video loss, and ends with the first that differs")
    func frozenPicture() async throws {
        let camera = ScriptedCamera()
        let server = try await RTSPServer.start(RTSPServerSettings())
        try await run(self.camera(server, camera)) {
            #expect(await eventually { journal.status?.state == .live })
            camera.set { $0.pictures = [ScriptedCamera.picture(9)] }
            #expect(await eventually { told == ["video-loss"] })
            #expect(await eventually { journal.status?.detail.contains("same picture 3 times") == true })
            camera.set { $0.pictures = [] }
            #expect(await eventually { told == ["video-loss", "online"] })
        }
        await server.stop()
    }

    @Test("a wrong password refuses the feed, and the picture is not asked for")
    func refused() async throws {
        let pictures = ScriptedCamera()
        let server = try await RTSPServer.start(RTSPServerSettings())
        var camera = try camera(server, pictures)
        camera.stream?.password = { "wrong" }
        try await run(camera) {
            #expect(await eventually { journal.status?.state == .refused })
            #expect(journal.status?.detail.contains("correct them") == true)
        }
        #expect(pictures.asked.isEmpty && told.isEmpty)
        await server.stop()
    }

    @Test("a camera without a stream is judged by its pictures")
    func picturesOnly() async throws {
        let pictures = ScriptedCamera()
        try await run(camera(nil, pictures)) {
            #expect(await eventually { journal.status?.state == .live })
            pictures.set { $0.picturing = DeviceProblem(.refused, "wrong password") }
            #expect(await eventually { journal.status?.state == .refused })
            #expect(journal.status?.detail == "wrong password")
        }
    }

    @Test("looks at one host never overlap, however many channels it has, and all of them get their turn")
    func oneAtATime() async throws {
        var settings = RTSPServerSettings()
        settings.faults = [.singleBytes]
        let server = try await RTSPServer.start(settings)
        let clock = RealClock()
        let turns = VideoTurns(clock: clock, pause: .milliseconds(1))
        // All of them are channels of one recorder, which is asked for pictures within the same turns.
        let recorder = ScriptedCamera()
        let feeds = try (1...9).map { number in
            VideoConnection.feed(
                try camera(server, recorder, name: "cam-\(number)"), turns: turns, in: journal.surroundings(clock: clock))
        }
        for feed in feeds { feed.start() }
        #expect(
            await eventually {
                Set(journal.state.withLock { $0.statuses }.filter { $0.state == .live }.map(\.name)).count == feeds.count
            })
        for feed in feeds { await withCheckedContinuation { done in feed.stop { done.resume() } } }
        #expect(recorder.state.withLock { $0.mostAtOnce } == 1)
        // The server may hear of the next connection before it hears that the last one is gone.
        #expect(server.mostAtOnce <= 2)
        await server.stop()
    }

    @Test("two looks at one camera are never nearer than its period")
    func spaced() async throws {
        let pictures = ScriptedCamera()
        let started = RealClock().uptime()
        try await run(camera(nil, pictures)) {
            #expect(await eventually { pictures.asked.count >= 5 })
        }
        let passed = RealClock().uptime().microseconds - started.microseconds
        #expect(pictures.asked.count <= passed / 60_000 + 1)
    }

    @Test("a camera that hangs holds no other up, and its feed stops")
    func hangs() async throws {
        let hanging = ScriptedCamera()
        hanging.set { $0.hangs = true }
        let other = ScriptedCamera()
        let clock = RealClock()
        let turns = VideoTurns(clock: clock, pause: .milliseconds(1))
        var cameras = [try camera(nil, hanging, name: "cam-1"), try camera(nil, other, name: "cam-2")]
        cameras[1].host = "127.0.0.2"
        let feeds = cameras.map { VideoConnection.feed($0, turns: turns, in: journal.surroundings(clock: clock)) }
        for feed in feeds { feed.start() }
        #expect(await eventually { hanging.asked.count == 1 && other.asked.count > 3 })
        for feed in feeds { await withCheckedContinuation { done in feed.stop { done.resume() } } }
        hanging.set { $0.hangs = false }
    }
}
