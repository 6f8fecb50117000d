import Glibc
import Logging

/// Writes one human line a message to standard error: time, level, message, metadata.
package struct StderrLogHandler: LogHandler {
    package var logLevel: Logger.Level = .info
    package var metadata: Logger.Metadata = [:]
    private let label: String

    package init(label: String) {
        self.label = label
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        let data = all.sorted { $0.key < $1.key }.map { " \($0.key)=\(quoted("\($0.value)"))" }.joined()
        let text = "\(Self.time()) \(event.level.rawValue.uppercased()) \(event.message)\(data)\n"
        _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }

    private static func time() -> String {
        var now = Glibc.time(nil)
        var parts = tm()
        localtime_r(&now, &parts)
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 32) { buffer in
            guard let start = buffer.baseAddress else { return "" }
            let count = strftime(start, buffer.count, "%Y-%m-%dT%H:%M:%S%z", &parts)
            return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
        }
    }
}

/// A value with quotes where blanks would make it ambiguous.
private func quoted(_ value: String) -> String {
    let plain = value.filter { $0 != "\n" }
    return plain.contains(" ") || plain.isEmpty ? "\"\(plain)\"" : plain
}
