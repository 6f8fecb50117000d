import Feeds
import Model
import Testing

@Suite struct AuthenticationGuardTests {
    private let guardian = AuthenticationGuard()
    private let delay = Backoff(first: .seconds(30), longest: .minutes(10))

    private func address(_ password: String) -> DeviceAddress {
        DeviceAddress(url: "http://192.0.2.1", user: "admin", password: { password })
    }

    /// Tries for a day, once a second, with whoever asks first; gives the times of the tries.
    private func tries(_ seconds: Int64) -> [Int64] {
        (0..<seconds).filter { second in
            guard guardian.admit(address("wrong"), at: .seconds(second)) == nil else { return false }
            guardian.refused(address("wrong"), at: .seconds(second), delay: delay)
            return true
        }
    }

    @Test("a refused password is tried after 30 s and a minute more, and then once in half an hour")
    func delays() {
        #expect(tries(6000) == [0, 30, 90, 1890, 3690, 5490])
    }

    @Test("after the delay one may try and the others wait for its outcome")
    func claim() {
        guardian.refused(address("wrong"), at: .zero, delay: delay)
        #expect(guardian.admit(address("wrong"), at: .seconds(29)) != nil)
        #expect(guardian.admit(address("wrong"), at: .seconds(30)) == nil)
        #expect(guardian.admit(address("wrong"), at: .seconds(31)) != nil)
        guardian.accepted(address("wrong"))
        #expect(guardian.admit(address("wrong"), at: .seconds(32)) == nil)
        #expect(guardian.admit(address("wrong"), at: .seconds(32)) == nil)
    }

    @Test("another password is another key, and so is another device")
    func keys() {
        guardian.refused(address("wrong"), at: .zero, delay: delay)
        #expect(guardian.admit(address("right"), at: .zero) == nil)
        var other = address("wrong")
        other.url = "http://192.0.2.2"
        #expect(guardian.admit(other, at: .zero) == nil)
    }

    @Test("a lock that the device tells of is waited for and named")
    func locked() {
        let problem = guardian.refused(address("wrong"), at: .zero, delay: delay, lockedFor: .minutes(25))
        #expect(problem.code == .locked && problem.sentence.contains("25 min"))
        #expect(guardian.admit(address("wrong"), at: .minutes(24))?.code == .locked)
        #expect(guardian.admit(address("wrong"), at: .minutes(25)) == nil)
    }
}
