/// What a simulated Dahua device does wrong; each is known from the field and can be switched while it runs.
package enum DahuaFault: Hashable, Sendable {
    /// Sends nothing any more; connections stay open.
    case stall
    /// Streams opened while it is set get their response header and never a part.
    case hangAfterHeaders
    /// Events go on; heartbeats stop.
    case noHeartbeat
    /// The next event stops half-way and the connection closes; then the fault is spent.
    case cutMidEvent
    /// No blank line between a part's headers and its body.
    case noBlankLine
    /// No line end behind a body; the delimiter of the next part follows at once.
    case noLineEnd
    /// Content-Length is that many bytes too large (or too small).
    case lieAboutLength(Int)
    case noContentLength
    /// Every part leaves in pieces of so many bytes.
    case pieces(Int)
    /// The response is sent in HTTP chunks, one a part.
    case transferChunks
    /// Attaching to `[All]` is answered with 400.
    case allRefused
    /// These bytes stand before every part.
    case garbage([UInt8])
    /// `data` is cut so that it is no JSON; its brackets still close.
    case brokenJSON
    /// `data` loses its last bracket.
    case openJSON
    /// Every request is answered 401.
    case refuse
    /// The event service is 404, as on a device of another make.
    case notFound
    /// Each event is sent twice, byte for byte.
    case duplicateEvent
    /// Events carry no `data`.
    case noData
    /// `UTC` counts local time as if it were UTC, and there is no `LocaleTime`.
    case localUTC
    /// Snapshots are answered with 200 and a text.
    case textForPicture
    /// The clock stands at 2000-01-01.
    case lostClock
}
