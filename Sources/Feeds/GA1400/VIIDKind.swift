/// The kinds of objects that GA/T 1400.4 carries, with the names under which they come.
package enum VIIDKind: String, CaseIterable, Sendable {
    case face = "Face"
    case person = "Person"
    case motorVehicle = "MotorVehicle"
    case nonMotorVehicle = "NonMotorVehicle"
    case thing = "Thing"
    case scene = "Scene"
    case image = "Image"

    /// Such as `MotorVehicles` in `/VIID/MotorVehicles`.
    var resource: String { rawValue + "s" }

    /// The alarm word, such as `motorvehicle`.
    package var rawType: String { rawValue.lowercased() }

    var identityKey: String { rawValue + "ID" }

    /// Whether such an object is personal data as a whole.
    var isPersonal: Bool { self == .face || self == .person }

    var target: String? {
        switch self {
        case .face, .person: "human"
        case .motorVehicle: "vehicle"
        case .nonMotorVehicle: "nonmotor"
        case .thing, .scene, .image: nil
        }
    }

    /// Where the moment stands, the most telling first.
    var timeKeys: [String] {
        switch self {
        case .face: ["FaceAppearTime", "LocationMarkTime", "ShotTime", "FaceDisAppearTime"]
        case .person: ["PersonAppearTime", "LocationMarkTime", "ShotTime", "PersonDisAppearTime"]
        case .motorVehicle: ["PassTime", "AppearTime", "MarkTime", "ShotTime", "DisappearTime"]
        case .nonMotorVehicle: ["AppearTime", "PassTime", "MarkTime", "ShotTime", "DisappearTime"]
        case .thing: ["AppearTime", "LocationMarkTime", "MarkTime", "ShotTime"]
        case .scene: ["BeginTime", "ShotTime", "MarkTime", "AppearTime"]
        case .image: ["ShotTime", "BeginTime"]
        }
    }
}
