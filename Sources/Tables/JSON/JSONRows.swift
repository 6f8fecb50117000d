import Model

/// Objects as rows: a list of them, one on each line, or a list within an object, as interfaces answer.
///
/// The columns are the members' names in the order in which they first come; members of members are `a.b`.
struct JSONRows: Sendable {
    private let bytes: [UInt8]
    /// Each object's place, and the line or the place in the list, from 1.
    private let objects: [(range: Range<Int>, number: Int)]
    let columns: [String]

    static func looksLikeJSON(_ text: some Sequence<UInt8>) -> Bool {
        var bytes = text.lazy.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }.makeIterator()
        guard let first = bytes.next(), let second = bytes.next() else { return false }
        return switch first {
        case UInt8(ascii: "{"): second == UInt8(ascii: "\"") || second == UInt8(ascii: "}")
        case UInt8(ascii: "["): second == UInt8(ascii: "{") || second == UInt8(ascii: "]")
        default: false
        }
    }

    /// - Throws: `TableError` where it is no JSON, or holds no list of objects.
    init(_ text: String, limits: TableLimits) throws(TableError) {
        let bytes = Array(text.utf8)
        self.bytes = bytes
        let found: Result<[(range: Range<Int>, number: Int)], TableError> = bytes.withUnsafeBufferPointer { buffer in
            do throws(JSONError) {
                return .success(try Self.objects(JSONScanner(buffer)))
            } catch {
                return .failure(TableError(.badJSON, number: error.offset))
            }
        }
        objects = try found.get()
        guard objects.count <= limits.rows else { throw TableError(.tooLong, part: "rows") }
        var columns: [String] = []
        var known: Set<String> = []
        for object in objects {
            for (name, _) in try Self.cells(bytes[object.range], at: object.range.lowerBound) where known.insert(name).inserted {
                columns.append(name)
            }
            guard columns.count <= limits.columns else { throw TableError(.tooWide, number: object.number) }
        }
        self.columns = columns
    }

    func rows(_ body: (TableRow) throws -> Bool) throws {
        guard !columns.isEmpty else { return }
        guard try body(TableRow(number: 0, cells: columns.map { .text($0) })) else { return }
        let places = Dictionary(columns.enumerated().map { ($1, $0) }) { first, _ in first }
        for object in objects {
            var cells = [TableCell](repeating: .empty, count: columns.count)
            for (name, cell) in try Self.cells(bytes[object.range], at: object.range.lowerBound) {
                if let place = places[name], cells[place] == .empty { cells[place] = cell }
            }
            guard try body(TableRow(number: object.number, cells: cells)) else { return }
        }
    }

    private static func objects(_ start: JSONScanner) throws(JSONError) -> [(range: Range<Int>, number: Int)] {
        var scanner = start
        guard scanner.peek() == UInt8(ascii: "{") else { return try list(&scanner, end: true) }
        let first = try scanner.skipValue()
        guard scanner.peek() != nil else { return try within(start, whole: first) }
        return try lines(start)
    }

    private static func list(_ scanner: inout JSONScanner, end: Bool) throws(JSONError) -> [(range: Range<Int>, number: Int)] {
        var found: [(range: Range<Int>, number: Int)] = []
        try scanner.expect(UInt8(ascii: "["))
        if scanner.peek() == UInt8(ascii: "]") {
            scanner.index += 1
        } else {
            var number = 0
            repeat {
                number += 1
                let isObject = scanner.peek() == UInt8(ascii: "{")
                let range = try scanner.skipValue()
                if isObject { found.append((range, number)) }
            } while try scanner.anotherFollows(closing: UInt8(ascii: "]"))
        }
        if end { try scanner.expectEnd() }
        return found
    }

    /// The first list of objects within an object, two levels deep; else the object itself is the one row.
    private static func within(
        _ start: JSONScanner, whole: Range<Int>, depth: Int = 0
    ) throws(JSONError) -> [(range: Range<Int>, number: Int)] {
        var scanner = start
        try scanner.expect(UInt8(ascii: "{"))
        if scanner.peek() == UInt8(ascii: "}") { return [] }
        repeat {
            _ = try scanner.skipString()
            try scanner.expect(UInt8(ascii: ":"))
            var inner = scanner
            switch scanner.peek() {
            case UInt8(ascii: "["):
                let found = try list(&inner, end: false)
                if !found.isEmpty { return found }
            case UInt8(ascii: "{") where depth < 2:
                let found = try within(inner, whole: whole, depth: depth + 1)
                if !found.isEmpty, found[0].range != whole { return found }
            default: break
            }
            try scanner.skipValue()
        } while try scanner.anotherFollows(closing: UInt8(ascii: "}"))
        return [(whole, 1)]
    }

    private static func lines(_ start: JSONScanner) throws(JSONError) -> [(range: Range<Int>, number: Int)] {
        var scanner = start
        var found: [(range: Range<Int>, number: Int)] = []
        var line = 1
        var counted = 0
        while scanner.peek() == UInt8(ascii: "{") {
            while counted < scanner.index {
                if scanner.bytes[counted] == 0x0A { line += 1 }
                counted += 1
            }
            found.append((try scanner.skipValue(), line))
        }
        try scanner.expectEnd()
        return found
    }

    private static func cells(_ object: ArraySlice<UInt8>, at offset: Int) throws(TableError) -> [(String, TableCell)] {
        let json: JSON
        do throws(JSONError) {
            json = try JSON(parsing: Array(object))
        } catch {
            throw TableError(.badJSON, number: offset + error.offset)
        }
        return flat(json, prefix: "", depth: 0)
    }

    private static func flat(_ json: JSON, prefix: String, depth: Int) -> [(String, TableCell)] {
        var cells: [(String, TableCell)] = []
        for member in json.members ?? [] {
            let name = prefix + member.key
            switch member.value {
            case .null: cells.append((name, .empty))
            case .bool(let value): cells.append((name, .truth(value)))
            // What a program writes is exact however long it is, which a spreadsheet's number is not.
            case .number(let text), .string(let text): cells.append((name, text.isEmpty ? .empty : .text(text)))
            case .object where depth < 3: cells += flat(member.value, prefix: name + ".", depth: depth + 1)
            case .array, .object: cells.append((name, .text(member.value.text)))
            }
        }
        return cells
    }
}
