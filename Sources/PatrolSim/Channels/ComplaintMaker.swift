import Model

/// Writes complaints that read like street life in Kundulun; people and telephone numbers in them cannot exist.
package struct ComplaintMaker: Sendable {
    private var random: SplitMix64
    private static let roads = [
        "钢铁大街", "阿尔丁大街", "友谊大街", "民族东路", "青年路", "白云路", "林荫路", "少先路", "团结大街", "市府东路", "昆都仑大街", "鞍山道",
    ]
    private static let spots = ["路口东侧", "公交站旁", "小学门前", "菜市场北门", "小区南门", "广场西侧", "医院对面", "人行道上", "底商门前", "停车场入口"]
    private static let names = ["测试甲", "测试乙", "测试丙", "虚构人一", "虚构人二", "样例用户", "演示市民"]

    private enum Season {
        /// May to September.
        case warm
        /// November to March.
        case cold

        func holds(_ month: Int) -> Bool {
            self == .warm ? (5...9).contains(month) : month >= 11 || month <= 3
        }
    }

    /// Category codes (大类, 小类) with what people write about them; the first ones come more often.
    private static let matters: [(code: String, text: String, season: Season?)] = [
        ("0505", "机动车长期乱停放，行人只能走机动车道", nil), ("0504", "商铺店外经营，货架摆到人行道", nil),
        ("0501", "流动摊贩占道经营，早晚高峰堵路", nil), ("0102", "垃圾桶满溢，暴露垃圾无人清运", nil),
        ("0508", "商铺用喇叭反复叫卖，噪声扰民", nil), ("0510", "露天烧烤油烟大，影响楼上居民", .warm),
        ("0506", "共享单车、电动车堆放在盲道上", nil), ("0103", "建筑垃圾堆放多日，刮风扬尘", nil),
        ("0201", "电线杆和楼道贴满小广告", nil), ("0301", "夜间施工噪声大，老人孩子无法休息", nil),
        ("0302", "工地未覆盖，大风天扬尘严重", nil), ("0406", "雨后积水很深，车辆熄火", .warm),
        ("0110", "路面破损有坑，骑车容易摔倒", nil), ("0202", "门头牌匾松动，有坠落危险", nil),
        ("0404", "下水井盖堵塞返水，气味难闻", nil), ("0407", "背阴路段积雪结冰未清理", .cold), ("0511", "沿街晾晒衣物，影响市容", nil),
        ("0116", "饭店油烟直排，未装净化设施", nil),
    ]
    private static let endings = ["请尽快处理。", "希望有人管一管。", "已多次反映,仍未解决。", "现场有人称\"马上就挪\"，一直没动。", "请回复处理结果。"]
    private static let outcomes = [
        "已现场劝离并教育", "已责令限期整改并复查合格", "已清理完毕", "已转相关单位办结", "已立案查处", "已与诉求人沟通并答复", "经核实问题已消除",
    ]

    package init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    /// A complaint that was just accepted.
    package mutating func next(of channel: SimChannel, number: String, at accepted: Timestamp) -> SimComplaint {
        let month = Day(accepted, in: .shanghai).month
        let matters = Self.matters.filter { $0.season?.holds(month) ?? true }
        let first = random.number(0..<matters.count)
        let matter = matters[random.chance(perMille: 500) ? first / 2 : first]
        let road = random.pick(Self.roads)
        let place = road + String(random.number(1..<180)) + "号" + random.pick(Self.spots)
        return SimComplaint(
            channel: channel, number: number, accepted: accepted, text: text(matter.text, at: place), place: place,
            category: matter.code, reporter: random.pick(Self.names), phone: "000" + padded(random.number(0..<100_000_000), 8),
            closed: nil, outcome: "")
    }

    /// What was done about it.
    package mutating func outcome() -> String {
        random.pick(Self.outcomes)
    }

    /// One in two hundred texts has two lines, as people type them.
    private mutating func text(_ matter: String, at place: String) -> String {
        let joint = random.chance(perMille: 5) ? "。\n" : "，"
        return place + matter + joint + random.pick(Self.endings)
    }
}
