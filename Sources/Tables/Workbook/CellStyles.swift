import CExpat

/// Which cell styles show a number as a day or a time.
struct CellStyles: Sendable {
    /// By style index.
    fileprivate(set) var dates: [Bool] = []

    func isDate(_ style: Int) -> Bool { dates.indices.contains(style) && dates[style] }

    /// The formats of days and times that are known by number (ECMA-376 18.8.30, East Asian ones included).
    static func isBuiltInDate(_ id: Int) -> Bool {
        (14...22).contains(id) || (27...36).contains(id) || (45...47).contains(id) || (50...58).contains(id)
    }

    /// Whether a format code shows days or times: `yyyy"年"m"月"d"日"`, `[$-804]aaaa`, `[h]:mm`.
    static func isDate(code: String) -> Bool {
        var letters = ""
        var rest = Substring(code.lowercased())
        while let character = rest.popFirst() {
            switch character {
            case "\"": rest = rest.drop { $0 != "\"" }.dropFirst()
            case "\\", "_", "*": _ = rest.popFirst()
            case "[":
                let inner = rest.prefix { $0 != "]" }
                rest = rest.dropFirst(inner.count + 1)
                // Elapsed hours, minutes and seconds; all else is a colour, a condition or a language.
                if !inner.isEmpty, inner.allSatisfy({ $0 == "h" || $0 == "m" || $0 == "s" }) { letters += inner }
            // What follows is for negative numbers and texts.
            case ";": rest = ""
            default: letters.append(character)
            }
        }
        guard !letters.contains("general"), !letters.contains("通用格式") else { return false }
        return letters.contains { "ymdhs".contains($0) } || letters.contains("aaa")
    }
}

/// Reads the number formats of a workbook's styles.
final class StylesReader: SAXReader {
    private(set) var styles = CellStyles()
    private var dates: [Int: Bool] = [:]
    private var isCellFormats = false

    override func open(_ name: UnsafePointer<XML_Char>, _ attributes: Attributes) throws {
        if Self.isName(name, "numFmt") {
            guard dates.count < 10_000, let id = Self.text("numFmtId", attributes).flatMap({ Int($0) }) else { return }
            dates[id] = CellStyles.isDate(code: Self.text("formatCode", attributes) ?? "")
        } else if Self.isName(name, "cellXfs") {
            isCellFormats = true
        } else if isCellFormats, Self.isName(name, "xf") {
            guard styles.dates.count < 100_000 else { throw TableError(.tooLong, part: "styles") }
            let id = Self.text("numFmtId", attributes).flatMap { Int($0) } ?? 0
            styles.dates.append(dates[id] ?? CellStyles.isBuiltInDate(id))
        }
    }

    override func close(_ name: UnsafePointer<XML_Char>) {
        if Self.isName(name, "cellXfs") { isCellFormats = false }
    }
}
