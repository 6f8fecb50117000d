import CExpat

/// Which part of a workbook refers to which (Open Packaging Conventions).
final class RelationsReader: SAXReader {
    private struct Relation {
        let id: String
        let type: String
        let target: String
    }

    private let base: String
    private var relations: [Relation] = []

    /// - Parameter base: folder of the part that refers, with its slash.
    init(part: String, base: String) {
        self.base = base
        super.init(part: part)
    }

    override func open(_ name: UnsafePointer<XML_Char>, _ attributes: Attributes) {
        guard Self.isName(name, "Relationship"), relations.count < 10_000, let id = Self.text("Id", attributes),
            let target = Self.text("Target", attributes)
        else { return }
        relations.append(
            Relation(id: id, type: Self.text("Type", attributes) ?? "", target: Self.path(target, base: base)))
    }

    /// The transitional and the strict form of a type end alike.
    func target(ofType type: String) -> String? {
        relations.first { $0.type.hasSuffix("/" + type) }?.target
    }

    func target(ofID id: String) -> String? {
        relations.first { $0.id == id }?.target
    }

    /// Whether it is a chart or a macro sheet.
    func isOther(_ id: String) -> Bool {
        relations.first { $0.id == id }.map { !$0.type.isEmpty && !$0.type.hasSuffix("/worksheet") } ?? false
    }

    private static func path(_ target: String, base: String) -> String {
        if target.hasPrefix("/") { return String(target.dropFirst()) }
        var folders = base.split(separator: "/")
        for step in target.split(separator: "/") {
            if step == ".." { _ = folders.popLast() } else if step != "." { folders.append(step) }
        }
        return folders.joined(separator: "/")
    }
}

/// The list of sheets and how the workbook counts days.
final class WorkbookReader: SAXReader {
    private(set) var sheets: [(name: String, id: String, isHidden: Bool)] = []
    private(set) var serials = DateSerials.from1900

    override func open(_ name: UnsafePointer<XML_Char>, _ attributes: Attributes) throws {
        if Self.isName(name, "sheet") {
            guard sheets.count < 1000 else { throw TableError(.tooLong, part: "workbook") }
            sheets.append(
                (
                    Self.text("name", attributes) ?? "", Self.text("id", attributes) ?? "",
                    Self.text("state", attributes).map { $0 != "visible" } ?? false
                ))
        } else if Self.isName(name, "workbookPr"), Self.isOn("date1904", attributes) {
            serials = .from1904
        }
    }
}

/// The texts that cells share, rich text joined and readings above characters left out.
final class TextsReader: SAXReader {
    private(set) var texts: [String] = []
    private let limits: TableLimits
    private var text: [UInt8] = []
    private var length = 0
    private var isText = false
    private var isReading = false

    init(part: String, limits: TableLimits) {
        self.limits = limits
        super.init(part: part)
    }

    override func open(_ name: UnsafePointer<XML_Char>, _ attributes: Attributes) {
        if Self.isName(name, "rPh") {
            isReading = true
        } else if Self.isName(name, "t") {
            isText = !isReading
        }
    }

    override func close(_ name: UnsafePointer<XML_Char>) throws {
        if Self.isName(name, "t") {
            isText = false
        } else if Self.isName(name, "rPh") {
            isReading = false
        } else if Self.isName(name, "si") {
            // A string of Swift takes 16 bytes, and 32 more where it is longer than 15.
            length += text.count + 48
            guard length <= limits.texts else { throw TableError(.tooLong, part: "sharedStrings") }
            texts.append(CellText.unescaped(text))
            text.removeAll(keepingCapacity: true)
        }
    }

    override func text(_ bytes: UnsafeRawBufferPointer) throws {
        guard isText else { return }
        guard text.count + bytes.count <= limits.cell else { throw TableError(.tooLong, part: "sharedStrings") }
        text.append(contentsOf: bytes)
    }
}

/// Texts as workbooks write them.
enum CellText {
    /// Undoes `_x000D_`, by which characters are written that XML cannot hold (ECMA-376 22.9.2.19).
    static func unescaped(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.contains(UInt8(ascii: "_")), text.contains("_x") else { return text }
        return text.replacing(/_x([0-9A-Fa-f]{4})_/) { match in
            guard let value = UInt32(match.1, radix: 16), let scalar = Unicode.Scalar(value) else { return String(match.0) }
            return String(Character(scalar))
        }
    }
}
