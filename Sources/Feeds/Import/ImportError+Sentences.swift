import Tables

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
                zh: "表头“\(first)”与“\(second)”指同一字段,请只保留一列,或在映射文件中写明取哪一列。",
                en: "The columns '\(first)' and '\(second)' mean the same field; keep one of them, or name one in a mapping file."
            ))
    }

    /// - Parameter columns: header to suggest, and the one of the file that may be meant.
    static func missing(_ columns: [(label: String, near: String?)]) -> ImportError {
        let zh = columns.map { $0.label + ($0.near.map { "(“\($0)”是否即此列?)" } ?? "") }.joined(separator: "、")
        let en = columns.map { $0.label + ($0.near.map { " (did you mean '\($0)'?)" } ?? "") }.joined(separator: ", ")
        return ImportError(
            code: .missingColumns, message: Message(zh: "表头缺少列:\(zh)。", en: "The header lacks the columns \(en)."))
    }

    static func noSheet(_ name: String, _ near: String?, _ names: [String]) -> ImportError {
        let known = names.filter { !$0.isEmpty }.joined(separator: "、")
        return ImportError(
            code: .noSheet,
            message: Message(
                zh: "没有名为“\(name)”的工作表\(near.map { ",是否指“\($0)”?" } ?? (known.isEmpty ? "。" : ",现有:\(known)。"))",
                en:
                    "There is no sheet '\(name)'\(near.map { "; did you mean '\($0)'?" } ?? (known.isEmpty ? "." : "; there are \(known)."))"
            ))
    }

    init(_ error: TableError) {
        self = Self.text(error) ?? Self.workbook(error)
    }

    private static func text(_ error: TableError) -> ImportError? {
        switch error.code {
        case .empty: .empty
        case .notText:
            unread(
                "第 \(error.number) 字节处既不是 UTF-8 也不是 GB18030 文字,请另存为 UTF-8 的 CSV。",
                "Byte \(error.number) is neither UTF-8 nor GB18030; save the file as CSV in UTF-8.")
        case .binary:
            unread(
                "第 \(error.number) 字节为空字节,这不是文本文件,请另存为 CSV 或 XLSX。",
                "Byte \(error.number) is NUL, so this is no text file; save it as CSV or XLSX.")
        case .noConverter:
            unread("本机缺少 GB18030 转换,请另存为 UTF-8 的 CSV。", "This machine cannot convert GB18030; save the file as CSV in UTF-8.")
        case .unclosedQuote:
            broken(
                "第 \(error.number) 行的引号没有闭合,请补上引号。", "A quote opened in row \(error.number) is never closed; close it.")
        case .textAfterQuote:
            broken(
                "第 \(error.number) 行的引号之后还有文字;值中的引号应写成两个。",
                "In row \(error.number) text follows a closing quote; write a quote within a value twice.")
        case .badJSON:
            broken(
                "第 \(error.number) 字节处 JSON 不完整或有误,请重新导出。",
                "The JSON ends too early or is wrong at byte \(error.number); export it again.")
        case .noObjects:
            broken("JSON 中没有记录列表,应为对象的数组或每行一个对象。", "The JSON holds no list of objects; give an array, or one object a line.")
        default: nil
        }
    }

    private static func workbook(_ error: TableError) -> ImportError {
        switch error.code {
        case .encrypted:
            unread("工作簿设有密码,请去掉密码后另存为 XLSX。", "The workbook is locked with a password; remove the password and save it as XLSX.")
        case .oldWorkbook:
            unread("这是旧版工作簿(.xls),请另存为 XLSX。", "This is an old workbook (.xls); save it as XLSX.")
        case .otherWorkbook:
            unread("这是 \(error.part) 格式的工作簿,请另存为 XLSX。", "This is a workbook in the \(error.part) format; save it as XLSX.")
        case .webPage:
            unread(
                "这是网页(HTML 或 XML),不是真正的表格文件;请用表格软件打开后另存为 XLSX。",
                "This is a web page (HTML or XML) and no real table; open it in a spreadsheet and save it as XLSX.")
        case .document:
            unread("这是 \(error.part) 文件,不是表格;请提供 XLSX 或 CSV。", "This is a \(error.part) file and no table; give XLSX or CSV.")
        case .noWorkbook:
            unread("压缩包中没有工作簿,请解压后导入其中的文件。", "The archive holds no workbook; unpack it and import the files in it.")
        case .bomb:
            unread(
                "工作簿解压后大得不合理(\(error.part)),可能已损坏;请重新导出。",
                "The workbook unpacks to an absurd size (\(error.part)); it may be damaged, export it again.")
        case .tooWide:
            unread(
                "第 \(error.number) 行的列数超过 1000,请删去多余的列。",
                "Row \(error.number) has more than 1000 columns; delete those that are not needed.")
        case .tooLong:
            unread("工作簿过大(\(error.part)),请分成几个文件。", "The workbook is too large (\(error.part)); split it into several files.")
        case .badMarkup:
            broken(
                "工作簿内部 \(error.part) 第 \(error.number) 行有误,文件已损坏;请重新导出。",
                "The workbook is damaged: line \(error.number) of its part \(error.part) is wrong; export it again.")
        case .missingText:
            broken(
                "第 \(error.number) 行引用了工作簿中不存在的文字,文件已损坏;请重新导出。",
                "The workbook is damaged: row \(error.number) refers to a text that is not in it; export it again.")
        default:
            broken(
                "工作簿已损坏或不完整\(error.part.isEmpty ? "" : "(\(error.part))");请重新导出。",
                "The workbook is damaged or cut off\(error.part.isEmpty ? "" : " (\(error.part))"); export it again.")
        }
    }

    private static func unread(_ zh: String, _ en: String) -> ImportError {
        ImportError(code: .undecodable, message: Message(zh: zh, en: en))
    }

    private static func broken(_ zh: String, _ en: String) -> ImportError {
        ImportError(code: .malformed, message: Message(zh: zh, en: en))
    }
}
