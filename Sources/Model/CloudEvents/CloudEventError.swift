/// Why bytes are not a CloudEvent, as one sentence for the sender.
package struct CloudEventError: Error, Hashable, Sendable {
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}
