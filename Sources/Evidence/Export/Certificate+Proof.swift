import Model

extension Certificate {
    var marks: String {
        let marks = item.marks
        guard !marks.isEmpty else { return both("无。", "None.") }
        let lines = marks.map { "<li>\($0.zh.markup)<small lang=\"en\">\($0.en.markup)</small></li>\n" }
        return "<ul>\n" + lines.joined() + "</ul>\n"
    }

    var custody: String {
        let entries = item.custody.entries
        guard !entries.isEmpty else { return both("除取得外没有其他记录。", "Nothing but its arrival.") }
        let head =
            "<tr><th>日志位置<small lang=\"en\">Position</small></th><th>时间<small lang=\"en\">Time</small></th>"
            + "<th>行为<small lang=\"en\">Act</small></th><th>操作人<small lang=\"en\">By</small></th>"
            + "<th>说明<small lang=\"en\">Remark</small></th></tr>\n"
        let rows = entries.map { entry in
            let shown = facts.shown(entry).event
            let remark = [shown.reason, shown.purpose, shown.incident].compactMap { $0 }.joined(separator: " · ")
            let cells = [
                "#\(entry.position)", Self.time(shown.at ?? entry.received), Self.act(shown.act) + " " + shown.act.rawValue,
                shown.by, remark,
            ]
            return "<tr>" + cells.map { "<td>\($0.markup)</td>" }.joined() + "</tr>\n"
        }
        return "<table class=\"log\">\n" + head + rows.joined() + "</table>\n"
    }

    var treeRows: [Row] {
        [
            Row("日志位置", "Position", "#\(copy.inclusion.position)"),
            Row("叶哈希", "Leaf hash", code: hexadecimal(copy.inclusion.leaf)),
            Row("树的大小", "Tree size", String(copy.inclusion.size)),
            Row("树根", "Root", code: hexadecimal(copy.inclusion.root)),
        ]
    }

    var path: String {
        let hashes = copy.inclusion.path.map { "<li><code>\(hexadecimal($0))</code></li>\n" }
        return both("由叶到根的路径（RFC 6962）：", "Path from the leaf to the root (RFC 6962):") + "<ol>\n\(hashes.joined())</ol>\n"
    }

    var verification: String {
        let withheld = !facts.personal && item.isPersonal
        return both(
            "在本目录中执行 sha256sum -c SHA256SUMS，各行均应为 OK；文件的 SHA-256 应与本页第一项一致。",
            "Run sha256sum -c SHA256SUMS in this folder: every line must end in OK, and the file's SHA-256 must be the one above."
        )
            + both(
                "proof.json：叶哈希 = SHA-256(0x00 ‖ input)，沿 path 逐级按 SHA-256(0x01 ‖ 左 ‖ 右) 计算应得到 root；"
                    + "input 中载有文件的 SHA-256。root 应与本单位公布或存档的同一大小的树根一致。",
                "proof.json: the leaf is SHA-256(0x00 ‖ input), and hashing SHA-256(0x01 ‖ left ‖ right) along path gives root; "
                    + "input names the file's SHA-256. Compare root with the one that the bureau published or filed for that size."
            )
            + (withheld
                ? both(
                    "本复制件隐去了个人信息，因此不含 input；有权查阅个人信息的导出件含有 input。",
                    "This copy hides personal data and so leaves out input; a copy with personal data has it.") : "")
    }

    private static func act(_ act: CustodyAct) -> String {
        switch act {
        case .viewed: "调阅"
        case .exported: "导出"
        case .attached: "附卷"
        case .detached: "撤出案卷"
        case .transcribed: "附文字说明"
        case .held: "封存"
        case .released: "解除封存"
        case .damaged: "核验异常"
        }
    }
}
