import Model

// What is wrong with a value, and what would be right.
extension Message {
    static let surplusValue = Message(
        zh: "本行的值比表头的列多;含分隔符的值请加引号。",
        en: "The row has more values than the header has columns; put a value that holds the separator in quotes.")

    static func repeatedIdentity(row: Int) -> Message {
        Message(
            zh: "该编号已在第 \(row) 行出现,一个文件中每个编号只能有一行。",
            en: "Row \(row) has this number already; a file may hold each number once.")
    }
}

// Complaints.
extension Message {
    static func missingChannel(_ names: String) -> Message {
        Message(zh: "缺少渠道,应为以下之一:\(names)。", en: "The channel is missing; it is one of \(names).")
    }

    static func unknownChannel(_ names: String) -> Message {
        Message(zh: "未知渠道,应为以下之一:\(names)。", en: "The channel is not known; it is one of \(names).")
    }

    static let missingNumber = Message(
        zh: "缺少编号,请填写渠道给出的编号。", en: "The number is missing; give the channel's own number.")

    static let badNumber = Message(
        zh: "编号应为一行、不超过 200 字节,请填写渠道给出的编号。",
        en: "The number must be one line of at most 200 bytes; give the channel's own number.")

    static let numberRounded = Message(
        zh: "编号被表格软件改成了科学计数,末尾数字已丢失;请把该列设为文本后重新导出。",
        en: "A spreadsheet has rounded the number and its last digits are lost; format the column as text and export again.")

    static let missingTime = Message(
        zh: "缺少时间,应为 2021-03-05 10:20 这样的形式。", en: "The time is missing; write it like 2021-03-05 10:20.")

    static let badTime = Message(
        zh: "时间无法识别,应为 2021-03-05 10:20 这样的形式。", en: "The time cannot be read; write it like 2021-03-05 10:20.")

    static let badCategory = Message(
        zh: "类别应为四位数字(大类加小类),如 0501。",
        en: "The category must be four digits (class and subclass), such as 0501.")

    static func closedBeforeAccepted(_ accepted: Timestamp) -> Message {
        Message(
            zh: "办结时间早于受理时间 \(accepted.text()),请改正其中之一。",
            en: "It was closed before it was accepted at \(accepted.text()); correct one of the two.")
    }
}

// Registers.
extension Message {
    static func missingValue(_ label: String) -> Message {
        Message(zh: "缺少“\(label)”,此项必填。", en: "'\(label)' is missing; it is required.")
    }

    static func unknownField(_ known: String) -> Message {
        Message(zh: "没有这个字段,可用的字段:\(known)。", en: "There is no such field; the fields are \(known).")
    }

    static let fieldTwice = Message(zh: "该字段给了两次,请只给一次。", en: "The field is given twice; give it once.")

    static let badDay = Message(
        zh: "日期无法识别,应为 2021-03-05 这样的形式。", en: "The day cannot be read; write it like 2021-03-05.")

    static let badCount = Message(
        zh: "应为不带分隔符的非负整数,如 1113。", en: "It must be a whole number without separators, such as 1113.")

    static let badDecimal = Message(
        zh: "应为不带分隔符的非负小数,如 14722.49。", en: "It must be a plain decimal without separators, such as 14722.49.")

    static func badChoice(_ choices: String) -> Message {
        Message(zh: "不是可选的值,应为以下之一:\(choices)。", en: "It is none of the choices; it is one of \(choices).")
    }

    static let identityTooLong = Message(
        zh: "标识超过 200 字节,请缩短。", en: "The identity is longer than 200 bytes; shorten it.")
}
