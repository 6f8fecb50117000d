import Model

/// The times in an event's data.
struct DahuaTime: Hashable, Sendable {
    /// The moment that the device means, as far as it can be told.
    let moment: Timestamp?
    /// RFC 3339, or the device's own text where it could not be read.
    let text: String

    /// Reads `LocaleTime` in the configured zone, else `RealUTC`, else `UTC`, with `UTCMS` as its milliseconds.
    ///
    /// `UTC` is local time counted as if it were UTC on many devices, so of both readings the one nearer to our clock
    /// is meant; a device whose clock is hours off gets the same reading at every repeat within the hour.
    init?(_ data: JSON, zone: Zone, received: Timestamp) {
        let fraction = Span.milliseconds(Int64(min(max(data["UTCMS"]?.int ?? 0, 0), 999)))
        if let local = data["LocaleTime"]?.string, !local.isEmpty {
            moment = Timestamp(local, assuming: zone).map { $0 + fraction }
            text = moment?.text(in: zone) ?? String(local.prefix(64))
            return
        }
        guard let told = Self.seconds(data["RealUTC"]) ?? Self.seconds(data["UTC"]) else { return nil }
        let plain = Timestamp(seconds: told) + fraction
        let shifted = plain - .seconds(zone.seconds)
        let isLocal = abs(shifted - received) < abs(plain - received) && Self.seconds(data["RealUTC"]) == nil
        moment = isLocal ? shifted : plain
        text = (isLocal ? shifted : plain).text(in: zone)
    }

    /// Whole seconds of a number such as `1549080650.0`, where that is a time of this century.
    private static func seconds(_ value: JSON?) -> Int64? {
        guard let number = value?.double, number > 946_684_800, number < 4_102_444_800 else { return nil }
        return Int64(number)
    }

    /// Reads what `global.cgi?action=getCurrentTime` answers: `2021-06-01 08:00:00`.
    static func clock(_ text: String, zone: Zone) -> Timestamp? {
        Timestamp(text, assuming: zone)
    }
}

/// The distance from zero.
private func abs(_ span: Span) -> Span { span < .zero ? Span.zero - span : span }
