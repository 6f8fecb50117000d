import Model

/// What a recorder writes into a file's name: often the only word about the call, since the sound holds none.
package struct RecordingName: Hashable, Sendable {
    /// Start of the call on the recorder's clock, RFC 3339 with `+08:00`.
    package var time: String?
    package var callID: String?
    package var caller: String?
    package var callee: String?
    package var direction: RecordingFile.Direction?

    package init() {}
}

/// The names that a recorder gives its files, as a regular expression with named groups.
///
/// Groups: `time` (14 digits, with or without an underscore or hyphen between date and time), `id`, `caller`, `callee`,
/// `remote` and `local` (the number outside and the extension: who called follows from `type`), and `type`
/// (`IN`, `Inbound`, `OUT`, `Outbound`, `Internal` …). The whole of the path below the spool folder must match, or the
/// file's own name.
package struct RecordingNamePattern: Hashable, Sendable {
    package let text: String

    /// Checks a pattern.
    ///
    /// - Throws: the regular expression's own error where it is malformed.
    package init(_ text: String) throws {
        _ = try Regex(text)
        self.text = text
    }

    private init(builtIn text: String) {
        self.text = text
    }

    /// `20191024012719-1571909237.191-4000-4001-Internal.wav`, `20261123_102030_IN_13800138000_8001.wav`,
    /// `20261123/6f1c….wav`.
    package static let builtIn: [RecordingNamePattern] = [
        #"(?<time>\d{14})-(?<id>[^-]+)-(?<caller>[^-]*)-(?<callee>[^-]*)-(?<type>[A-Za-z]+)\.\w+"#,
        #"(?<time>\d{8}_\d{6})_(?<type>[A-Za-z]+)_(?<remote>[^_]*)_(?<local>[^_]*)\.\w+"#,
        #"\d{8}/(?<id>[0-9A-Fa-f-]{36})\.\w+"#,
    ].map { RecordingNamePattern(builtIn: $0) }
}

/// Reads names by a list of patterns; the first that matches wins.
///
/// Not for sharing between queues.
struct RecordingNameReader {
    private let patterns: [Regex<AnyRegexOutput>]

    init(_ patterns: [RecordingNamePattern]) {
        self.patterns = patterns.compactMap { try? Regex($0.text) }
    }

    /// Reads a path below the spool folder; a name that matches nothing just has no fields.
    func read(_ path: String) -> RecordingName {
        let name = path.split(separator: "/").last.map { String($0) } ?? path
        for pattern in patterns {
            if let match = (try? pattern.wholeMatch(in: path)) ?? (try? pattern.wholeMatch(in: name)) {
                return fields { group in match.output.first { $0.name == group }?.substring.map { String($0) } }
            }
        }
        return RecordingName()
    }

    private func fields(_ group: (String) -> String?) -> RecordingName {
        var name = RecordingName()
        name.time = group("time").flatMap { Self.time($0) }
        name.callID = group("id").flatMap { $0.isEmpty ? nil : $0 }
        name.direction = group("type").flatMap { Self.direction($0) }
        let remote = group("remote")
        let local = group("local")
        let (from, to) = name.direction == .outbound ? (local, remote) : (remote, local)
        name.caller = (group("caller") ?? from).flatMap { Self.number($0) }
        name.callee = (group("callee") ?? to).flatMap { Self.number($0) }
        return name
    }

    /// Recorders write nothing, `0` or `P` where the line did not show the number.
    private static func number(_ text: String) -> String? {
        ["", "0", "P", "p"].contains(text) ? nil : text
    }

    private static func direction(_ text: String) -> RecordingFile.Direction? {
        switch text.lowercased() {
        case "in", "i", "inbound", "incoming", "ib": .inbound
        case "out", "o", "outbound", "outgoing", "ob": .outbound
        case "internal", "int": .internal
        default: nil
        }
    }

    /// 14 digits as civil time in Shanghai, or nothing where there is no such moment.
    private static func time(_ text: String) -> String? {
        let digits = text.filter { $0.isASCII && $0.isNumber }
        guard digits.count == 14 else { return nil }
        func part(_ from: Int, _ count: Int) -> Substring { digits.dropFirst(from).prefix(count) }
        let civil = "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))T\(part(8, 2)):\(part(10, 2)):\(part(12, 2))+08:00"
        return Timestamp(civil) == nil ? nil : civil
    }
}
