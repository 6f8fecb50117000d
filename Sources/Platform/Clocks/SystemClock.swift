import Glibc

/// The machine's clocks: realtime for civil time, boottime for intervals (it goes on through suspend).
package enum SystemClock {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package static func realtimeMicroseconds() -> Int64 { read(CLOCK_REALTIME) }

    /// Microseconds since the machine started; never goes back.
    package static func uptimeMicroseconds() -> Int64 { read(CLOCK_BOOTTIME) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
