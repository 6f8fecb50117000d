import CExpat

/// The merged cells of a sheet, which stand behind its rows and are wanted before them.
///
/// The sheet is unpacked once for them and searched as bytes, for nearly all of it is of no interest.
struct MergedCells: Sendable {
    struct Range: Hashable, Sendable {
        let rows: ClosedRange<Int>
        let columns: ClosedRange<Int>
    }

    /// In the order of their first rows.
    let ranges: [Range]

    /// At most 20,000 ranges of at most 1000 columns; what is more is left as it stands.
    init(_ zip: ZipReader, _ member: ZipReader.Member, limits: TableLimits) throws {
        var window: [UInt8] = []
        var found: [Range] = []
        try zip.unpack(member, limits: limits) { piece in
            window.append(contentsOf: piece)
            Self.take(&window, &found)
            return found.count < 20_000
        }
        ranges = found.sorted { $0.rows.lowerBound < $1.rows.lowerBound }
    }

    init(_ ranges: [Range] = []) {
        self.ranges = ranges
    }

    /// Takes the complete `<mergeCell ref="A1:B2"/>` out of the window and keeps what may go on.
    private static func take(_ window: inout [UInt8], _ found: inout [Range]) {
        var start = 0
        while let at = index(of: mark, in: window, from: start) {
            guard let end = window[at...].firstIndex(of: UInt8(ascii: ">")) else {
                // A tag of this kind is short; anything else is no tag.
                if window.count - at < 4096 { return window.removeFirst(at) }
                start = at + 1
                continue
            }
            if let range = range(window[at..<end]) { found.append(range) }
            start = end
        }
        window.removeFirst(max(start, window.count - mark.count))
    }

    private static func index(of wanted: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        bytes.withUnsafeBytes { all in
            guard let base = all.baseAddress, start < all.count,
                let hit = memmem(base + start, all.count - start, wanted, wanted.count)
            else { return nil }
            return UnsafeRawPointer(hit) - base
        }
    }

    private static let mark = Array("mergeCell ".utf8)

    private static func range(_ tag: ArraySlice<UInt8>) -> Range? {
        let text = String(decoding: tag, as: UTF8.self)
        guard let start = text.firstRange(of: "ref=")?.upperBound else { return nil }
        let ends = text[start...].dropFirst().prefix { $0 != "\"" && $0 != "'" }.split(separator: ":")
        guard ends.count == 2, let from = CellPlace(ends[0]), let to = CellPlace(ends[1]), from.row <= to.row,
            from.column <= to.column, to.column - from.column < 1000
        else { return nil }
        return Range(rows: from.row...to.row, columns: from.column...to.column)
    }
}

/// Where a cell is: `B3` is row 3, column 1.
struct CellPlace: Hashable {
    /// From 1.
    let row: Int
    /// From 0.
    let column: Int

    init?(_ name: some StringProtocol) {
        let letters = name.utf8.prefix { $0 >= 0x41 && $0 <= 0x5A }
        guard (1...3).contains(letters.count), let row = Int(name.dropFirst(letters.count)), row > 0, row < 1 << 24 else {
            return nil
        }
        self.row = row
        column = letters.reduce(0) { $0 * 26 + Int($1 & 0x1F) } - 1
    }

    /// The column of a cell's name, from 0, nothing where it names none.
    @inline(__always)
    static func column(_ name: UnsafePointer<CChar>) -> Int? {
        var column = 0
        var at = 0
        while name[at] >= 0x41, name[at] <= 0x5A, at < 4 {
            column = column * 26 + Int(name[at] & 0x1F)
            at += 1
        }
        return at == 0 || at == 4 ? nil : column - 1
    }

    /// The name of a column, from 0: `AB`.
    static func name(ofColumn column: Int) -> String {
        var rest = column + 1
        var letters: [Character] = []
        while rest > 0 {
            letters.append(Character(Unicode.Scalar(UInt8(0x41 + (rest - 1) % 26))))
            rest = (rest - 1) / 26
        }
        return String(letters.reversed())
    }
}
