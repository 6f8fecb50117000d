/// Where stages take the present from, so that tests and the demonstration year can set it.
///
/// `now()` is civil time and may step; `uptime()` never goes back and measures intervals.
/// Two implementations: the machine's clock (`Platform.SystemClock`) and one that tests or the demonstration drive.
package protocol WallClock: Sendable {
    func now() -> Timestamp
    func uptime() -> Span
}
