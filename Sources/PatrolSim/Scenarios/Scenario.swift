/// What a run of the simulators is for.
package enum Scenario: Hashable, Sendable {
    /// Seven cameras, a recorder and the channels, at the pace of a street.
    case city
    /// The demonstration year's data, the cameras' part streamed as fast as it is read.
    case year
    /// So many cameras on one port, each with so many alarms a second.
    case load(cameras: Int, rate: Double)

    /// Reads `city`, `year` or `load:200x5`; anything else is nothing.
    package init?(_ text: String) {
        switch text {
        case "city": self = .city
        case "year": self = .year
        default:
            let parts = text.split(separator: ":")
            let numbers = parts.last?.split(separator: "x") ?? []
            guard parts.count == 2, parts[0] == "load", numbers.count == 2, let cameras = Int(numbers[0]),
                let rate = Double(numbers[1]), cameras > 0, rate > 0
            else { return nil }
            self = .load(cameras: cameras, rate: rate)
        }
    }
}

/// A simulated camera as the configuration has to name it.
package struct SimulatedCamera: Hashable, Sendable {
    /// `cam-1` and so on.
    package var name: String
    /// Where it hangs.
    package var place: String
    /// As `cameras[].adapter` spells it.
    package var adapter = "isapi"
    /// The port on 127.0.0.1; 0 where it is not called.
    package var port: Int
    /// What stands before the protocol's path: `http://127.0.0.1:40001`, with `/cam/<n>` where the port is shared; empty
    /// where it is not called.
    package var url: String
    /// The account for HTTP digest.
    package var user: String
    /// Its password; empty where it has none.
    package var password: String
    /// Further keys of its entry, in order.
    package var keys: [[String]] = []

    package init(name: String, place: String, port: Int = 0, url: String = "", user: String = "", password: String = "") {
        self.name = name
        self.place = place
        self.port = port
        self.url = url
        self.user = user
        self.password = password
    }
}
