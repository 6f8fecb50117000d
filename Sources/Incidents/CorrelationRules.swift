import Model

/// What makes one incident out of many events; every decision names the version it was made by.
package struct CorrelationRules: Hashable, Sendable {
    package var version: String
    /// Alarms of one camera, class and place this close to the last one are the same incident.
    package var window: Span
    /// A device clock further off than this does not date an incident; the receive time does.
    package var clockTolerance: Span
    /// Alarm classes that open incidents; nothing means all.
    package var classes: Set<String>?
    /// Camera → road section.
    package var places: [String: String]
    /// Alarm class → 大类+小类.
    package var categories: [String: String]
    /// Channels whose complaints need no look on site first (memos of superior bodies).
    package var trustedChannels: Set<String>

    package init(
        version: String, window: Span = .minutes(10), clockTolerance: Span = .minutes(5), classes: Set<String>? = nil,
        places: [String: String] = [:], categories: [String: String] = [:], trustedChannels: Set<String> = []
    ) {
        self.version = version
        self.window = window
        self.clockTolerance = clockTolerance
        self.classes = classes
        self.places = places
        self.categories = categories
        self.trustedChannels = trustedChannels
    }
}

/// An incident that further events may join.
package struct OpenCase: Hashable, Sendable {
    package let incident: String
    package let last: Timestamp

    package init(incident: String, last: Timestamp) {
        self.incident = incident
        self.last = last
    }
}
