/// A complaint's identity for ever: its channel and the channel's own number, written `smart-kundulun/2021-0815`.
package struct ComplaintName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Key of the channel; holds no slash.
    package let channel: String
    /// The channel's own number; may hold slashes.
    package let number: String

    package init(channel: String, number: String) {
        self.channel = channel
        self.number = number
    }

    /// Reads `CHANNEL/NUMBER`; nothing where one of the two is missing.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        self.init(channel: String(parts[0]), number: String(parts[1]))
    }

    package var description: String { channel + "/" + number }

    package static func < (left: ComplaintName, right: ComplaintName) -> Bool {
        (left.channel, left.number) < (right.channel, right.number)
    }
}

extension Complaint {
    package var name: ComplaintName { ComplaintName(channel: channel, number: number) }
}

extension ComplaintClosing {
    package var name: ComplaintName { ComplaintName(channel: channel, number: number) }
}
