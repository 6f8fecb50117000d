import Model

/// The page that states what an item is and how it came about (证据保全说明): Chinese first, English beside, A4.
///
/// Without scripts and without anything from elsewhere, so that it looks the same in ten years.
struct Certificate {
    let copy: EvidenceCopy
    let facts: EvidenceExport.Facts
    /// What else is in the folder.
    let files: [ExportedFile]

    var item: EvidenceItem { copy.item }

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="zh-CN">
        <head>
        <meta charset="utf-8">
        <title>电子证据说明 \(item.sha256.prefix(12))</title>
        <style>
        \(Self.style)
        </style>
        </head>
        <body>
        <h1>电子证据说明<small lang="en">Certificate of electronic evidence</small></h1>
        <p class="bureau">\(facts.bureau.markup)</p>
        \(section("一、证据", "Item", table(itemRows)))
        \(section("二、取得方法", "How it was obtained", table(originRows)))
        \(section("三、复制件的制作", "Making of this copy", table(makingRows)))
        \(section("四、须注意的情况", "What has to be known", marks))
        \(section("五、保管记录", "Custody log", custody))
        \(section("六、日志存证", "Inclusion in the journal", table(treeRows) + path))
        \(section("七、核验方法", "How to verify", verification))
        <div class="sign">
        <p>制作人（签字） <span lang="en">Maker</span><i></i></p>
        <p>单位（盖章） <span lang="en">Seal</span><i></i></p>
        <p>日期 <span lang="en">Date</span><i></i></p>
        </div>
        </body>
        </html>

        """
    }

    /// One line of a table: what in both languages, and the value.
    struct Row {
        let zh: String
        let en: String
        /// Markup.
        let value: String

        init(_ zh: String, _ en: String, _ value: String) {
            self.zh = zh
            self.en = en
            self.value = value.markup
        }

        init(_ zh: String, _ en: String, code: String) {
            self.zh = zh
            self.en = en
            value = "<code>\(code.markup)</code>"
        }
    }

    func section(_ zh: String, _ en: String, _ body: String) -> String {
        "<section><h2>\(zh)<small lang=\"en\">\(en)</small></h2>\n\(body)</section>"
    }

    func table(_ rows: [Row]) -> String {
        let lines = rows.map { "<tr><th>\($0.zh)<small lang=\"en\">\($0.en)</small></th><td>\($0.value)</td></tr>\n" }
        return "<table>\n\(lines.joined())</table>\n"
    }

    func both(_ zh: String, _ en: String) -> String {
        "<p>\(zh.markup)<small lang=\"en\">\(en.markup)</small></p>\n"
    }

    /// Personal data as this export may show it.
    func hidden(_ text: String) -> String { facts.personal ? text : "***" }

    static func time(_ moment: Timestamp) -> String {
        moment.text().replacing("T", with: " ").replacing("+08:00", with: " (UTC+8)")
    }
}
