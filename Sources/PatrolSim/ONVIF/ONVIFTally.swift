/// What happened at a simulated ONVIF camera.
package struct ONVIFTally: Hashable, Sendable {
    /// Messages raised by the test or the demonstration.
    package var raised = 0
    /// Messages that went out in answers to polls, counted once a subscription.
    package var pulled = 0
    /// Messages that a consumer took.
    package var pushed = 0
    package var polls = 0
    package var created = 0
    package var renewed = 0
    package var unsubscribed = 0
    package var expired = 0
    package var synchronized = 0
    /// Calls with a wrong or without a password.
    package var refused = 0
    /// Uptime in microseconds of the last creation.
    package var lastCreated: Int64?
    /// The preset that it was last turned to.
    package var preset: String?
    /// The tour that runs.
    package var tour: String?
}
