import Model

/// What the configuration says of one ONVIF camera.
package struct ONVIFCamera: Sendable {
    package var profile: DeviceProfile
    package var address: DeviceAddress
    package var devicePath = "/onvif/device_service"
    package var plan = ONVIFSession.Plan()
    /// A small file that keeps our subscription over a crash, so that it is taken up or given back; nothing for none.
    package var stateFile: String?
    /// How long a state lasts that the camera never takes back; states are not repeated while they hold.
    package var holdsFor = Span.minutes(10)

    /// - Parameter address: `http://<host>[:<port>]`; the paths are the camera's own.
    package init(_ profile: DeviceProfile, at address: DeviceAddress) {
        self.profile = profile
        self.address = address
    }

    /// The plan with polls and probes that a live camera answers well within the silence limit.
    var fittedPlan: ONVIFSession.Plan {
        var fitted = plan
        let silence = profile.limits.silence.microseconds
        fitted.poll = min(plan.poll, Span(microseconds: silence / 3 * 2))
        fitted.probe = min(plan.probe, Span(microseconds: silence / 2))
        return fitted
    }

    /// The profile as the feed takes it.
    var feedProfile: DeviceProfile {
        var changed = profile
        changed.quiet = holdsFor
        return changed
    }
}
