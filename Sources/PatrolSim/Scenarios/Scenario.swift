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
    package let name: String
    /// Where it hangs.
    package let place: String
    /// The port on 127.0.0.1.
    package let port: Int
    /// What stands before the ISAPI path: `http://127.0.0.1:40001`, with `/cam/<n>` where the port is shared.
    package let url: String
    /// The account for HTTP digest.
    package let user: String
    /// Its password.
    package let password: String
}
