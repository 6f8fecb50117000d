import Dispatch
import Model
import Synchronization

/// A device of GB/T 28181 that does not exist: registers, reports that it lives, raises alarms, answers questions.
///
/// Its protocol state is confined to `queue`, what tests look at is in `seen`, hence `@unchecked Sendable`.
package final class GB28181Device: @unchecked Sendable {
    /// What the device saw so far.
    package struct Seen: Sendable {
        package var isRegistered = false
        package var registrations = 0
        /// Statuses of answers to its own requests: method and status, in order.
        package var answers: [String] = []
        /// `Date` of the last answer to a registration.
        package var date: String?
        /// Numbers of alarms that SIP said 200 to.
        package var taken: [Int] = []
        /// Numbers of alarms that the platform's own message confirmed.
        package var confirmed: [String] = []
        package var repeats = 0
        package var guards = 0
        package var subscriptions = 0
        /// `CmdType`s of questions.
        package var questions: [String] = []
        /// `PTZCmd`s in hexadecimal.
        package var orders: [String] = []
        package var presetsCalled: [Int] = []
    }

    let queue = DispatchQueue(label: "patrolsim.gb28181")
    let settings: GB28181DeviceSettings
    let seen = Mutex(Seen())
    private let faults: Mutex<Set<GB28181Fault>>
    private let answersToLose = Mutex(0)
    var wire: GB28181Wire?
    var callID = ""
    var sequence = 0
    var serial = 0
    /// Alarms are numbered by themselves.
    var alarms = 0
    var last: RaisedAlarm?
    /// The subscription's dialog: Call-ID, our tag, the platform's `From`.
    var dialog: (callID: String, ourTag: String, platform: String)?
    /// Branch → what was answered, for requests that come again.
    var said: [String: [UInt8]] = [:]
    var pending: [String: GB28181Sending] = [:]
    var random: SplitMix64
    private var generation = 0

    package init(_ settings: GB28181DeviceSettings, faults: Set<GB28181Fault> = [], seed: UInt64 = 28181) {
        self.settings = settings
        self.faults = Mutex(faults)
        random = SplitMix64(seed: seed)
    }

    package var state: Seen { seen.withLock { $0 } }

    package func set(_ fault: GB28181Fault, _ isOn: Bool = true) {
        faults.withLock { if isOn { $0.insert(fault) } else { $0.remove(fault) } }
    }

    func has(_ fault: GB28181Fault) -> Bool { faults.withLock { $0.contains(fault) } }

    var style: SimSIP.Style {
        faults.withLock { faults in
            faults.lazy.compactMap { if case .style(let style) = $0 { style } else { nil } }.first ?? .plain
        }
    }

    /// Drops the next answers to its requests, as a bad line does.
    package func loseAnswers(_ count: Int) {
        answersToLose.withLock { $0 = count }
    }

    /// Whether the answer that has come now is lost.
    func losesAnswer() -> Bool {
        answersToLose.withLock { count in
            guard count > 0 else { return false }
            count -= 1
            return true
        }
    }

    /// Switches the device on: it registers and goes on by itself.
    package func start() {
        queue.async { [self] in begin() }
    }

    private func begin() {
        generation += 1
        wire = GB28181Wire(settings, queue: queue) { [weak self] in self?.received($0) }
        guard wire != nil else { return again(after: .milliseconds(200)) { $0.begin() } }
        // The same numbers after each start, as devices have that make them from their code.
        callID = "\(settings.code.suffix(8))@sim"
        sequence = 0
        serial = 0
        alarms = 0
        register(expires: settings.expires)
        scheduleKeepalive()
    }

    /// Pulls the plug: nothing is said any more.
    package func stop() async {
        await withCheckedContinuation { done in
            queue.async { [self] in
                halt()
                done.resume()
            }
        }
    }

    private func halt() {
        generation += 1
        wire?.close()
        wire = nil
        pending = [:]
        said = [:]
        dialog = nil
        seen.withLock { $0.isRegistered = false }
    }

    /// Off and on again: numbers begin anew under the same Call-ID.
    package func reboot() {
        queue.async { [self] in
            halt()
            begin()
        }
    }

    /// Speaks from another port without telling, as behind a router that forgot the old one.
    package func moveToAnotherPort() {
        queue.async { [self] in
            wire?.close()
            wire = GB28181Wire(settings, queue: queue) { [weak self] in self?.received($0) }
        }
    }

    /// Logs out properly.
    package func logOut() {
        queue.async { [self] in register(expires: 0) }
    }

    /// Registers once more, as a device does before its time is over.
    package func refresh() {
        queue.async { [self] in register(expires: settings.expires) }
    }

    /// Sends bytes as they are.
    package func send(raw bytes: [UInt8]) {
        queue.async { [self] in wire?.send(bytes) }
    }

    /// Sends a MESSAGE with any body, sent again until it is answered.
    package func send(body: String) {
        queue.async { [self] in
            var message = request("MESSAGE")
            message.add("Content-Type", "Application/MANSCDP+xml")
            message.body = Array(body.utf8)
            send(message)
        }
    }

    /// Raises an alarm, sent again until the platform says 200.
    package func raise(_ alarm: SimGB28181Alarm) {
        queue.async { [self] in send(alarm) }
    }

    /// Sends the last alarm once more in a message of its own, as a device does that misses our confirmation.
    package func raiseLastAgain() {
        queue.async { [self] in
            if let last { send(last) }
        }
    }

    /// Runs a step later, unless the device was switched off meanwhile.
    func again(after span: Span, _ step: @escaping @Sendable (GB28181Device) -> Void) {
        let now = generation
        queue.asyncAfter(deadline: .now() + .microseconds(Int(span.microseconds))) { [weak self] in
            guard let self, generation == now else { return }
            step(self)
        }
    }

    private func scheduleKeepalive() {
        again(after: settings.keepalive) { device in
            if device.state.isRegistered { device.sendKeepalive() }
            device.scheduleKeepalive()
        }
    }
}
