import Crypto
import Model
import Platform

/// A closing as a CSV file of one row that a clerk sends on; UTF-8 with a mark, as spreadsheets expect.
struct ReplyFile: Sendable {
    private static let queue = BlockingQueue(label: "patrold.channel-replies", qos: .utility)

    /// Has the message's id in it, so that a repeated try writes the same file again.
    let name: String
    let bytes: [UInt8]

    init(_ message: ReplyMessage, channel: Channel) {
        let digest = ComplaintEvents.digest(Array(message.id.utf8))
        name = "\(channel.key)-\(digest).csv"
        let rows = [
            ["渠道", "编号", "办结时间", "办理结果"],
            [channel.name, message.number, TimeSpelling(.civil).text(message.closed), message.outcome],
        ]
        let text = rows.map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined()
        bytes = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
    }

    /// A value that spreadsheets cannot take for a formula: its first character may come from outside.
    private static func cell(_ value: String) -> String {
        let isFormula = value.first.map { "=+-@\t\r".contains($0) } ?? false
        let text = (isFormula ? "'" : "") + value
        guard text.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// Writes it durably under its name.
    func write(into folder: String) async -> ReplyResult {
        do {
            try await Self.queue.run {
                try Files.makeFolder(folder)
                try Files.writeDurably(bytes, to: folder + "/" + name)
            }
            return .delivered
        } catch {
            return .failed("the folder of replies takes no file; make room there and let the service user write", notBefore: nil)
        }
    }
}
