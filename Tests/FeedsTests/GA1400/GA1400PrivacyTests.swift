import Feeds
import Model
import PatrolSim
import Synchronization
import TestKit
import Testing

@Suite(.serialized) struct GA1400PrivacyTests {
    private let journal = MemoryJournal()
    private let picture = SimPicture.jpeg(comment: "a face")

    private func face(_ number: Int) -> SimVIIDObject {
        var face = SimVIIDObject(
            "Face", id: viidID(number), time: "20210601080000", deviceID: viidDevice, pictures: [("11", picture)])
        face.extra = [("Name", "张三"), ("IDNumber", "310115199001011234")]
        return face
    }

    @Test(
        "faces and persons that are not wanted leave no trace in events, quarantine and evidence",
        arguments: ["FaceListObject", "FaceObjectList", "FaceList"])
    func dropped(_ name: String) async {
        let harness = GA1400Harness(journal)
        await harness.device.register()
        let faces = GA1400Device.list("Face", [face(1).json, face(2).json], name: name)
        let (status, json) = await harness.device.call("POST", "/VIID/Faces", faces)
        #expect(status == 200 && GA1400Device.statusCodes(json).map(\.code) == [0, 0])
        let notification = GA1400Device.notification("n-1", "Person", [["PersonID": "p-1", "Name": "张三"]])
        #expect(await harness.device.call("POST", "/VIID/SubscribeNotifications", notification).status == 200)
        // Cut in the middle, and of the wrong shape.
        _ = await harness.device.call("POST", "/VIID/Faces", ["FaceListObject": ["FaceObject": ["张三"]]])
        let cut = PushRequest(
            method: "POST", path: "/VIID/Faces", headers: [("User-Identify", viidDevice)], body: Array(faces.bytes.dropLast(9)))
        _ = await harness.platform.receive(cut)
        let (_, tally) = await harness.platform.standing(of: viidDevice)
        #expect(tally.personalDropped == 3 && tally.notes.contains { $0.contains("3 faces and persons") })
        #expect(journal.alarms.isEmpty && harness.stored.isEmpty && journal.unreadable.count == 2)
        let kept = journal.unreadable.map { String(decoding: $0.bytes, as: UTF8.self) + $0.reason }.joined()
        #expect(!kept.contains("张三") && !kept.contains("310115199001011234") && !kept.contains("/9j"))
        await harness.stop()
    }

    @Test("faces are stored with their picture where the configuration says so, without name and number")
    func stored() async throws {
        let harness = GA1400Harness(journal, change: { $0.personalData = .store })
        await harness.device.register()
        #expect(await harness.device.call("POST", "/VIID/Faces", GA1400Device.list("Face", [face(1).json])).status == 200)
        let alarm = try #require(journal.alarms.first)
        #expect(alarm.alarmClass == "face" && alarm.target == "human" && alarm.snapshot == "hash-1")
        #expect(harness.stored == [picture])
        let text = journal.events.map { String(decoding: $0.data, as: UTF8.self) }.joined()
        #expect(!text.contains("张三") && !text.contains("310115199001011234"))
        await harness.stop()
    }

    @Test("an image of a face is personal data too; an image of a scene is not")
    func images() async {
        let harness = GA1400Harness(journal)
        await harness.device.register()
        func image(_ id: String, _ type: String) -> JSON {
            ["ImageInfo": ["ImageID": .string(id), "Type": .string(type), "ShotTime": "20210601080000"], "Data": "/9j/2Q=="]
        }
        let body: JSON = ["ImageListObject": ["Image": [image("i-1", "11"), image("i-2", "14")]]]
        let (_, json) = await harness.device.call("POST", "/VIID/Images", body)
        #expect(GA1400Device.statusCodes(json).map(\.id) == ["i-1", "i-2"])
        #expect(journal.alarms.map(\.rawType) == ["image"])
        #expect(await harness.platform.standing(of: viidDevice).1.personalDropped == 1)
        await harness.stop()
    }

    @Test("the vehicles in an image of people are taken, its people and its picture are not")
    func mixedImage() async {
        let harness = GA1400Harness(journal)
        await harness.device.register()
        let image: JSON = [
            "ImageInfo": ["ImageID": "i-1", "Type": "14"], "Data": "/9j/2Q==",
            "FaceList": ["FaceObject": [["FaceID": "f-1", "Name": "张三"]]],
            "MotorVehicleList": ["MotorVehicleObject": [["PassTime": "20210601080000", "PlateNo": "沪A12345"]]],
        ]
        let (_, json) = await harness.device.call("POST", "/VIID/Images", ["ImageListObject": ["Image": [image]]])
        #expect(GA1400Device.statusCodes(json).map(\.code) == [0])
        #expect(journal.alarms.map(\.rawType) == ["motorvehicle"] && harness.stored.isEmpty)
        await harness.stop()
    }
}
