import Model

/// What an operator or a patrol asks of one channel of a device, over whatever protocol it speaks.
///
/// Calls are independent of the device's feed and of each other; each ends within half a minute. `go` returns when the
/// device has taken the order, not when the camera stands still. Nothing retries: a wrong password tried twice may lock
/// everybody out.
package protocol CameraControl: Sendable {
    /// Identity, clock, event support, presets, as far as the device tells; one that knows no presets has none.
    func facts() async throws(DeviceProblem) -> DeviceFacts
    func presets() async throws(DeviceProblem) -> [Preset]
    /// Turns to a preset.
    func go(to preset: String) async throws(DeviceProblem)
    func tours() async throws(DeviceProblem) -> [Preset]
    func startTour(_ tour: String) async throws(DeviceProblem)
    func stopTour(_ tour: String) async throws(DeviceProblem)
    /// A JPEG picture of this moment, its first and last bytes checked.
    func snapshot() async throws(DeviceProblem) -> [UInt8]
}

/// A place that a camera can turn to, or a tour that it can go.
package struct Preset: Hashable, Sendable {
    /// The device's own token: a number, or what ONVIF names it.
    package var token: String
    package var name: String

    package init(token: String, name: String) {
        self.token = token
        self.name = name
    }
}

/// What a device says of itself.
package struct DeviceFacts: Hashable, Sendable {
    package var manufacturer: String?
    package var model: String?
    package var firmware: String?
    package var serial: String?
    package var name: String?
    /// Device clock minus ours.
    package var clockOffset: Span?
    /// How events can be had, in the protocol's words, such as `alertStream` or `PullPoint`.
    package var events: [String] = []
    package var presets: [Preset] = []
    /// What an operator should know or change, one sentence each.
    package var notes: [String] = []

    package init() {}
}

/// Why a device did not do what it was asked, with a sentence that says what to change.
package struct DeviceProblem: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// Nobody answers there: address, port, cable, power.
        case unreachable
        /// User or password are wrong, or the user lacks the right.
        case refused
        /// Too many wrong passwords: the device lets nobody in for a while.
        case locked
        /// Something answers, and it speaks another protocol.
        case otherProtocol = "other-protocol"
        /// The device or the protocol cannot do this.
        case unsupported
        /// The device has no time or no free session.
        case busy
        /// The answer makes no sense.
        case unreadable
    }

    package let code: Code
    /// What is wrong and what to change.
    package let sentence: String

    package init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }

    package var description: String { sentence }
}
