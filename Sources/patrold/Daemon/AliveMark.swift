import Dispatch
import Model
import Platform

/// A file that says when the daemon last lived, so that the minutes it was down become gaps of its feeds.
final class AliveMark: Sendable {
    private let path: String
    private let clock: any WallClock
    private let timer: RepeatingTimer
    /// When the last run was last alive, or nothing on the first one.
    let before: Timestamp?

    init(path: String, every: Span, clock: any WallClock) {
        self.path = path
        self.clock = clock
        before = Self.read(path)
        let queue = DispatchQueue(label: "patrold.alive", qos: .utility)
        timer = RepeatingTimer(every: max(Int(every.microseconds / 1000), 100), on: queue) {
            Self.write(path, clock.now())
        }
    }

    /// Leaves the moment of an orderly stop.
    func stop() {
        timer.cancel()
        Self.write(path, clock.now())
    }

    private static func read(_ path: String) -> Timestamp? {
        guard let bytes = try? Files.read(path, limit: 1024) else { return nil }
        return Timestamp(String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" })
    }

    private static func write(_ path: String, _ now: Timestamp) {
        // A mark that cannot be written only widens the gap told after the next start.
        try? Files.writeDurably(Array((now.text() + "\n").utf8), to: path)
    }
}
