/// A complaint channel as its export files know it.
package struct SimChannel: Hashable, Sendable {
    /// Key in the channel list.
    package let key: String
    /// What stands in the column 渠道.
    package let name: String
    /// What its numbers begin with.
    package let prefix: String
    /// Whether its times carry their zone (`2021-01-01T00:00:00+08:00`) or are civil time (`2021-01-01 00:00:00`).
    package let writesZone: Bool
    /// Whether its files are GB18030 instead of UTF-8 with a byte order mark.
    package let writesGB18030: Bool
    /// How many of the 11,427 complaints of the demonstration year came through it.
    package let yearShare: Int

    /// The seven channels in the order of the annual report; the shares add up to 11,427.
    package static let all: [SimChannel] = [
        SimChannel("city-digital", "包头市数字化城管指挥调动系统", "SZCG", zone: true, share: 5200),
        SimChannel("smart-kundulun", "智慧昆都仑", "ZHKQ", zone: false, share: 2310),
        SimChannel("huanghe-cloud", "黄河云", "HHY", zone: true, share: 1460),
        SimChannel("civil-baotou", "文明包头网", "WMBT", zone: false, share: 1120),
        SimChannel("petition", "信访行风", "XF", zone: false, gb18030: true, share: 780),
        SimChannel("proposal", "人大政协提案", "TA", zone: false, share: 61),
        SimChannel("media", "电视电台媒体", "MT", zone: true, share: 496),
    ]

    private init(_ key: String, _ name: String, _ prefix: String, zone: Bool, gb18030: Bool = false, share: Int) {
        self.key = key
        self.name = name
        self.prefix = prefix
        writesZone = zone
        writesGB18030 = gb18030
        yearShare = share
    }
}
