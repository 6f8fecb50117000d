import Model
import Platform

/// What a simulated camera is and how it behaves when nothing is wrong with it.
package struct ISAPICameraSettings: Sendable {
    /// `deviceName`, and the name in a scenario.
    package var name: String
    /// The only account.
    package var user: String
    /// Its password.
    package var password: String
    /// 0 takes any free port; ignored where many cameras share one.
    package var port = 0
    /// What stands in `channelName`; any characters.
    package var channelName: String
    /// As `deviceInfo` tells it.
    package var model = "DS-2DF8C448I5XS"
    /// As `deviceInfo` tells it; derived from the name.
    package var serial: String
    /// Locally administered, derived from the name.
    package var macAddress: String
    /// What the camera believes its address is (RFC 5737: nobody has it).
    package var ipAddress = "192.0.2.10"
    /// The namespace of the root element; firmware differs.
    package var namespace = "http://www.hikvision.com/ver20/XMLSchema"
    /// How often it shows that it lives; nothing for never.
    package var heartbeat: Span? = .seconds(10)
    /// How often an alarm that is going on is told again.
    package var repeatsEvery: Span = .seconds(1)
    /// How long a nonce is good for; after it the answer is a challenge with `stale=true`.
    package var nonceLifetime: Span = .minutes(5)
    /// Wrong tries until nobody is let in any more, and for how long.
    package var triesUntilLocked = 7
    /// How long the lock-out lasts.
    package var lockedFor: Span = .minutes(30)
    /// Bytes that may wait for a slow reader before what follows is dropped.
    package var backlogLimit = 64 << 20
    /// `deviceType`; a recorder (`NVR`) gives pictures only under its proxy's path.
    package var deviceType = "IPDome"
    /// Number and name.
    package var presets: [(number: Int, name: String)] = [(1, "Gate"), (2, "Street")]
    package var patrols: [(number: Int, name: String)] = [(1, "Round")]
    /// Event types, and how each is notified: `center` is "Notify Surveillance Center".
    package var triggers: [(eventType: String, methods: [String])] = [
        ("VMD", ["center"]), ("linedetection", ["center", "FTP"]), ("fielddetection", ["center"]), ("diskfull", []),
    ]
    /// A recorder's network cameras.
    package var proxyChannels: [(id: Int, name: String, address: String)] = []
    /// Whether `sentAlarms` is kept; load runs only count.
    package var keepsSentAlarms = true
    /// The camera's own clock, for `dateTime`.
    package var clock: @Sendable () -> Timestamp

    package init(
        name: String, user: String = "admin", password: String, channelName: String? = nil, port: Int = 0,
        clock: @escaping @Sendable () -> Timestamp = { Timestamp(microseconds: SystemClock.realtimeMicroseconds()) }
    ) {
        self.name = name
        self.user = user
        self.password = password
        self.port = port
        self.channelName = channelName ?? name
        self.clock = clock
        let mark = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        let octets = [24, 16, 8].map { UInt8(truncatingIfNeeded: mark >> UInt32($0)) }
        macAddress = "02:00:5e:" + octets.map(twoDigits).joined(separator: ":")
        serial = "SIM" + name.uppercased().filter { $0.isLetter || $0.isNumber } + "0000"
    }
}

private func twoDigits(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
}
