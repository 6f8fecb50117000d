/// Which headers mean which field of a complaint; data, so that a city adds its own.
package struct ComplaintColumns: Hashable, Sendable {
    package enum Field: String, Hashable, Sendable, CaseIterable {
        case channel, number, accepted, text, place, category, latitude, longitude, media, reporter, phone, email, closed,
            outcome
    }

    /// Field → headers, the first being the one that messages suggest.
    package var aliases: [Field: [String]]

    package init(aliases: [Field: [String]] = standard) {
        self.aliases = aliases
    }

    /// The headers of the channels' own exports, Chinese and English.
    package static let standard: [Field: [String]] = [
        .channel: ["渠道", "来源", "来源渠道", "受理渠道", "投诉渠道", "channel", "source"],
        .number: ["编号", "工单号", "工单编号", "案卷编号", "案件编号", "投诉编号", "受理编号", "信访编号", "number", "id", "case number"],
        .accepted: ["受理时间", "受理日期", "受理日", "登记时间", "接收时间", "来件时间", "accepted", "accepted at", "received"],
        .text: ["内容", "诉求内容", "投诉内容", "反映内容", "问题描述", "诉求", "text", "content", "description"],
        .place: ["地点", "地址", "事发地点", "事发地址", "位置", "place", "address", "location"],
        .category: ["类别", "类别代码", "问题类别", "类别编码", "category", "category code"],
        .latitude: ["纬度", "latitude", "lat"],
        .longitude: ["经度", "longitude", "long", "lng", "lon"],
        .media: ["图片", "图片地址", "照片", "media", "media url", "media_url", "photo"],
        .reporter: ["诉求人", "投诉人", "反映人", "来电人", "姓名", "reporter", "name"],
        .phone: ["电话", "联系电话", "来电号码", "手机", "手机号", "phone", "telephone"],
        .email: ["邮箱", "电子邮箱", "电子邮件", "email", "e-mail", "mail"],
        .closed: ["办结时间", "办结日期", "结案时间", "完成时间", "closed", "closed at"],
        .outcome: ["办理结果", "处理结果", "结果", "处理情况", "outcome", "result"],
    ]

    /// - Parameter needsChannel: whether the file has to name each row's channel.
    func fields(needsChannel: Bool) -> ImportFields {
        ImportFields(
            Field.allCases.map { field in
                let isRequired = field == .number || field == .accepted || (field == .channel && needsChannel)
                return ImportFields.Field(
                    key: field.rawValue, label: suggestion(field), names: aliases[field] ?? [], isRequired: isRequired)
            })
    }

    /// The header to suggest for a field.
    func suggestion(_ field: Field) -> String { aliases[field]?.first ?? field.rawValue }
}
