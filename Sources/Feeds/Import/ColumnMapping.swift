import Tables

/// A mapping file: one `header = field` a line, for headers that no list of names knows.
///
/// `#` begins a comment, `-` as field leaves a column out. A field is named by its key, its label or another of its names.
package struct ColumnMapping: Hashable, Sendable {
    struct Line: Hashable {
        let number: Int
        let header: String
        let field: String
    }

    /// The field of a column that is to be left out.
    static let nothing = "-"

    let lines: [Line]

    /// - Throws: `ImportError` `badMapping` or `undecodable`.
    package init(_ bytes: [UInt8]) throws(ImportError) {
        let text: String
        do {
            text = try TextDecoding.decode(bytes).text
        } catch {
            throw ImportError(code: .undecodable, message: .badMappingText)
        }
        var lines: [Line] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let plain = String(line).trimmed
            guard !plain.isEmpty, !plain.hasPrefix("#") else { continue }
            guard let equals = plain.lastIndex(where: { $0 == "=" || $0 == "＝" }), lines.count < 1000 else {
                throw ImportError(code: .badMapping, message: .badMappingLine(index + 1))
            }
            let header = String(plain[..<equals]).trimmed
            let field = String(plain[plain.index(after: equals)...]).narrow.trimmed
            guard !header.isEmpty, !field.isEmpty else {
                throw ImportError(code: .badMapping, message: .badMappingLine(index + 1))
            }
            lines.append(Line(number: index + 1, header: header, field: field))
        }
        self.lines = lines
    }

    /// Header, as it is compared → field key, or `-`.
    ///
    /// - Throws: `ImportError` `badMapping` where a field is not known.
    func resolved(_ fields: ImportFields) throws(ImportError) -> [String: String] {
        var table: [String: String] = [:]
        for line in lines {
            guard let field = line.field == Self.nothing ? line.field : fields.byHeader[line.field.headerKey] else {
                let near = Nearness.nearest(to: line.field, among: fields.names)
                throw ImportError(
                    code: .badMapping, message: .unknownMappedField(line.number, line.field, near, fields.fields.map(\.key)))
            }
            table[line.header.headerKey] = field
        }
        return table
    }

    /// Checks that every header of the mapping is one of the file's.
    func check(_ names: [String]) throws(ImportError) {
        let known = Set(names.map(\.headerKey))
        for line in lines where !known.contains(line.header.headerKey) {
            let shown = names.filter { !$0.isEmpty }
            throw ImportError(
                code: .badMapping,
                message: .unknownMappedHeader(line.number, line.header, Nearness.nearest(to: line.header, among: shown), shown))
        }
    }
}

/// The fields that a kind of record has, and under which headers they come.
struct ImportFields {
    struct Field {
        let key: String
        /// The header that messages suggest.
        let label: String
        let names: [String]
        let isRequired: Bool
    }

    let fields: [Field]
    /// Header, as it is compared → field key.
    let byHeader: [String: String]
    let names: [String]

    init(_ fields: [Field]) {
        self.fields = fields
        var table: [String: String] = [:]
        // Keys before labels before other names: no field can take another's key away.
        for field in fields { table[field.key.headerKey] = field.key }
        for field in fields where table[field.label.headerKey] == nil { table[field.label.headerKey] = field.key }
        for field in fields {
            for name in field.names where table[name.headerKey] == nil { table[name.headerKey] = field.key }
        }
        byHeader = table
        names = fields.flatMap { [$0.label, $0.key] + $0.names }
    }
}
