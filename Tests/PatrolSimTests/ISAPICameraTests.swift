import Model
import PatrolSim
import TestKit
import Testing

@Suite("Simulated ISAPI camera")
struct ISAPICameraTests {
    @Test("curl with the right password gets a heartbeat at once and each alarm that is raised")
    func streams() async throws {
        let (server, camera) = try await oneCamera(heartbeat: .seconds(600))
        let stream = try CurlStream(server.url(0))
        #expect(await eventually { camera.openStreams == 1 })
        camera.raise(SimAlarm(eventType: "fielddetection", region: "3", target: "human"))
        #expect(await eventually { stream.count("<eventType>fielddetection</eventType>") == 1 })
        #expect(stream.count("<eventType>videoloss</eventType>") == 1)
        #expect(stream.text.contains("<dateTime>2021-06-01T08:00:00+08:00</dateTime>"))
        #expect(stream.text.contains("<regionID>3</regionID>"))
        #expect(camera.sentAlarms.map(\.number) == [1])
        #expect(camera.sentAlarms.first?.streams == 1)
        await server.stop()
    }

    @Test("a wrong password is 401 each time, and the seventh locks everybody out")
    func locksOut() async throws {
        let (server, camera) = try await oneCamera()
        let url = server.url(0) + "/ISAPI/System/deviceInfo"
        for _ in 1..<7 {
            let (_, output) = try await run("curl", ["-s", "-i", "--digest", "-u", "admin:wrong", url])
            #expect(String(decoding: output, as: UTF8.self).contains("<lockStatus>unlock</lockStatus>"))
        }
        let (_, last) = try await run("curl", ["-s", "--digest", "-u", "admin:wrong", url])
        #expect(String(decoding: last, as: UTF8.self).contains("<lockStatus>lock</lockStatus>"))
        #expect(try await status(url).code == "401")
        #expect(camera.tally.refused >= 8)
        await server.stop()
    }

    @Test("device information needs the password and names the camera; other paths are 404")
    func deviceInformation() async throws {
        let (server, _) = try await oneCamera()
        let url = server.url(0) + "/ISAPI/System/deviceInfo"
        let (_, info) = try await run("curl", ["-s", "--digest", "-u", "admin:right-1", url])
        #expect(String(decoding: info, as: UTF8.self).contains("<deviceName>cam-1</deviceName>"))
        #expect(try await status(server.url(0) + "/else").code == "404")
        await server.stop()
    }

    @Test("each camera on one port has its own password, stream and alarms")
    func sharesPort() async throws {
        let settings = (1...3).map { ISAPICameraSettings(name: "cam-\($0)", password: "right-\($0)") }
        let server = try await ISAPICameraServer.start(settings, layout: .onePort(0))
        let second = try CurlStream(server.url(1), password: "right-2")
        let third = try CurlStream(server.url(2), password: "right-3")
        #expect(await eventually { server.cameras.map(\.openStreams) == [0, 1, 1] })
        server.cameras[1].raise(SimAlarm(eventType: "parking"))
        server.cameras[2].raise(SimAlarm(eventType: "loitering"))
        #expect(await eventually { second.count("parking</eventType>") == 1 && third.count("loitering</eventType>") == 1 })
        #expect(second.count("loitering") == 0 && third.count("parking") == 0)
        await server.stop()
    }

    @Test("an alarm that was begun repeats with a rising count until it is ended")
    func repeats() async throws {
        let (server, camera) = try await oneCamera { $0.repeatsEvery = .milliseconds(20) }
        camera.begin(SimAlarm(eventType: "loitering", region: "2"))
        #expect(await eventually { camera.sentAlarms.count >= 4 })
        camera.end(eventType: "loitering", region: "2")
        let sent = camera.sentAlarms
        #expect(sent.prefix(4).map(\.alarm.activePostCount) == [1, 2, 3, 4])
        #expect(sent.last?.alarm.state == .inactive)
        #expect(sent.filter { $0.alarm.state == .inactive }.count == 1)
        await server.stop()
    }

    @Test("two streams of one camera both hear everything, and a closed one is forgotten")
    func broadcasts() async throws {
        let (server, camera) = try await oneCamera()
        let first = try CurlStream(server.url(0))
        var second: CurlStream? = try CurlStream(server.url(0))
        #expect(await eventually { camera.openStreams == 2 })
        camera.burst(50)
        let part = "<EventNotificationAlert "
        #expect(await eventually { first.count(part) == 50 && second?.count(part) == 50 })
        #expect(await eventually { camera.tally.written == 100 })
        second = nil
        #expect(await eventually { camera.openStreams == 1 })
        await server.stop()
    }
}
