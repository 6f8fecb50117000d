import Model

/// One complaint with its way through, as a row of a channel's export file.
package struct SimComplaint: Hashable, Sendable {
    /// Through which it came.
    package var channel: SimChannel
    /// The channel's own number: with the channel, its identity.
    package var number: String
    /// 受理时间, to the second.
    package var accepted: Timestamp
    /// What people wrote, sometimes in two lines.
    package var text: String
    /// Road, number and spot.
    package var place: String
    /// 大类 and 小类, four digits.
    package var category: String
    /// Nobody: a name that says it is invented.
    package var reporter: String
    /// Eleven digits that begin with 000, which no subscriber has.
    package var phone: String
    /// 办结时间; nothing while it is open.
    package var closed: Timestamp?
    /// 办理结果; empty while it is open.
    package var outcome: String

    /// The columns of every channel's file.
    package static let header = ["渠道", "编号", "受理时间", "内容", "地点", "类别", "诉求人", "电话", "办结时间", "办理结果"]

    /// The fields in the order of the header; what is not known yet is empty.
    package var row: [String] {
        [
            channel.name, number, written(accepted), text, place, category, reporter, phone,
            closed.map(written) ?? "", outcome,
        ]
    }

    private func written(_ time: Timestamp) -> String {
        let text = time.text()
        return channel.writesZone ? text : String(text.prefix(10)) + " " + text.dropFirst(11).prefix(8)
    }

    /// The bytes of a channel's file, in the encoding that it uses.
    package static func file(_ complaints: [SimComplaint], of channel: SimChannel) -> [UInt8] {
        var csv = CSVText(header: header)
        for complaint in complaints { csv.append(complaint.row) }
        guard channel.writesGB18030, let bytes = GB18030.bytes(csv.text) else { return csv.bytes }
        return bytes
    }
}
