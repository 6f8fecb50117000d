import Model

// What is wrong with a value, and what would be right.
extension Message {
    static let surplusValue = Message(
        zh: "本行的值比表头的列多;含分隔符的值请加引号,或为该列补上表头。",
        en:
            "The row has more values than the header has columns; put a value that holds the separator in quotes, or name the column."
    )

    static func repeatedIdentity(row: Int) -> Message {
        Message(
            zh: "该编号已在第 \(row) 行出现,一个文件中每个编号只能有一行。",
            en: "Row \(row) has this number already; a file may hold each number once.")
    }

    /// A spreadsheet's error in a cell.
    static func cellError(_ text: String) -> Message {
        text == "#UNCALCULATED"
            ? Message(
                zh: "公式没有计算结果;请用表格软件打开并保存一次再导入。",
                en: "The formula was never calculated; open the file in a spreadsheet, save it and import it again.")
            : Message(
                zh: "单元格是公式错误 \(text),请改正公式或直接填写值。",
                en: "The cell holds the formula error \(text); mend the formula or write the value itself.")
    }

    static let noText = Message(
        zh: "这里应为文字,而单元格是真假值。", en: "This must be text, and the cell holds a truth value.")

    static let damagedText = Message(
        zh: "文字已损坏(含 \u{FFFD} 或控制字符),请从原系统重新导出。",
        en: "The text is damaged (it holds \u{FFFD} or control characters); export it again from where it came.")

    static func tooLong(_ limit: Int) -> Message {
        Message(zh: "文字超过 \(limit) 字节,请缩短。", en: "The text is longer than \(limit) bytes; shorten it.")
    }

    static func orMeant(_ near: String?) -> (zh: String, en: String) {
        near.map { ("是否指“\($0)”?", " Did you mean '\($0)'?") } ?? ("", "")
    }
}

// Complaints.
extension Message {
    static func missingChannel(_ names: String) -> Message {
        Message(zh: "缺少渠道,应为以下之一:\(names)。", en: "The channel is missing; it is one of \(names).")
    }

    static func unknownChannel(_ names: String, _ near: String?) -> Message {
        let hint = orMeant(near)
        return Message(
            zh: "未知渠道,应为以下之一:\(names)。" + hint.zh, en: "The channel is not known; it is one of \(names)." + hint.en)
    }

    static let missingNumber = Message(
        zh: "缺少编号,请填写渠道给出的编号。", en: "The number is missing; give the channel's own number.")

    static let numberLines = Message(
        zh: "编号应为一行,不能有换行或控制字符;请填写渠道给出的编号。",
        en: "The number must be one line without control characters; give the channel's own number.")

    static let numberTooLong = Message(
        zh: "编号不能超过 200 字节,请填写渠道给出的编号。",
        en: "The number must be at most 200 bytes long; give the channel's own number.")

    static let numberRounded = Message(
        zh: "编号被表格软件改成了科学计数,末尾数字已丢失;请把该列设为文本后重新导出。",
        en: "A spreadsheet has rounded the number and its last digits are lost; format the column as text and export again.")

    static let numberCellRounded = Message(
        zh: "编号是数字单元格,表格软件只保留 15 位,末尾数字已丢失;请把该列设为文本后重新导出。",
        en:
            "The number is in a number cell, which keeps 15 digits, and its last digits are lost; format the column as text and export again."
    )

    static func numberIsDate(_ shown: String) -> Message {
        Message(
            zh: "编号被表格软件改成了日期 \(shown);请把该列设为文本,填写原来的编号。",
            en:
                "A spreadsheet has made a date of the number (\(shown)); format the column as text and write the number as it was."
        )
    }

    static let phoneRounded = Message(
        zh: "电话被表格软件改成了科学计数,末尾数字已丢失;请把该列设为文本后重新导出。",
        en:
            "A spreadsheet has rounded the telephone number and its last digits are lost; format the column as text and export again."
    )

    static let missingTime = Message(
        zh: "缺少时间,应为 2021-03-05 10:20 这样的形式。", en: "The time is missing; write it like 2021-03-05 10:20.")

    static let badCategory = Message(
        zh: "类别应为四位数字(大类加小类),如 0501。",
        en: "The category must be four digits (class and subclass), such as 0501.")

    static func categoryLostZero(_ digits: String) -> Message {
        Message(
            zh: "类别被表格软件当作数字,开头的 0 已丢失,应为 0\(digits);请把该列设为文本。",
            en:
                "A spreadsheet has taken the category for a number and dropped its leading 0; write 0\(digits) and format the column as text."
        )
    }

    static func closedBeforeAccepted(_ accepted: Timestamp) -> Message {
        Message(
            zh: "办结时间早于受理时间 \(accepted.text()),请改正其中之一。",
            en: "It was closed before it was accepted at \(accepted.text()); correct one of the two.")
    }

    static let badEmail = Message(
        zh: "邮箱应为 name@example.com 这样的形式。", en: "The e-mail address must look like name@example.com.")

    static let badMedia = Message(
        zh: "图片地址应以 http:// 或 https:// 开头。", en: "The address of a picture must begin with http:// or https://.")

    static let badDegrees = Message(
        zh: "经纬度应为十进制度数,如 40.6574。", en: "A coordinate must be in decimal degrees, such as 40.6574.")

    static func degreesOut(_ limit: Int) -> Message {
        Message(
            zh: "超出范围,应在 -\(limit) 到 \(limit) 之间。", en: "It is out of range; it must be from -\(limit) to \(limit).")
    }

    static let degreesSwapped = Message(
        zh: "纬度超过 90 度,经纬度两列可能颠倒了。", en: "A latitude beyond 90 degrees: the two columns may be swapped.")

    static let halfAPoint = Message(
        zh: "经度和纬度应同时填写。", en: "Latitude and longitude must be given together.")
}

// Registers and call records.
extension Message {
    static func missingValue(_ label: String) -> Message {
        Message(zh: "缺少“\(label)”,此项必填。", en: "'\(label)' is missing; it is required.")
    }

    static func unknownField(_ known: String, _ near: String?) -> Message {
        let hint = orMeant(near)
        return Message(
            zh: "没有这个字段,可用的字段:\(known)。" + hint.zh, en: "There is no such field; the fields are \(known)." + hint.en)
    }

    static let fieldTwice = Message(zh: "该字段给了两次,请只给一次。", en: "The field is given twice; give it once.")

    static func badChoice(_ choices: String, _ near: String?) -> Message {
        let hint = orMeant(near)
        return Message(
            zh: "不是可选的值,应为以下之一:\(choices)。" + hint.zh, en: "It is none of the choices; it is one of \(choices)." + hint.en)
    }

    static let identityTooLong = Message(
        zh: "标识超过 200 字节,请缩短。", en: "The identity is longer than 200 bytes; shorten it.")

    static let missingDevice = Message(
        zh: "缺少设备,请在“设备”列或用 --device 给出录音设备的名称。",
        en: "The recorder is missing; name it in the column '设备' or with --device.")

    static let badSeconds = Message(
        zh: "时长应为秒数或 时:分:秒,如 83 或 00:01:23。", en: "A length must be in seconds or h:mm:ss, such as 83 or 00:01:23.")

    static let badDirection = Message(
        zh: "呼叫方向应为 呼入、呼出 或 内部。", en: "The direction must be inbound, outbound or internal.")
}
