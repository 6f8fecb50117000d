import Glibc
import Ledger
import Model

/// Streams the provenance of complaints: no allocation a line, so that a million take well under a second.
struct ComplaintLines {
    private let file: OutputFile
    private let period: ReportPeriod
    private let closedUntil: Timestamp
    /// The first moments of February to December and of the year after.
    private let months: [Timestamp]
    private var channels: [ChannelLine] = []
    /// Byte → its two hexadecimal digits, as they lie in memory.
    private let hex: [UInt16]

    /// What became of a complaint by the cut-off.
    private enum Fate: Int, CaseIterable {
        case open, closed, late

        var figure: String {
            switch self {
            case .open: "n.complaints.open"
            case .closed: "n.complaints.closed_rate"
            case .late: "n.complaints.closed_late"
            }
        }
    }

    private struct ChannelLine {
        let channel: [UInt8]
        /// By fate.
        let heads: [[UInt8]]
        /// January to December.
        var months = [ComplaintCount](repeating: ComplaintCount(), count: 12)
    }

    init(file: OutputFile, period: ReportPeriod, cutoff: Day) {
        self.file = file
        self.period = period
        closedUntil = ReportPeriod.momentAfter(cutoff)
        months = (2...12).compactMap { Day(year: period.year, month: $0, day: 1)?.start(in: .shanghai) } + [period.end]
        let digits = Array("0123456789abcdef".utf8)
        hex = (0..<256).map { UInt16(digits[$0 >> 4]).littleEndian | (UInt16(digits[$0 & 15]) << 8) }
    }

    mutating func write(_ snapshot: any LedgerSnapshot) throws {
        try snapshot.forEachComplaint(from: period.start, until: period.end) { write($0) }
    }

    /// Figure key → records listed.
    var listed: [String: Int] {
        var listed: [String: Int] = [:]
        for (channel, months) in byMonth {
            let count = months.reduce(into: ComplaintCount()) { $0 += $1 }
            for (key, number) in [
                ("n.complaints.accepted", count.accepted), (Fate.closed.figure, count.closed), (Fate.late.figure, count.late),
                (Fate.open.figure, count.open),
            ] {
                listed[key, default: 0] += number
                listed[key + "." + channel, default: 0] += number
            }
        }
        return listed
    }

    /// Channel key → what was accepted in each month, January first, and what became of it.
    var byMonth: [String: [ComplaintCount]] {
        Dictionary(channels.map { (String(decoding: $0.channel, as: UTF8.self), $0.months) }) { first, _ in first }
    }

    private mutating func write(_ view: ComplaintView) {
        let index = index(of: view.channel)
        let fate: Fate = view.closed.map { $0 < closedUntil ? .closed : .late } ?? .open
        let month = months.firstIndex { view.accepted < $0 } ?? 11
        channels[index].months[month].accepted += 1
        if fate == .closed { channels[index].months[month].closed += 1 }
        if fate == .late { channels[index].months[month].late += 1 }
        let space = file.room(1024 + view.channel.count * 18 + view.number.count * 6)
        guard let start = space.baseAddress else { return }
        var at = start
        append(channels[index].heads[fate.rawValue], &at)
        appendEscaped(view.number, &at)
        append("\",\"events\":[", &at)
        append(view.acceptedPosition, view.acceptedLeaf, &at)
        if fate != .open {
            append(",", &at)
            append(view.closedPosition, view.closedLeaf, &at)
        }
        append("]}\n", &at)
        file.advance(at - start)
    }

    private mutating func index(of channel: UnsafeBufferPointer<UInt8>) -> Int {
        for index in channels.indices where channels[index].channel.count == channel.count {
            let same = channels[index].channel.withUnsafeBufferPointer { known in
                guard let left = known.baseAddress, let right = channel.baseAddress else { return channel.isEmpty }
                return memcmp(left, right, channel.count) == 0
            }
            if same { return index }
        }
        let name = String(decoding: channel, as: UTF8.self)
        channels.append(
            ChannelLine(channel: Array(channel), heads: Fate.allCases.map { Self.head(name, $0) }))
        return channels.count - 1
    }

    /// The line up to the complaint's number.
    private static func head(_ channel: String, _ fate: Fate) -> [UInt8] {
        let figures = ["n.complaints.accepted", fate.figure].flatMap { [$0, $0 + "." + channel] }
        var head = Array("{\"figures\":".utf8) + JSON.array(figures.map { .string($0) }).bytes
        head += ",\"record\":".utf8
        JSON.write("complaint/" + channel + "/", to: &head)
        head.removeLast()
        return head
    }

    private func append(_ bytes: [UInt8], _ at: inout UnsafeMutableRawPointer) {
        bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            at.copyMemory(from: base, byteCount: source.count)
        }
        at += bytes.count
    }

    private func append(_ text: StaticString, _ at: inout UnsafeMutableRawPointer) {
        at.copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        at += text.utf8CodeUnitCount
    }

    private func appendEscaped(_ bytes: UnsafeBufferPointer<UInt8>, _ at: inout UnsafeMutableRawPointer) {
        guard let base = bytes.baseAddress else { return }
        let plain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C && $0 != 0x7F }
        if plain {
            at.copyMemory(from: base, byteCount: bytes.count)
            at += bytes.count
        } else {
            var quoted: [UInt8] = []
            JSON.write(String(decoding: bytes, as: UTF8.self), to: &quoted)
            append(Array(quoted.dropFirst().dropLast()), &at)
        }
    }

    private func append(_ position: Position, _ leaf: UnsafeBufferPointer<UInt8>, _ at: inout UnsafeMutableRawPointer) {
        append("{\"position\":", &at)
        append(UInt64(max(0, position)), &at)
        append(",\"hash\":\"", &at)
        hex.withUnsafeBufferPointer { table in
            for byte in leaf {
                at.storeBytes(of: table[Int(byte)], as: UInt16.self)
                at += 2
            }
        }
        append("\"}", &at)
    }

    private func append(_ number: UInt64, _ at: inout UnsafeMutableRawPointer) {
        var length = 1
        var scale: UInt64 = 10
        while length < 19, number >= scale {
            length += 1
            scale *= 10
        }
        var rest = number
        for index in stride(from: length - 1, through: 0, by: -1) {
            (at + index).storeBytes(of: UInt8(0x30 + rest % 10), as: UInt8.self)
            rest /= 10
        }
        at += length
    }
}
