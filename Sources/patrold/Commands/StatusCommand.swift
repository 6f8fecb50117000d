import ArgumentParser
import Model

/// `patrold status`: feeds, stages and stores; exit 0 when healthy, 75 when degraded.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show feeds, stages and stores. 查看接入、流水线与存储状态。")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let site = try options.site()
        let live = try await Self.fromDaemon(site)
        let running = live != nil
        let status = try live ?? Self.fromStores(site)
        if options.json { print(status.text) } else { print(text(status, running)) }
        let blind = (status["feeds"]?.array ?? []).contains {
            ["silent", "refused", "unreachable"].contains($0["state"]?.string)
        }
        if !running || blind || status["trouble"] != nil { throw ExitCode(Failure.Code.tryAgain.rawValue) }
    }

    /// Nothing where no daemon answers.
    private static func fromDaemon(_ site: Site) async throws -> JSON? {
        do {
            return try await DaemonClient(site).send("GET", "/v1/status")
        } catch {
            guard error.code == .unavailable else { throw error }
            return nil
        }
    }

    private static func fromStores(_ site: Site) throws -> JSON {
        let journal = try site.journalReader()
        let ledger = try site.ledgerReader()
        return .object(present: [
            ("daemon", "stopped"), ("position", .int(try journal.lastPosition())), ("ledger", .int(try ledger.cursor())),
            ("quarantine", .int(try journal.waitingInQuarantine())),
            ("warning", site.keyWarning(.en).map { .string($0) }),
            ("incidents", .object(try ledger.incidentCounts().map { JSON.Member($0.state, .int($0.count)) })), ("feeds", []),
        ])
    }

    /// One line a plan and road section: what was due and seen in seven days.
    private func patrols(_ status: JSON) -> [String] {
        (status["patrols"]?.array ?? []).map { plan in
            let sections = (plan["sections"]?.array ?? []).map { section in
                "\(section["section"]?.string ?? "") \(section["done"]?.int ?? 0)/\(section["due"]?.int ?? 0)"
            }
            let next = plan["next"]?.string.map { String($0.prefix(16).replacing("T", with: " ")) } ?? "-"
            let name = plan["plan"]?.string ?? ""
            return options.language(
                zh: "巡查 \(name):下一轮 \(next)  七日完成 \(sections.joined(separator: "  "))",
                en: "patrol \(name): next round \(next)  done in 7 days \(sections.joined(separator: "  "))")
                + (plan["reason"]?.string.map { " (\($0))" } ?? "")
        }
    }

    private func text(_ status: JSON, _ running: Bool) -> String {
        let language = options.language
        func value(_ key: String) -> String { status[key]?.plainText ?? "-" }
        var lines = [
            language(
                zh:
                    "守护进程:\(running ? "运行中" : "未运行")  日志位置 \(value("position"))  台账位置 \(value("ledger"))  待处理隔离 \(value("quarantine"))",
                en:
                    "daemon: \(value("daemon"))  journal at \(value("position"))  ledger at \(value("ledger"))  quarantine \(value("quarantine"))"
            )
        ]
        if let trouble = status["trouble"]?.string { lines.append(language(zh: "故障:", en: "trouble: ") + trouble) }
        if let warning = status["warning"]?.string { lines.append(language(zh: "注意:", en: "warning: ") + warning) }
        if let stores = status["stores"] {
            func megabytes(_ key: String) -> String { String((stores[key]?.int ?? 0) / 1_000_000) + " MB" }
            lines.append(
                language(
                    zh: "存储:日志 \(megabytes("journalBytes"))  台账 \(megabytes("ledgerBytes"))  剩余 \(megabytes("freeBytes"))",
                    en:
                        "stores: journal \(megabytes("journalBytes"))  ledger \(megabytes("ledgerBytes"))  free \(megabytes("freeBytes"))"
                ))
        }
        let incidents = (status["incidents"]?.members ?? []).map { "\($0.key) \($0.value.plainText ?? "")" }
        lines.append(language(zh: "事件:", en: "incidents: ") + (incidents.isEmpty ? "0" : incidents.joined(separator: "  ")))
        lines += patrols(status)
        for stranger in status["strangers"]?.array ?? [] {
            let (id, address) = (stranger["id"]?.string ?? "", stranger["address"]?.string ?? "")
            lines.append(
                language(
                    zh: "未登记设备 \(id) 由 \(address) 尝试注册;属本单位则加入 cameras",
                    en: "a device \(id) at \(address) tries to register and is not in cameras; add it if it is yours"))
        }
        let feeds = status["feeds"]?.array ?? []
        guard !feeds.isEmpty else { return lines.joined(separator: "\n") }
        lines.append("")
        let head =
            language == .zh
            ? ["名称", "协议", "状态", "信号(秒前)", "事件", "隔离", "重连", "24时内中断(秒)", "时钟差(毫秒)", "说明"]
            : [
                "feed", "protocol", "state", "heard s ago", "events", "quarantined", "reconnects", "blind s in 24 h", "clock ms",
                "detail",
            ]
        let keys = [
            "name", "adapter", "state", "ageSeconds", "events", "quarantined", "reconnects", "blindSeconds",
            "clockOffsetMilliseconds", "detail",
        ]
        lines.append(TextTable(head, feeds.map { feed in keys.map { feed[$0]?.plainText ?? "" } }).text)
        return lines.joined(separator: "\n")
    }
}
