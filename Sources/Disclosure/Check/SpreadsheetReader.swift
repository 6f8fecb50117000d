/// Reads a spreadsheet file (ECMA-376) as the lines that `PageReader` reads: `|` between cells, merged cells once.
struct SpreadsheetReader {
    /// No sheet of a report comes near it; a larger one is refused.
    private static let limit = 64 << 20

    static func isSpreadsheet(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) }

    /// The rows of every sheet, in the sheets' order; nothing where the file is no spreadsheet.
    static func lines(_ bytes: [UInt8]) -> [String]? {
        guard let members = try? members(bytes) else { return nil }
        let strings = (members["xl/sharedStrings.xml"].map { XMLTags($0).elements("si").map(\.text) }) ?? []
        let sheets = members.keys.filter { $0.hasPrefix("xl/worksheets/sheet") }
            .sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
        guard !sheets.isEmpty else { return nil }
        return sheets.flatMap { name in members[name].map { rows($0, strings) } ?? [] }
    }

    private static func rows(_ sheet: String, _ strings: [String]) -> [String] {
        let tags = XMLTags(sheet)
        let covered = Set(tags.elements("mergeCell").flatMap { Self.covered($0.attribute("ref") ?? "") })
        return tags.elements("row").map { row in
            var cells: [String] = []
            var column = 0
            for cell in XMLTags(row.content).elements("c") {
                guard let place = place(cell.attribute("r") ?? "") else { continue }
                while column < place.column {
                    if !covered.contains([place.row, column]) { cells.append("") }
                    column += 1
                }
                if !covered.contains([place.row, column]) { cells.append(value(cell, strings)) }
                column += 1
            }
            return cells.joined(separator: " | ")
        }
    }

    private static func value(_ cell: XMLTags.Element, _ strings: [String]) -> String {
        let inner = XMLTags(cell.content)
        if cell.attribute("t") == "inlineStr" { return inner.elements("is").map(\.text).joined() }
        let text = inner.elements("v").first?.text ?? ""
        guard cell.attribute("t") == "s", let index = Int(text), strings.indices.contains(index) else { return text }
        return strings[index].filter { !$0.isNewline && $0 != "|" }
    }

    /// The cells of a merged range but for its first.
    private static func covered(_ range: String) -> [[Int]] {
        let ends = range.split(separator: ":").compactMap { place(String($0)) }
        guard ends.count == 2, ends[0].row <= ends[1].row, ends[0].column <= ends[1].column,
            ends[1].row - ends[0].row < 1000, ends[1].column - ends[0].column < 1000
        else { return [] }
        let all = (ends[0].row...ends[1].row).flatMap { row in (ends[0].column...ends[1].column).map { [row, $0] } }
        return Array(all.dropFirst())
    }

    /// `B3` as row 2, column 1.
    private static func place(_ name: String) -> (row: Int, column: Int)? {
        let letters = name.prefix { $0.isASCII && $0.isLetter }
        guard let row = Int(name.dropFirst(letters.count)), (1...3).contains(letters.count) else { return nil }
        let column = letters.utf8.reduce(0) { $0 * 26 + Int($1 & 0x1F) }
        return (row - 1, column - 1)
    }

    /// The archive's members that are text, unpacked, by name.
    private static func members(_ bytes: [UInt8]) throws -> [String: String] {
        func little(_ at: Int, _ count: Int) throws -> Int {
            guard at >= 0, at + count <= bytes.count else { throw Inflate.Failure() }
            return (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << ($1 * 8) }
        }
        guard let end = (0...max(0, bytes.count - 22)).reversed().first(where: { (try? little($0, 4)) == 0x0605_4B50 })
        else { throw Inflate.Failure() }
        var members: [String: String] = [:]
        var at = try little(end + 16, 4)
        for _ in 0..<(try little(end + 10, 2)) {
            guard try little(at, 4) == 0x0201_4B50 else { throw Inflate.Failure() }
            let (method, packed, nameLength) = (try little(at + 10, 2), try little(at + 20, 4), try little(at + 28, 2))
            let (extra, comment, header) = (try little(at + 30, 2), try little(at + 32, 2), try little(at + 42, 4))
            guard at + 46 + nameLength <= bytes.count else { throw Inflate.Failure() }
            let name = String(decoding: bytes[(at + 46)..<(at + 46 + nameLength)], as: UTF8.self)
            let start = header + 30 + (try little(header + 26, 2)) + (try little(header + 28, 2))
            guard start + packed <= bytes.count else { throw Inflate.Failure() }
            if name.hasSuffix(".xml") {
                let data = bytes[start..<(start + packed)]
                let content = method == 8 ? try Inflate.unpack(data, limit: limit) : Array(data)
                members[name] = String(decoding: content, as: UTF8.self)
            }
            at += 46 + nameLength + extra + comment
        }
        return members
    }
}

/// Finds elements by name in XML text that nests none within its own kind; enough for spreadsheet parts.
struct XMLTags {
    struct Element {
        let head: Substring
        let content: Substring

        func attribute(_ name: String) -> String? {
            guard let start = head.firstRange(of: " \(name)=\"") else { return nil }
            return String(head[start.upperBound...].prefix { $0 != "\"" })
        }

        /// The text within, tags left out.
        var text: String {
            var text = ""
            var inTag = false
            for character in content {
                if character == "<" {
                    inTag = true
                } else if character == ">" {
                    inTag = false
                } else if !inTag {
                    text.append(character)
                }
            }
            return HTMLTables.unescaped(text)
        }
    }

    private let source: Substring

    init(_ source: some StringProtocol) {
        self.source = Substring(source)
    }

    func elements(_ name: String) -> [Element] {
        var elements: [Element] = []
        var rest = source
        while let start = rest.firstRange(of: "<" + name) {
            let after = rest[start.upperBound...]
            guard let next = after.first, next == " " || next == ">" || next == "/" else {
                rest = after
                continue
            }
            guard let close = after.firstIndex(of: ">") else { break }
            let head = after[..<close]
            if head.last == "/" {
                elements.append(Element(head: head, content: ""))
                rest = after[after.index(after: close)...]
                continue
            }
            let body = after[after.index(after: close)...]
            guard let end = body.firstRange(of: "</" + name + ">") else { break }
            elements.append(Element(head: head, content: body[..<end.lowerBound]))
            rest = body[end.upperBound...]
        }
        return elements
    }
}
