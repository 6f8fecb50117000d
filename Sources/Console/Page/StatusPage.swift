import Hummingbird
import Model

/// `/`: the plain status page, feeds and newest incidents, readable without scripts.
struct StatusPage: Sendable {
    let services: ConsoleServices
    let access: Access

    func add(to router: Router<ConsoleContext>) {
        router.get("/") { request, _ in
            _ = try access.require(.read, request)
            let status = await services.status()
            let incidents = try await services.blocking.run { try services.ledger.incidents(.init()) }
            let page = Self.page(status, incidents.prefix(20).map(\.json))
            return Response(
                status: .ok,
                headers: [
                    .contentType: "text/html; charset=utf-8",
                    .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'",
                ],
                body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
        }
    }

    private static func page(_ status: JSON, _ incidents: [JSON]) -> String {
        """
        <!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta http-equiv="refresh" content="10">
        <title>patrold 巡查</title><style>\(style)</style>
        <h1>patrold 城市管理巡查</h1>
        <p>位置 position \(cell(status["position"])) · 事件 accepted \(cell(status["journal"]?["accepted"])) ·
        待重放 quarantine \(cell(status["quarantine"]))</p>
        \(warning(status))
        <h2>接入 feeds</h2>
        \(table(status["feeds"]?.array ?? [], [("name", "名称"), ("adapter", "协议"), ("state", "状态"), ("lastHeard", "最近信号"), ("events", "事件数"), ("detail", "说明")]))
        <h2>最近事件 incidents</h2>
        \(table(incidents, [("id", "编号"), ("state", "状态"), ("opened", "发现时间"), ("origin", "来源"), ("reference", "设备/编号"), ("class", "类别"), ("place", "路段"), ("sightings", "次数")]))
        </html>
        """
    }

    private static func warning(_ status: JSON) -> String {
        status["warning"] == nil ? "" : "<p class=\"warning\">注意 warning: \(cell(status["warning"]))</p>"
    }

    private static let style = """
        body{font:15px/1.5 "Noto Sans CJK SC",sans-serif;margin:2rem auto;padding:0 1rem;max-width:76rem;color:#222}
        table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd}
        th{background:#f4f6f8}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}.warning{color:#a00}
        """

    private static func table(_ rows: [JSON], _ columns: [(key: String, label: String)]) -> String {
        let head = columns.map { "<th>\($0.label)</th>" }.joined()
        let body = rows.map { row in "<tr>" + columns.map { "<td>\(cell(row[$0.key]))</td>" }.joined() + "</tr>" }
        return "<table><thead><tr>\(head)</tr></thead><tbody>\(body.joined(separator: "\n"))</tbody></table>"
    }

    private static func cell(_ value: JSON?) -> String {
        (value?.plainText ?? "").markup
    }
}
