import Model

extension Message {
    /// Why a date or time was refused.
    static func date(_ problem: DateProblem, isDay: Bool) -> Message {
        let example = isDay ? "2021-03-05" : "2021-03-05 10:20"
        return switch problem {
        case .unreadable:
            isDay
                ? Message(zh: "日期无法识别,应为 \(example) 这样的形式。", en: "The day cannot be read; write it like \(example).")
                : Message(zh: "时间无法识别,应为 \(example) 这样的形式。", en: "The time cannot be read; write it like \(example).")
        case .noYear: Message(zh: "没有写年份,不知是哪一年;应为 \(example)。", en: "It names no year: which one? Write it like \(example).")
        case .noDay: Message(zh: "没有写到日,应为 \(example)。", en: "It names no day of the month; write it like \(example).")
        case .shortYear:
            Message(zh: "年份只有两位,请写四位年份,如 \(example)。", en: "The year has two digits; write all four, like \(example).")
        case .dayOrMonthFirst:
            Message(
                zh: "年份写在最后,分不清月和日的先后;应为 \(example)。",
                en: "The year stands last, so it is not clear which is the month; write it like \(example).")
        case .noSuchDay(let year, let month, let day):
            Message(zh: "\(year) 年没有 \(month) 月 \(day) 日。", en: "There is no day \(day) of month \(month) in \(year).")
        case .noSuchTime:
            Message(
                zh: "没有这个钟点:时为 0–23,分、秒为 0–59。", en: "There is no such time of day: hours are 0–23, minutes and seconds 0–59.")
        case .onlyTime: Message(zh: "只有钟点没有日期,应为 \(example)。", en: "It is a time of day without a day; write it like \(example).")
        case .year(let year):
            Message(zh: "年份 \(year) 不合理,应在 1949 到 2100 之间。", en: "The year \(year) makes no sense; it must be from 1949 to 2100.")
        case .noSerial(let number):
            Message(zh: "数字 \(number) 不是日期,应为 \(example)。", en: "The number \(number) is no date; write it like \(example).")
        case .lunar:
            Message(zh: "请写公历日期,如 \(example)。", en: "It is by the lunar calendar; write the solar date, like \(example).")
        case .several: Message(zh: "一格里有多个日期,请只写一个。", en: "The cell holds more than one date; write one.")
        case .error(let text): .cellError(text)
        case .columnTooNarrow:
            Message(
                zh: "保存时列太窄,只留下了 # 号;请拉宽该列后重新导出。",
                en: "The column was too narrow when it was saved and only # signs are left; widen it and export again.")
        }
    }

    /// Why an amount was refused.
    static func amount(_ problem: Amount.Problem) -> Message {
        switch problem {
        case .unreadable: Message(zh: "应为非负小数,如 14722.49。", en: "It must be a decimal, such as 14722.49.")
        case .negative: Message(zh: "不能为负数,请改正。", en: "It cannot be negative; correct it.")
        case .rounded:
            Message(
                zh: "数字被表格软件改成了科学计数,末尾数字已丢失;请写出全部数字。",
                en: "A spreadsheet has rounded the number and its last digits are lost; write all digits.")
        case .grouping:
            Message(zh: "千位分隔的逗号位置不对,请去掉逗号。", en: "The commas do not stand between thousands; leave them out.")
        case .words: Message(zh: "请用阿拉伯数字填写,如 14722.49。", en: "Write it in digits, such as 14722.49.")
        case .error(let text): .cellError(text)
        }
    }

    static let badCount = Message(zh: "应为非负整数,如 1113。", en: "It must be a whole number, such as 1113.")

    static func converted(_ from: String, _ to: String) -> Message {
        Message(zh: "“\(from)”已换算为 \(to)。", en: "'\(from)' was converted to \(to).")
    }
}

// What is told about a file without being a mistake.
extension Message {
    static func totalRow(_ text: String) -> Message {
        Message(zh: "“\(text)”行不是记录,已略过。", en: "The row '\(text)' is a total and no record; it was passed over.")
    }

    static let repeatedHeader = Message(zh: "重复的表头行,已略过。", en: "The header is repeated here; the row was passed over.")

    static func remarkRow(_ text: String) -> Message {
        Message(zh: "“\(text)”是表末说明,已略过。", en: "'\(text)' is a remark below the table; it was passed over.")
    }

    static func aboveHeader(_ text: String) -> Message {
        Message(zh: "“\(text)”在表头之上,未读取。", en: "'\(text)' stands above the header and was not read.")
    }

    static func sheetNotRead(_ name: String) -> Message {
        Message(zh: "工作表“\(name)”未读取;需要时用 --sheet 指定。", en: "The sheet '\(name)' was not read; ask for it with --sheet.")
    }

    static func hiddenSheet(_ name: String) -> Message {
        Message(zh: "隐藏的工作表“\(name)”未读取。", en: "The hidden sheet '\(name)' was not read.")
    }

    static func hiddenRows(_ count: Int) -> Message {
        Message(zh: "有 \(count) 行被隐藏(如筛选),也已读取。", en: "\(count) rows are hidden, by a filter perhaps; they were read too.")
    }

    static func moreNotes(_ count: Int) -> Message {
        Message(zh: "另有 \(count) 条提示未列出。", en: "\(count) further notes are not listed.")
    }
}

// Mapping files.
extension Message {
    static let badMappingText = Message(
        zh: "映射文件不是文本文件,应为每行“表头 = 字段”。", en: "The mapping file is no text; it needs lines 'header = field'.")

    static func badMappingLine(_ line: Int) -> Message {
        Message(
            zh: "映射文件第 \(line) 行应为“表头 = 字段”。", en: "Line \(line) of the mapping file must be 'header = field'.")
    }

    static func unknownMappedField(_ line: Int, _ field: String, _ near: String?, _ known: [String]) -> Message {
        let names = known.joined(separator: ", ")
        return Message(
            zh: "映射文件第 \(line) 行:没有字段“\(field)”\(near.map { ",是否指“\($0)”?" } ?? ",可用:\(names)。")",
            en:
                "Line \(line) of the mapping file: there is no field '\(field)'\(near.map { "; did you mean '\($0)'?" } ?? "; use one of \(names).")"
        )
    }

    static func unknownMappedHeader(_ line: Int, _ header: String, _ near: String?, _ known: [String]) -> Message {
        let names = known.prefix(30).joined(separator: ", ")
        return Message(
            zh: "映射文件第 \(line) 行:表头里没有“\(header)”\(near.map { ",是否指“\($0)”?" } ?? ",现有:\(names)。")",
            en:
                "Line \(line) of the mapping file: the file has no column '\(header)'\(near.map { "; did you mean '\($0)'?" } ?? "; it has \(names).")"
        )
    }
}
