/// An import file as rows whose columns are known by field.
struct ImportTable {
    struct Row {
        let number: Int
        private let values: [String: String]
        /// What stands beyond the header's last column.
        let surplus: [String]

        init(_ row: CSVReader.Row, columns: [String?]) {
            number = row.number
            let pairs = zip(columns, row.fields).compactMap { field, value in field.map { ($0, value.trimmed) } }
            values = Dictionary(pairs) { first, _ in first }
            surplus = row.fields.dropFirst(columns.count).map(\.trimmed).filter { !$0.isEmpty }
        }

        /// The trimmed value of a field, nothing where it is blank.
        subscript(field: String) -> String? {
            values[field].flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    let encoding: String
    let rows: [Row]
    let ignored: [String]
    /// Field → header as the file writes it.
    private let headers: [String: String]

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - required: fields without which no row can be read, with the header to suggest.
    ///   - field: which field a header means; it gets the header without blanks, full-width forms made plain, in lower case.
    /// - Throws: `ImportError` where the file as a whole cannot be read.
    init(
        _ bytes: [UInt8], required: [(field: String, header: String)], field: (String) -> String?
    ) throws(ImportError) {
        let (text, encoding) = try Self.decode(bytes)
        let all = try Self.rows(text)
        guard let header = all.first(where: { !$0.isBlank }) else { throw .empty }
        let columns = header.fields.map { field($0.headerKey) }
        var headers: [String: String] = [:]
        for (column, name) in zip(columns, header.fields.map(\.trimmed)) {
            guard let column else { continue }
            if let other = headers.updateValue(name, forKey: column) { throw .repeated(other, name) }
        }
        let missing = required.filter { headers[$0.field] == nil }.map(\.header)
        guard missing.isEmpty else { throw .missing(missing) }
        let rows = all.filter { $0.number > header.number && !$0.isBlank }
        // A header alone is a register without records this year, and no mistake.
        self.encoding = encoding
        self.headers = headers
        self.rows = rows.map { Row($0, columns: columns) }
        ignored = zip(columns, header.fields).filter { $0.0 == nil }.map(\.1.trimmed).filter { !$0.isEmpty }
    }

    /// The header of a field as the file writes it, else the field's key.
    func header(_ field: String) -> String { headers[field] ?? field }

    private static func decode(_ bytes: [UInt8]) throws(ImportError) -> (String, String) {
        do {
            let (text, encoding) = try TextDecoding.decode(bytes)
            return (text, encoding.rawValue)
        } catch {
            throw .undecodable(error)
        }
    }

    private static func rows(_ text: String) throws(ImportError) -> [CSVReader.Row] {
        do {
            return try CSVReader.rows(text)
        } catch {
            throw .malformed(error)
        }
    }
}

extension ImportError {
    static var empty: ImportError {
        ImportError(
            code: .empty,
            message: Message(
                zh: "文件里没有数据:第一行应为表头,其后每行一条记录。",
                en: "The file holds no data: it needs at least a header row."))
    }

    static func repeated(_ first: String, _ second: String) -> ImportError {
        ImportError(
            code: .repeatedColumn,
            message: Message(
                zh: "表头“\(first)”与“\(second)”指同一字段,请只保留一列。",
                en: "The columns '\(first)' and '\(second)' mean the same field; keep one of them."))
    }

    static func missing(_ headers: [String]) -> ImportError {
        ImportError(
            code: .missingColumns,
            message: Message(
                zh: "表头缺少列:\(headers.joined(separator: "、"))。",
                en: "The header lacks the columns \(headers.joined(separator: ", "))."))
    }

    static func malformed(_ error: CSVError) -> ImportError {
        switch error.code {
        case .unclosedQuote:
            ImportError(
                code: .malformed,
                message: Message(
                    zh: "第 \(error.row) 行的引号没有闭合,请补上引号。",
                    en: "A quote opened in row \(error.row) is never closed; close it."))
        case .textAfterQuote:
            ImportError(
                code: .malformed,
                message: Message(
                    zh: "第 \(error.row) 行的引号之后还有文字;值中的引号应写成两个。",
                    en: "In row \(error.row) text follows a closing quote; write a quote within a value twice."))
        }
    }

    static func undecodable(_ error: TextDecodingError) -> ImportError {
        let message =
            switch error.code {
            case .malformed:
                Message(
                    zh: "第 \(error.offset) 字节处既不是 UTF-8 也不是 GB18030 文字,请另存为 UTF-8 的 CSV。",
                    en: "Byte \(error.offset) is neither UTF-8 nor GB18030; save the file as CSV in UTF-8.")
            case .binary:
                Message(
                    zh: "第 \(error.offset) 字节为空字节,这不是文本文件,请另存为 CSV。",
                    en: "Byte \(error.offset) is NUL, so this is no text file; save it as CSV.")
            case .workbook:
                Message(
                    zh: "这是电子表格工作簿(XLSX),请另存为 CSV。",
                    en: "This is a workbook (XLSX); save it as CSV.")
            case .noConverter:
                Message(
                    zh: "本机缺少 GB18030 转换,请另存为 UTF-8 的 CSV。",
                    en: "This machine cannot convert GB18030; save the file as CSV in UTF-8.")
            }
        return ImportError(code: .undecodable, message: message)
    }
}
