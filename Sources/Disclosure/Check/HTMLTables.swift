/// Turns a page's HTML into the lines that `PageReader` reads: a paragraph a line, a table row with `|` between cells.
enum HTMLTables {
    static func lines(_ html: String) -> [String] {
        var lines: [String] = []
        var line = ""
        var isRow = false
        var skipping: String?
        for piece in pieces(html) {
            switch piece {
            case .text(let text):
                if skipping == nil { line += text }
            case .tag(let name):
                if let element = skipping {
                    if name == "/" + element { skipping = nil }
                } else if name == "script" || name == "style" || name == "title" || name == "svg" {
                    skipping = name
                } else if name == "/td" || name == "/th" {
                    line += " | "
                    isRow = true
                } else if ["tr", "/tr", "/p", "/h1", "/h2", "/h3", "/div", "/li"].contains(name) || (name == "br" && !isRow) {
                    if !line.isBlank { lines.append(line) }
                    line = ""
                    isRow = false
                }
            }
        }
        if !line.isBlank { lines.append(line) }
        return lines
    }

    private enum Piece {
        case text(String)
        case tag(String)
    }

    private static func pieces(_ html: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = html[...]
        while !rest.isEmpty {
            let text = rest.prefix { $0 != "<" }
            if !text.isEmpty { pieces.append(.text(unescaped(text.filter { !$0.isNewline }))) }
            rest = rest[text.endIndex...]
            guard !rest.isEmpty else { break }
            let tag = rest.dropFirst().prefix { $0 != ">" }
            pieces.append(.tag(tag.prefix { !$0.isWhitespace }.lowercased()))
            rest = rest[tag.endIndex...].dropFirst()
        }
        return pieces
    }

    static func unescaped(_ text: String) -> String {
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
