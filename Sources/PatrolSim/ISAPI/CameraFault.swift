/// What a simulated camera does wrong; each is known from the field and can be switched while it runs.
package enum CameraFault: Hashable, Sendable {
    /// What its clock writes.
    package enum Clock: Hashable, Sendable {
        /// `2021-06-01T08:00:00`, no zone.
        case noZone
        /// `2021-06-01T08:00:0008:00`: the sign of the zone is lost.
        case lostPlus
        /// Counts from 2000-01-01, as after a flat battery.
        case year2000
    }

    /// What stands before `boundary` at the head of a part.
    package enum Dashes: Hashable, Sendable {
        /// `boundary` instead of `--boundary`.
        case none
        /// `----boundary`: the header's parameter should have had the dashes.
        case four
    }

    /// Sends nothing any more; connections stay open.
    case stall
    /// Streams opened while it is set get their response header and never a part.
    case hangAfterHeaders
    /// Alarms and repeats go on; heartbeats stop.
    case noHeartbeat
    /// The next alarm stops half-way through its part and the connection closes; then the fault is spent.
    case cutMidPart
    /// Content-Length is that many bytes too large (or too small).
    case lieAboutLength(Int)
    case noContentLength
    /// The channel's name holds `&` as it is.
    case bareAmpersand
    /// `<channelID/>`.
    case emptyChannel
    case lostClock(Clock)
    case wrongBoundaryDashes(Dashes)
    /// These bytes stand before every part.
    case garbage([UInt8])
    /// Every request is answered 401.
    case refuse
    /// `/ISAPI/Event/notification/alertStream` is 404; the path without `/ISAPI` works.
    case notFoundOnNewPath
    /// Each alarm is sent twice, byte for byte.
    case duplicateAlarm
    /// Each alarm is followed by an `image/jpeg` part of these bytes.
    case picturePart([UInt8])
    /// Alarm parts are complete, their XML is not.
    case truncatedXML
    /// The channel's name is GB18030 although the part says UTF-8.
    case gbkChannelName
    /// An `ipv6Address` element stands beside `ipAddress`.
    case ipv6
    /// Parts are `application/json`.
    case json
    /// Snapshots are always the same.
    case frozenPicture
    /// Snapshots are answered with 200 and an XML error.
    case errorForPicture
    /// Snapshots are answered with 200 and a device error, as where the video is lost.
    case videoLost
    /// The device says that it is busy, whatever is asked.
    case busy
    /// `httpHosts` are taken and not kept.
    case forgetsHosts
}
