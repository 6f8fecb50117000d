import FoundationEssentials
import Model

/// One object that a simulated GA/T 1400 device saw.
package struct SimVIIDObject: Sendable {
    /// `Face`, `Person`, `MotorVehicle`, `NonMotorVehicle`, `Thing`, `Scene`.
    package var kind: String
    package var id: String
    /// As it goes out: `yyyyMMddHHmmss`, or milliseconds since 1970.
    package var time: String
    package var deviceID: String
    package var plate: String?
    /// Type (`01`, `11`, `14` …) and bytes of each picture.
    package var pictures: [(type: String, bytes: [UInt8])]
    /// Pictures only as paths, or as data of no length.
    package var emptyPictures = false
    /// Members that it has beside the usual ones.
    package var extra: [(String, JSON)] = []

    package init(
        _ kind: String, id: String, time: String, deviceID: String, plate: String? = nil,
        pictures: [(type: String, bytes: [UInt8])] = []
    ) {
        self.kind = kind
        self.id = id
        self.time = time
        self.deviceID = deviceID
        self.plate = plate
        self.pictures = pictures
    }

    private var timeKey: String {
        switch kind {
        case "Face": "FaceAppearTime"
        case "Person": "PersonAppearTime"
        case "MotorVehicle": "PassTime"
        case "Scene": "BeginTime"
        default: "AppearTime"
        }
    }

    package var json: JSON {
        var members: [(String, JSON?)] = [
            (kind + "ID", .string(id)), ("DeviceID", .string(deviceID)), ("InfoKind", "1"), (timeKey, .string(time)),
            ("LeftTopX", "0"), ("Speed", ""), ("PlateNo", plate.map { .string($0) }),
        ]
        members += extra.map { ($0.0, $0.1) }
        if !pictures.isEmpty { members.append(("SubImageList", ["SubImageInfoObject": .array(subImages)])) }
        return .object(present: members)
    }

    private var subImages: [JSON] {
        pictures.enumerated().map { index, picture in
            .object(present: [
                ("ImageID", .string(id + String(index))), ("DeviceID", .string(deviceID)), ("Type", .string(picture.type)),
                ("FileFormat", "Jpeg"), ("ShotTime", .string(time)), ("Width", 8), ("Height", "8"),
                ("StoragePath", emptyPictures ? "/pictures/1.jpg" : nil),
                ("Data", emptyPictures ? "" : .string(Data(picture.bytes).base64EncodedString())),
            ])
        }
    }
}
