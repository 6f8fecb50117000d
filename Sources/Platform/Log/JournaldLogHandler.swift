import Glibc
import Logging

/// Sends messages to journald with native fields, so that `journalctl PATROL_FEED=cam-1` finds them.
///
/// Metadata `feed` becomes `PATROL_FEED=`; systemd.journal-fields(7) and the native protocol's page describe the form.
package struct JournaldLogHandler: LogHandler {
    package static let socketPath = "/run/systemd/journal/socket"
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    private let socketPath: String

    package init(socketPath: String = Self.socketPath) {
        self.socketPath = socketPath
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let data = all.sorted { $0.key < $1.key }
        var datagram: [UInt8] = []
        Self.append("PRIORITY", Self.priority(event.level), to: &datagram)
        Self.append("SYSLOG_IDENTIFIER", "patrold", to: &datagram)
        let text = data.map { " \($0.key)=\($0.value)" }.joined()
        Self.append("MESSAGE", "\(event.message)\(text)", to: &datagram)
        for (key, value) in data { Self.append("PATROL_" + Self.fieldName(key), "\(value)", to: &datagram) }
        DatagramSocket.send(datagram, to: socketPath)
    }

    private static func priority(_ level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "7"
        case .info: "6"
        case .notice: "5"
        case .warning: "4"
        case .error: "3"
        case .critical: "2"
        }
    }

    private static func fieldName(_ key: String) -> String {
        String(key.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// A value with a newline goes in binary form: name, newline, 64-bit little-endian length, value.
    static func append(_ name: String, _ value: String, to datagram: inout [UInt8]) {
        datagram += name.utf8
        if value.contains("\n") {
            datagram.append(0x0A)
            withUnsafeBytes(of: UInt64(value.utf8.count).littleEndian) { datagram += $0 }
        } else {
            datagram.append(UInt8(ascii: "="))
        }
        datagram += value.utf8
        datagram.append(0x0A)
    }
}
