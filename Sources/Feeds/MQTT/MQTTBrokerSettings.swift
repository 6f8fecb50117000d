import Model

/// What the configuration says of one broker and of the devices that publish through it.
package struct MQTTBrokerSettings: Sendable {
    package var name: String
    package var host: String
    package var port: Int
    /// Whose certificates are believed; nothing for a connection without TLS.
    package var trust: CurlTrust?
    /// The session that the broker keeps for us; no two clients of a broker may share one.
    package var clientID: String
    package var user: String?
    /// Asked for at each connection, so that a changed secret is used.
    package var password: @Sendable () -> String?
    package var keepAlive = Span.seconds(30)
    package var devices: [MQTTDevice]
    package var retry = Backoff(first: .seconds(1), longest: .seconds(60))
    package var refusedRetry = Backoff(first: .seconds(30), longest: .minutes(10))
    /// The longest message in bytes; of a longer one the beginning goes to quarantine.
    package var messageLimit = 1 << 20

    /// - Parameter clientID: `patrold-` and the broker's name unless told otherwise.
    package init(
        name: String, host: String, port: Int = 1883, user: String? = nil, clientID: String? = nil, devices: [MQTTDevice],
        password: @escaping @Sendable () -> String? = { nil }
    ) {
        self.name = name
        self.host = host
        self.port = port
        self.user = user
        self.clientID = clientID ?? "patrold-" + name
        self.devices = devices
        self.password = password
    }

    /// The filters of all devices, each once.
    var filters: [String] {
        var seen: Set<String> = []
        return devices.flatMap(\.filters).filter { seen.insert($0).inserted }
    }

    var session: MQTTSession.Settings {
        let seconds = UInt16(min(max(keepAlive.seconds, 1), 65_535))
        let connect = MQTTConnect(clientID: clientID, user: user, password: password(), keepAlive: seconds)
        var settings = MQTTSession.Settings(connect: connect, filters: filters)
        settings.retry = retry
        settings.refusedRetry = refusedRetry
        return settings
    }
}
