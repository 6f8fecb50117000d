import Glibc
import Ledger
import Model

/// Streams the provenance of complaints: no allocation a line, so that a million take well under a second.
final class ComplaintLines {
    private let file: OutputFile
    private let period: ReportPeriod
    private let closedUntil: Timestamp
    private var channels: [ChannelLine] = []
    /// Byte → its two hexadecimal digits, as they lie in memory.
    private let hex: [UInt16]

    private struct ChannelLine {
        let channel: [UInt8]
        let openHead: [UInt8]
        let closedHead: [UInt8]
        var accepted = 0
        var closed = 0
    }

    init(file: OutputFile, period: ReportPeriod, cutoff: Day) {
        self.file = file
        self.period = period
        closedUntil = ReportPeriod.momentAfter(cutoff)
        let digits = Array("0123456789abcdef".utf8)
        hex = (0..<256).map { UInt16(digits[$0 >> 4]).littleEndian | (UInt16(digits[$0 & 15]) << 8) }
    }

    func write(_ snapshot: any LedgerSnapshot) throws {
        try snapshot.forEachComplaint(from: period.start, until: period.end) { try write($0) }
    }

    /// Figure key → records listed.
    var listed: [String: Int] {
        var listed: [String: Int] = [:]
        for channel in channels {
            let name = String(decoding: channel.channel, as: UTF8.self)
            listed["n.complaints.accepted", default: 0] += channel.accepted
            listed["n.complaints.closed_rate", default: 0] += channel.closed
            listed["n.complaints.accepted." + name, default: 0] += channel.accepted
        }
        return listed
    }

    private func write(_ view: ComplaintView) throws {
        let index = index(of: view.channel)
        let isClosed = view.closed.map { $0 < closedUntil } ?? false
        channels[index].accepted += 1
        if isClosed { channels[index].closed += 1 }
        let space = try file.room(1024 + view.channel.count * 12 + view.number.count * 6)
        guard let start = space.baseAddress else { return }
        var at = start
        append(isClosed ? channels[index].closedHead : channels[index].openHead, &at)
        appendEscaped(view.number, &at)
        append("\",\"events\":[", &at)
        append(view.acceptedPosition, view.acceptedLeaf, &at)
        if isClosed {
            append(",", &at)
            append(view.closedPosition, view.closedLeaf, &at)
        }
        append("]}\n", &at)
        file.advance(at - start)
    }

    private func index(of channel: UnsafeBufferPointer<UInt8>) -> Int {
        for index in channels.indices where channels[index].channel.count == channel.count {
            let same = channels[index].channel.withUnsafeBufferPointer { known in
                guard let left = known.baseAddress, let right = channel.baseAddress else { return channel.isEmpty }
                return memcmp(left, right, channel.count) == 0
            }
            if same { return index }
        }
        let name = String(decoding: channel, as: UTF8.self)
        channels.append(
            ChannelLine(
                channel: Array(channel), openHead: Self.head(name, closed: false), closedHead: Self.head(name, closed: true)))
        return channels.count - 1
    }

    /// The line up to the complaint's number.
    private static func head(_ channel: String, closed: Bool) -> [UInt8] {
        let figures =
            ["n.complaints.accepted", "n.complaints.accepted." + channel] + (closed ? ["n.complaints.closed_rate"] : [])
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
