import Model

/// What the configuration says of one Hikvision device that calls us.
package struct ISAPIPushDevice: Sendable {
    package var profile: DeviceProfile
    /// Where the device is, for its clock and as a sign of life; nothing where that is not known.
    package var address: DeviceAddress?
    /// What the device answers our challenge with; nothing where it cannot.
    package var user: String?
    package var password: @Sendable () -> String? = { nil }
    /// IP addresses from which the device is believed without a password.
    package var allowedPeers: Set<String> = []
    /// Believed without a password where every alert names it; anybody on the network can do that.
    package var macAddress: String?
    /// How often the device's clock is asked for.
    package var pollEvery = Span.seconds(30)
    /// The longest call in bytes that is read; of a longer one the beginning is quarantined.
    package var bodyLimit = 16 << 20
    /// How long the device waits for the journal at most before it is told to come again.
    package var answerWithin = Span.seconds(10)
    /// Shared by everything that calls this device with this password.
    package var authentication = AuthenticationGuard()

    package init(_ profile: DeviceProfile, at address: DeviceAddress? = nil) {
        self.profile = profile
        self.address = address
    }
}

extension ISAPIPushDevice {
    /// Whether the caller's address is one that is believed; IPv4 may come mapped into IPv6 (RFC 4291, section 2.5.5.2).
    func believes(peer: String) -> Bool {
        let plain = peer.lowercased().hasPrefix("::ffff:") ? String(peer.dropFirst(7)) : peer
        return allowedPeers.contains(peer) || allowedPeers.contains(plain)
    }

    /// Whether a MAC address is the device's, however it is written.
    func believes(mac: String?) -> Bool {
        guard let macAddress, let mac else { return false }
        let digits = { (text: String) in text.lowercased().filter(\.isHexDigit) }
        return digits(mac).count == 12 && digits(mac) == digits(macAddress)
    }
}
