import Model

/// What the configuration says of the GA/T 1400 receiver: who we are, which devices may call, what of people is kept.
package struct GA1400Settings: Sendable {
    /// What happens to faces and persons.
    package enum PersonalData: String, Sendable {
        /// Counted and let go; neither events nor evidence nor quarantine see them.
        case drop
        case store
    }

    /// Our own id, 20 digits (GB/T 28181 annex D).
    package var serverID: String
    package var devices: [GA1400Registrant]
    package var personalData = PersonalData.drop
    /// Whether plate numbers stand in the alarm's description, and crops of plates may be its picture.
    package var keepsPlates = false
    /// How long a registration lives without a call.
    package var registration = Span.minutes(5)
    /// The longest body in bytes.
    package var bodyLimit = 16 << 20
    /// Bytes of bodies that are read at the same time; beyond it devices are told to come again.
    package var pendingLimit = 64 << 20

    /// How long a device waits for the journal before it is told to come again; its objects are taken once all the same.
    package var patience = Span.seconds(15)

    package init(serverID: String, devices: [GA1400Registrant]) {
        self.serverID = serverID
        self.devices = devices
    }
}

/// One device or lower platform that registers with us.
package struct GA1400Registrant: Sendable {
    package var profile: DeviceProfile
    /// 20 digits; what it says in `User-Identify`.
    package var id: String
    package var user: String
    /// Asked for at each registration, so that a changed secret is used.
    package var password: @Sendable () -> String?

    /// - Parameter user: the device's id where the configuration names none, as most devices do.
    package init(
        _ profile: DeviceProfile, id: String, user: String? = nil, password: @escaping @Sendable () -> String?
    ) {
        self.profile = profile
        self.id = id
        self.user = user ?? id
        self.password = password
    }
}

/// What was taken from one device since the daemon started.
package struct GA1400Tally: Hashable, Sendable {
    /// Objects that became alarms.
    package var objects = 0
    /// Faces and persons that were let go.
    package var personalDropped = 0
    package var pictures = 0
    /// Pictures that are no JPEG or no base64.
    package var picturesUnreadable = 0
    /// Pictures that the evidence store did not take; their objects were not acknowledged.
    package var picturesRefused = 0

    package init() {}
}
