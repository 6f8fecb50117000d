/// Hides what looks personal in free text: mobile and fixed telephone numbers, identity card numbers and addresses of
/// electronic mail.
///
/// Rather too much than too little: a digit run of that shape is hidden though it be something else. Hotlines such as
/// 12345 and 400 numbers stay, and so do dates, amounts and house numbers.
package enum PersonalText {
    /// The text with `***` in place of each of them.
    package static func masked(_ text: String) -> String {
        let text = withoutAddresses(text)
        guard mayHoldNumber(text) else { return text }
        let scalars = Array(text.unicodeScalars)
        var result = String.UnicodeScalarView()
        var index = 0
        var changed = false
        while index < scalars.count {
            if digit(scalars, index) != nil || scalars[index] == "+" || isOpening(scalars[index]),
                index == 0 || digit(scalars, index - 1) == nil, let end = number(scalars, from: index)
            {
                result.append(contentsOf: "***".unicodeScalars)
                index = end
                changed = true
            } else {
                result.append(scalars[index])
                index += 1
            }
        }
        return changed ? String(result) : text
    }

    /// Seven digits, in ASCII or full-width, are the least that any such number has.
    private static func mayHoldNumber(_ text: String) -> Bool {
        var digits = 0
        for byte in text.utf8 {
            if byte >= 0x30 && byte <= 0x39 { digits += 1 }
            // U+FF10…FF19 are EF BC 90…99.
            if byte == 0xBC { digits += 1 }
            if digits >= 7 { return true }
        }
        return false
    }

    /// The index after a personal number that begins here.
    private static func number(_ text: [Unicode.Scalar], from start: Int) -> Int? {
        identityCard(text, start) ?? mobile(text, start) ?? fixedLine(text, start)
    }

    /// GB 11643: eighteen characters with the birthday in the middle, the last perhaps X; or the fifteen of before 1999.
    private static func identityCard(_ text: [Unicode.Scalar], _ start: Int) -> Int? {
        let run = digits(text, start, upTo: 18)
        if run.count == 18 || run.count == 17 && isX(text, start + 17) {
            guard digit(text, start + 18) == nil, isBirthday(Array(run[6..<14])) else { return nil }
            return start + 18
        }
        if run.count == 15, isBirthday([1, 9] + run[6..<12]) { return start + 15 }
        return nil
    }

    private static func isBirthday(_ digits: [Int]) -> Bool {
        let number = digits.reduce(0) { $0 * 10 + $1 }
        return (1850...2150).contains(number / 10000)
            && Day(year: number / 10000, month: number / 100 % 100, day: number % 100) != nil
    }

    private static func isX(_ text: [Unicode.Scalar], _ index: Int) -> Bool {
        index < text.count && ["x", "X", "Ｘ", "ｘ"].contains(text[index])
    }

    /// 1 3–9 and nine digits more, in one or as 3-4-4, with or without the country's code.
    private static func mobile(_ text: [Unicode.Scalar], _ start: Int) -> Int? {
        var index = afterCountryCode(text, start)
        for (at, length) in [3, 4, 4].enumerated() {
            if at > 0, isSeparator(text, index), digit(text, index + 1) != nil { index += 1 }
            let part = digits(text, index, upTo: length)
            guard part.count == length else { return nil }
            if at == 0, part[0] != 1 || part[1] < 3 { return nil }
            index += length
        }
        return digit(text, index) == nil ? index : nil
    }

    private static func afterCountryCode(_ text: [Unicode.Scalar], _ start: Int) -> Int {
        for code in ["+86", "0086", "86"] {
            var index = start
            var fits = true
            for scalar in code.unicodeScalars {
                let same = index < text.count && (scalar == "+" ? text[index] == "+" : digit(text, index) == scalar.digit)
                guard same else {
                    fits = false
                    break
                }
                index += 1
            }
            guard fits else { continue }
            return isSeparator(text, index) ? index + 1 : index
        }
        return start
    }

    /// An area code (010, 02x, or four digits) in brackets or not, and seven or eight digits.
    private static func fixedLine(_ text: [Unicode.Scalar], _ start: Int) -> Int? {
        let inBrackets = isOpening(text[start])
        let first = inBrackets ? start + 1 : start
        let head = digits(text, first, upTo: 4)
        guard head.count >= 3, head[0] == 0, head[1] != 0 else { return nil }
        let code = head[1] <= 2 ? 3 : 4
        var index = first + code
        if inBrackets {
            guard index < text.count, text[index] == ")" || text[index] == "）" else { return nil }
            index += 1
        }
        if isSeparator(text, index) { index += 1 }
        let lead = digits(text, index, upTo: 9)
        // 5123-4567 and 512 3456.
        if lead.count == 3 || lead.count == 4, isSeparator(text, index + lead.count) {
            let rest = digits(text, index + lead.count + 1, upTo: 5)
            return rest.count == 4 ? index + lead.count + 5 : nil
        }
        return lead.count == 7 || lead.count == 8 ? index + lead.count : nil
    }

    private static func digits(_ text: [Unicode.Scalar], _ start: Int, upTo limit: Int) -> [Int] {
        var found: [Int] = []
        while found.count < limit, let value = digit(text, start + found.count) { found.append(value) }
        return found
    }

    private static func digit(_ text: [Unicode.Scalar], _ index: Int) -> Int? {
        index >= 0 && index < text.count ? text[index].digit : nil
    }

    private static func isOpening(_ scalar: Unicode.Scalar) -> Bool { scalar == "(" || scalar == "（" }

    private static func isSeparator(_ text: [Unicode.Scalar], _ index: Int) -> Bool {
        index < text.count && ["-", " ", "－", "—", "–", "·", ".", "\u{3000}"].contains(text[index])
    }
}

extension Unicode.Scalar {
    /// The value of an ASCII or full-width digit.
    fileprivate var digit: Int? {
        switch value {
        case 0x30...0x39: Int(value - 0x30)
        case 0xFF10...0xFF19: Int(value - 0xFF10)
        default: nil
        }
    }
}
