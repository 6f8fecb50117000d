import Model

/// What a simulated ONVIF camera is.
package struct ONVIFDeviceSettings: Sendable {
    /// How it wants to be asked.
    package enum Authentication: Hashable, Sendable {
        case none
        /// WS-UsernameToken with a password digest.
        case token
        /// HTTP digest.
        case digest
        /// Either of them.
        case either
    }

    /// Where a subscription's name stands.
    package enum Naming: Hashable, Sendable {
        /// `?sub=1`.
        case query
        /// ReferenceParameters of the endpoint.
        case parameters
    }

    package var name: String
    package var user = "admin"
    package var password = "secret"
    package var authentication = Authentication.token
    package var naming = Naming.query
    /// Camera clock minus ours.
    package var clockOffset = Span.zero
    /// How far a token's time may be from the camera's clock.
    package var tokenWindow = Span.minutes(1)
    package var maxSubscriptions = 4
    /// The longest lifetime that it grants.
    package var longestLifetime = Span.minutes(10)
    package var manufacturer = "Example"
    package var model = "SIM-360"
    package var firmware = "1.2.3"
    package var serial = "SIM0000001"
    package var presets: [(token: String, name: String)] = [("1", "路口东"), ("2", "路口西")]
    package var tours: [(token: String, name: String)] = [("T1", "巡航一")]
    package var snapshot: [UInt8] = SimPicture.jpeg(comment: "onvif")
    package var port = 0

    package init(name: String) {
        self.name = name
    }
}

/// One message of a simulated camera.
package struct SimNotification: Hashable, Sendable {
    /// `PropertyOperation`.
    package enum Operation: String, Sendable {
        case initialized = "Initialized"
        case changed = "Changed"
        case deleted = "Deleted"
    }

    /// A SimpleItem.
    package struct Item: Hashable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// With prefixes, as sent.
    package var topic: String
    /// Nothing for an event without state.
    package var operation: Operation?
    package var source: [Item]
    package var key: [Item]
    package var data: [Item]
    /// As sent; the camera's clock where it is nothing.
    package var time: String?

    package init(
        _ topic: String, operation: Operation? = .changed,
        source: [Item] = [Item("VideoSourceConfigurationToken", "VideoSource_1")],
        key: [Item] = [], data: [Item] = [], time: String? = nil
    ) {
        self.topic = topic
        self.operation = operation
        self.source = source
        self.key = key
        self.data = data
        self.time = time
    }

    /// `tns1:RuleEngine/CellMotionDetector/Motion`.
    package static func motion(_ isMotion: Bool, rule: String = "MyMotionRule") -> SimNotification {
        SimNotification(
            "tns1:RuleEngine/CellMotionDetector/Motion",
            source: [Item("VideoSourceConfigurationToken", "VideoSource_1"), Item("Rule", rule)],
            data: [Item("IsMotion", isMotion ? "true" : "false")])
    }
}
