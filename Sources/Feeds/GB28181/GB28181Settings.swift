import Model

/// What the configuration says of the platform that devices register with.
package struct GB28181Settings: Sendable {
    /// Address, port, transports, limits.
    package var sip = SIPEndpoint.Settings()
    /// Our own code, of type 200.
    package var code: GB28181Code
    /// The realm of passwords; the first ten digits of our code unless the site chose another.
    package var realm: String
    /// Seconds that an alarm subscription is asked for.
    package var subscription = 3600
    /// How long after its last part an answer in parts counts as complete.
    package var quiet = Span.seconds(10)
    /// Civil time in the `Date` that devices set their clocks by.
    package var zone = Zone.shanghai

    package init(code: GB28181Code) {
        self.code = code
        realm = code.domain
    }
}

/// What the configuration says of one device.
package struct GB28181Device: Sendable {
    package var code: GB28181Code
    /// Asked for at each registration, so that a changed secret is used.
    package var secret: @Sendable () -> String?
    package var profile: DeviceProfile
    /// The codes of its channels and alarm inputs → the channel to write down.
    package var channels: [GB28181Code: Int] = [:]
    /// Of alarm times, which name no zone.
    package var zone = Zone.shanghai

    /// A device counts as silent after three missed keepalives.
    ///
    /// - Parameter keepalive: how often the device reports, as it is set there.
    package init(
        _ code: GB28181Code, profile: DeviceProfile, keepalive: Span = .seconds(60),
        secret: @escaping @Sendable () -> String?
    ) {
        self.code = code
        self.profile = profile
        self.secret = secret
        self.profile.limits.silence = Span(microseconds: keepalive.microseconds * 3)
    }
}

/// Somebody who called and is not in the configuration.
package struct GB28181Stranger: Hashable, Sendable {
    /// The code as it was given, cut to 40 characters.
    package var code: String
    /// Where it called from the last time.
    package var address: String
    package var calls: Int
    package var last: Timestamp
}
