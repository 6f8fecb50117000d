extension MQTTConnect {
    /// What a CONNACK code asks the operator to change (MQTT 3.1.1 section 3.2.2.3).
    func refusal(_ code: UInt8) -> String {
        switch code {
        case 1: "the broker does not speak MQTT 3.1.1 (CONNACK 1); enable that version on it"
        case 2: "the broker refuses the client id \(clientID) (CONNACK 2); choose another"
        case 3: "the broker is there and not ready (CONNACK 3)"
        case 4: "the broker refuses user or password (CONNACK 4); correct them"
        case 5: "the broker does not let this user in (CONNACK 5); correct user and password, or permit the user on the broker"
        default: "the broker refuses the connection (CONNACK \(code))"
        }
    }
}
