import Crypto
import Model
import Synchronization

/// Keeps everything that calls one device from trying a refused password again and again.
///
/// Devices let nobody in for half an hour after five to seven wrong passwords. So a refusal closes the way for stream,
/// control and polls alike until its delay is over, then one of them may try; from the third refusal on that is once in
/// half an hour. A changed password is another key and is tried at once. Kept in memory: a restart forgets it.
package final class AuthenticationGuard: Sendable {
    private struct Refusal {
        var count = 0
        var delay: Backoff
        var closedUntil = Span.zero
        var isLocked = false
    }

    /// Refusals after which only one try in `longDelay` is left.
    private static let triesAtFirst = 3
    private static let longDelay = Span.minutes(30)
    /// How long the one that tries again has to report.
    private static let claim = Span.seconds(30)

    private let refusals = Mutex<[String: Refusal]>([:])

    package init() {}

    /// Asks for leave to send the password; nothing where it may be sent now, else why not.
    ///
    /// After a refusal the leave is for the one who asked, who must report `refused` or `accepted`.
    package func admit(_ address: DeviceAddress, at uptime: Span) -> DeviceProblem? {
        refusals.withLock { refusals in
            guard !refusals.isEmpty else { return nil }
            let key = Self.key(address)
            guard var refusal = refusals[key] else { return nil }
            guard refusal.closedUntil <= uptime else { return Self.problem(refusal, at: uptime) }
            refusal.closedUntil = uptime + Self.claim
            refusals[key] = refusal
            return nil
        }
    }

    /// Takes a 401 that answered the password.
    ///
    /// - Parameters:
    ///   - delay: the device's `refusedRetry`.
    ///   - lockedFor: how long the device says that it lets nobody in.
    /// - Returns: the sentence for the operator.
    @discardableResult
    package func refused(_ address: DeviceAddress, at uptime: Span, delay: Backoff, lockedFor: Span? = nil) -> DeviceProblem {
        refusals.withLock { refusals in
            let key = Self.key(address)
            var refusal = refusals[key] ?? Refusal(delay: delay)
            refusal.count += 1
            refusal.isLocked = lockedFor != nil
            let next = refusal.delay.next(random: 0)
            let wait = refusal.count < Self.triesAtFirst ? next : max(next, Self.longDelay)
            refusal.closedUntil = uptime + max(wait, lockedFor ?? .zero)
            if refusals.count >= 10_000 { refusals = refusals.filter { $0.value.closedUntil > uptime } }
            refusals[key] = refusal
            return Self.problem(refusal, at: uptime)
        }
    }

    /// The device took the password.
    package func accepted(_ address: DeviceAddress) {
        refusals.withLock { refusals in
            guard !refusals.isEmpty else { return }
            refusals[Self.key(address)] = nil
        }
    }

    private static func problem(_ refusal: Refusal, at uptime: Span) -> DeviceProblem {
        let wait = waiting(refusal.closedUntil - uptime)
        if refusal.isLocked {
            return DeviceProblem(
                .locked,
                "the device lets nobody in after too many wrong passwords (HTTP 401); it says that it opens again in \(wait)")
        }
        return DeviceProblem(
            .refused,
            "the device refuses user or password (HTTP 401); correct them, or wait \(wait): this password is not sent before,"
                + " because the device may lock us out")
    }

    private static func waiting(_ span: Span) -> String {
        span.seconds >= 120 ? "\((span.seconds + 59) / 60) min" : "\(max(1, span.seconds)) s"
    }

    /// One device, one user, one password; the password itself is not kept.
    private static func key(_ address: DeviceAddress) -> String {
        let text = "\(address.url)\n\(address.user ?? "")\n\(address.password() ?? "")"
        return SHA256.hash(data: Array(text.utf8)).map { String($0, radix: 16) }.joined(separator: ".")
    }
}
