import Feeds
import FoundationEssentials
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct GA1400QuirkTests {
    private let journal = MemoryJournal()

    private func withDevice(
        picture: (@Sendable ([UInt8]) -> String?)? = nil, _ body: (GA1400Harness) async throws -> Void
    ) async rethrows {
        let harness = GA1400Harness(journal, picture: picture)
        await harness.device.register()
        try await body(harness)
        await harness.stop()
    }

    @Test("each of our fixtures is read as its name says")
    func fixtures() async throws {
        try await withDevice { harness in
            for (name, path, ids) in [
                ("list-name.json", "NonMotorVehicles", ["n-1"]), ("numbers-as-text.json", "MotorVehicles", ["m-1"]),
                ("single-element.json", "Things", ["t-1"]), ("empty-data.json", "Scenes", ["s-1"]),
                ("epoch-time.json", "MotorVehicles", ["m-2"]), ("byte-order-mark.json", "MotorVehicles", ["m-3"]),
                ("gb18030.json", "MotorVehicles", ["m-4"]),
            ] {
                let request = PushRequest(
                    method: "POST", path: "/VIID/" + path, headers: [("User-Identify", viidDevice)],
                    body: try Fixtures.bytes("ga1400/" + name))
                let answer = await harness.platform.receive(request)
                let codes = GA1400Device.statusCodes(try JSON(parsing: answer.body))
                #expect(codes.map(\.id) == ids && codes.allSatisfy { $0.code == 0 }, "\(name)")
            }
            #expect(journal.unreadable.isEmpty && journal.alarms.count == 7 && harness.stored.isEmpty)
            let times = journal.events.filter { $0.type == EventType.cameraAlarm }.compactMap(\.time)
            #expect(times.contains("2019-03-09T19:57:20.565+08:00"))
        }
    }

    @Test("an object without an id is known by its notification or by its bytes; short ids that return count with their time")
    func identities() async {
        await withDevice { harness in
            let nameless: JSON = ["PassTime": "20210601080000", "PlateNo": "x", "MotorVehicleID": ""]
            for _ in 1...2 {
                _ = await harness.device.call("POST", "/VIID/MotorVehicles", GA1400Device.list("MotorVehicle", [nameless]))
                let notification = GA1400Device.notification("n-7", "MotorVehicle", [nameless, nameless])
                _ = await harness.device.call("POST", "/VIID/SubscribeNotifications", notification)
            }
            #expect(journal.alarms.count == 3)
            for time in ["20210601080000", "20210601080001", "20210601080000"] {
                let again: JSON = ["PassTime": .string(time), "MotorVehicleID": "1"]
                _ = await harness.device.call("POST", "/VIID/MotorVehicles", GA1400Device.list("MotorVehicle", [again]))
            }
            #expect(journal.alarms.count == 5)
        }
    }

    @Test("a picture that is no JPEG does not cost the alarm")
    func brokenPicture() async {
        await withDevice { harness in
            let pictures: [(type: String, bytes: [UInt8])] = [("01", [1, 2, 3]), ("07", SimPicture.jpeg(comment: "good"))]
            _ = await harness.device.call(
                "POST", "/VIID/MotorVehicles", GA1400Device.list("MotorVehicle", [vehicle(1, pictures: pictures).json]))
            #expect(journal.alarms.first?.snapshot == "hash-1" && harness.stored.count == 1)
            #expect(await harness.platform.standing(of: viidDevice).1.picturesUnreadable == 1)
        }
    }

    @Test("an object whose picture cannot be stored is not acknowledged, and is taken when it comes again")
    func refusedPicture() async {
        let isBroken = Mutex(true)
        await withDevice(picture: { _ in isBroken.withLock { $0 } ? nil : "hash" }) { harness in
            let body = GA1400Device.list(
                "MotorVehicle", [vehicle(1, pictures: [("01", SimPicture.jpeg(comment: "x"))]).json, vehicle(2).json])
            let (_, json) = await harness.device.call("POST", "/VIID/MotorVehicles", body)
            #expect(GA1400Device.statusCodes(json).map(\.code) == [2, 0] && journal.alarms.count == 1)
            isBroken.withLock { $0 = false }
            let (_, again) = await harness.device.call("POST", "/VIID/MotorVehicles", body)
            #expect(GA1400Device.statusCodes(again).map(\.code) == [0, 0] && journal.alarms.count == 2)
        }
    }

    @Test("a picture of several megabytes arrives; a body beyond the limit is refused")
    func large() async {
        await withDevice { harness in
            let large: [UInt8] = [0xFF, 0xD8] + [UInt8](repeating: 7, count: 5 << 20) + [0xFF, 0xD9]
            _ = await harness.device.call(
                "POST", "/VIID/MotorVehicles", GA1400Device.list("MotorVehicle", [vehicle(1, pictures: [("01", large)]).json]))
            #expect(harness.stored == [large])
            let tooLarge = PushRequest(
                method: "POST", path: "/VIID/Scenes", headers: [("User-Identify", viidDevice)],
                body: [UInt8](repeating: 0x20, count: (16 << 20) + 1))
            #expect(await harness.platform.receive(tooLarge).status == 413)
        }
    }

    @Test("bodies too deep or with too many values are quarantined and answered as such")
    func caps() async {
        await withDevice { harness in
            let deep = String(repeating: "[", count: 100_000)
            let many = "[" + String(repeating: "0,", count: 300_000) + "0]"
            for body in [deep, many] {
                let answer = await harness.platform.receive(
                    PushRequest(
                        method: "POST", path: "/VIID/Scenes", headers: [("User-Identify", viidDevice)], body: Array(body.utf8)))
                #expect([7, 8].contains(GA1400Device.statusCodes(try? JSON(parsing: answer.body)).first?.code))
            }
            #expect(journal.unreadable.count == 2)
        }
    }

    @Test("time, subscriptions and unknown paths are answered strictly")
    func others() async {
        await withDevice { harness in
            let (_, time) = await harness.call("GET", "/VIID/System/Time")
            #expect(time?["SystemTimeObject"]?["VIIDServerID"]?.string == viidServer)
            #expect(time?["SystemTimeObject"]?["LocalTime"]?.string?.count == 14)
            let list: JSON = [["SubscribeID": "s-1"], ["SubscribeID": "s-2"]]
            let subscription: JSON = ["SubscribeListObject": ["SubscribeObject": list]]
            let (_, json) = await harness.call("POST", "/VIID/Subscribes", subscription)
            #expect(GA1400Device.statusCodes(json).map(\.id) == ["s-1", "s-2"])
            #expect(GA1400Device.statusCodes(json).allSatisfy { $0.code == 4 })
            let (_, gone) = await harness.call("DELETE", "/VIID/Subscribes", query: "IDList=s-1")
            #expect(GA1400Device.statusCodes(gone).map(\.id) == ["s-1"])
            #expect(await harness.call("PUT", "/VIID/Subscribes/s-2").0 == 200)
            #expect(await harness.call("GET", "/VIID/Faces").0 == 405)
            #expect(await harness.call("POST", "/VIID/Dogs").0 == 404)
        }
    }

    @Test("an operator is told whether the device is registered, and what to enter on it where it is not")
    func control() async throws {
        let harness = GA1400Harness(journal)
        let control = try #require(GA1400Control(harness.platform, name: "viid-1"))
        await #expect(throws: DeviceProblem.self) { try await control.facts() }
        await harness.device.register()
        #expect(try await control.facts().notes.first?.contains("127.0.0.1") == true)
        await #expect(throws: DeviceProblem.self) { try await control.snapshot() }
        await harness.stop()
    }

    @Test("what was quarantined is read again with the same ids")
    func replay() throws {
        let object = vehicle(1).json
        for body in [object.bytes, GA1400Device.list("MotorVehicle", [object]).bytes] {
            let arrivals = GA1400Decoder.replay(
                body, contentType: "application/json", source: "patrold:/feeds/viid-1", device: "viid-1", classes: viidClasses,
                received: Timestamp(seconds: 1))
            guard case .event(let event) = try #require(arrivals.first) else {
                Issue.record("not an event")
                continue
            }
            #expect(event.id == "alarm/-/motorvehicle/-/\(viidID(1))/-/pulse")
        }
    }

    @Test("the recorded payloads are read", .enabled(if: Fixtures.shared("fixtures/ga1400") != nil))
    func recorded() async throws {
        let folder = try #require(Fixtures.shared("fixtures/ga1400"))
        try await withDevice { harness in
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: folder + "/subscribe-notification-motorvehicle.json")))
            let answer = await harness.platform.receive(
                PushRequest(
                    method: "POST", path: "/VIID/SubscribeNotifications", headers: [("User-Identify", viidDevice)], body: bytes))
            #expect(GA1400Device.statusCodes(try JSON(parsing: answer.body)).map(\.code) == [0])
            #expect(journal.alarms.map(\.alarmClass) == ["vehicle"])
        }
    }
}
