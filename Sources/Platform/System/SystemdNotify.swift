import Glibc

/// Tells systemd how the service is doing (sd_notify(3)), without libsystemd; does nothing where systemd does not ask.
package struct SystemdNotify: Sendable {
    private let socketPath: String?
    /// How often systemd wants a sign of life, or nothing where it does not watch us.
    package let watchdogMicroseconds: Int64?

    /// Reads what systemd put into the process's environment.
    package init() {
        let names = ["NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC"]
        let pairs = names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } }
        self.init(environment: Dictionary(uniqueKeysWithValues: pairs))
    }

    init(environment: [String: String]) {
        socketPath = environment["NOTIFY_SOCKET"]
        let forUs = environment["WATCHDOG_PID"].map { Int32($0) == getpid() } ?? true
        watchdogMicroseconds = forUs ? environment["WATCHDOG_USEC"].flatMap { Int64($0) } : nil
    }

    package func ready() { send("READY=1") }
    package func stopping() { send("STOPPING=1") }
    package func watchdog() { send("WATCHDOG=1") }
    package func reloading() { send("RELOADING=1\nMONOTONIC_USEC=\(SystemClock.uptimeMicroseconds())") }
    package func status(_ line: String) { send("STATUS=" + line.filter { $0 != "\n" }) }

    private func send(_ message: String) {
        guard let socketPath else { return }
        DatagramSocket.send(Array(message.utf8), to: socketPath)
    }
}
