import Model

/// What the configuration says of one Hikvision device.
package struct ISAPICamera: Sendable {
    package var profile: DeviceProfile
    package var address: DeviceAddress
    package var path = "/ISAPI/Event/notification/alertStream"
    /// Tried once when `path` is answered with 404, as old firmware does.
    package var fallbackPath = "/Event/notification/alertStream"
    /// The longest part of the stream in bytes.
    package var partLimit = 4 << 20
    /// Shared by everything that calls this device with this password.
    package var authentication = AuthenticationGuard()

    package init(_ profile: DeviceProfile, at address: DeviceAddress) {
        self.profile = profile
        self.address = address
    }

    func streamRequest(path: String) -> CurlRequest {
        var request = address.request(path, headers: [("Accept", "multipart/mixed, */*")])
        // The silence limit judges the stream; libcurl's own limit only catches what it might miss.
        request.lowSpeedTime = Duration.microseconds(profile.limits.silence.microseconds) + .seconds(2)
        return request
    }
}
