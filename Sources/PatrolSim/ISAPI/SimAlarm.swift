/// One alarm as a simulated camera tells it: the content of one part of its stream.
package struct SimAlarm: Hashable, Sendable {
    /// `eventState`.
    package enum State: String, Hashable, Sendable {
        case active, inactive
    }

    /// Which element names the channel; firmware differs.
    package enum ChannelElement: Hashable, Sendable {
        case channelID, dynChannelID, both
    }

    /// The camera's own word: `fielddetection`, `linedetection`, `regionEntrance`, `parking` and so on.
    package var eventType: String
    /// Going on, or over.
    package var state: State
    /// `channelID`, from 1.
    package var channel: Int
    /// Where the channel stands.
    package var channelElement = ChannelElement.channelID
    /// The text of `dateTime`; nothing lets the camera's clock write it.
    package var dateTime: String?
    /// Rule or region of the picture.
    package var region: String?
    /// `human`, `vehicle` and so on.
    package var target: String?
    /// How often the alarm was posted since it began, this time included.
    package var activePostCount: Int
    /// Nothing means `<eventType> alarm`.
    package var description: String?
    /// Wraps the alarm in a `duration` event whose `relationEvent` is the real type.
    package var asDuration = false
    /// Says that it is sent again (`isDataRetransmission`).
    package var isRetransmission = false

    package init(
        eventType: String, state: State = .active, channel: Int = 1, dateTime: String? = nil, region: String? = "1",
        target: String? = nil, activePostCount: Int = 1, description: String? = nil
    ) {
        self.eventType = eventType
        self.state = state
        self.channel = channel
        self.dateTime = dateTime
        self.region = region
        self.target = target
        self.activePostCount = activePostCount
        self.description = description
    }

    /// The heartbeat of these cameras: a video loss that is not there.
    package static let heartbeat = SimAlarm(
        eventType: "videoloss", state: .inactive, region: nil, activePostCount: 0, description: "videoloss alarm")

    /// The same alarm one post later.
    package var repeated: SimAlarm {
        var next = self
        next.activePostCount += 1
        return next
    }

    /// The end of this alarm.
    package var ended: SimAlarm {
        var next = self
        next.state = .inactive
        return next
    }
}

/// An alarm that a camera put on its streams, numbered from 1 in the order of sending.
package struct SentAlarm: Hashable, Sendable {
    /// From 1, without gaps.
    package let number: Int
    /// As it was raised.
    package let alarm: SimAlarm
    /// The text of `dateTime` that went out.
    package let dateTime: String
    /// How many streams were open when it was sent; 0 means that nobody heard it.
    package let streams: Int
}
