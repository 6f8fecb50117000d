import Model

/// What the configuration says of one Dahua device: a camera, or a recorder with all of its channels on one stream.
package struct DahuaCamera: Sendable {
    /// After so long without a word an alarm counts as over; these devices say once that it begins and once that it ends.
    package static let quiet = Span.minutes(5)
    /// What is asked for where `[All]` is refused, as by old firmware.
    package static let listedCodes = [
        "VideoMotion", "SmartMotionHuman", "SmartMotionVehicle", "CrossLineDetection", "CrossRegionDetection",
        "LeftDetection", "TakenAwayDetection", "WanderDetection", "ParkingDetection", "CrowdDetection", "RioterDetection",
        "MoveDetection", "FireWarning", "SmokeDetection", "VideoLoss", "VideoBlind", "VideoAbnormalDetection",
        "AlarmLocal", "StorageNotExist", "StorageFailure", "StorageLowSpace",
    ]

    /// `quiet` should be `DahuaCamera.quiet` unless the site knows better.
    package var profile: DeviceProfile
    package var address: DeviceAddress
    /// The codes to attach to.
    package var codes = ["All"]
    /// Tried once when `codes` are refused.
    package var fallbackCodes = DahuaCamera.listedCodes
    /// Seconds between heartbeats, 1 to 60.
    package var heartbeat = 5
    /// The longest event in bytes.
    package var eventLimit = 1 << 20
    /// The zone of the device's `LocaleTime`.
    package var zone = Zone.shanghai
    /// How often the device's clock is asked for; nothing for never.
    package var clockEvery: Span? = .minutes(10)
    /// Shared by everything that calls this device with this password.
    package var authentication = AuthenticationGuard()

    package init(_ profile: DeviceProfile, at address: DeviceAddress) {
        self.profile = profile
        self.address = address
    }

    /// Brackets stay as they are: some firmware does not undo percent codes in `codes`.
    func streamRequest(codes: [String]) -> CurlRequest {
        let seconds = min(max(heartbeat, 1), 60)
        let list = codes.joined(separator: ",")
        var request = address.request("/cgi-bin/eventManager.cgi?action=attach&codes=[\(list)]&heartbeat=\(seconds)")
        // The silence limit judges the stream; libcurl's own limit only catches what it might miss.
        request.lowSpeedTime = Duration.microseconds(profile.limits.silence.microseconds) + .seconds(2)
        return request
    }
}
