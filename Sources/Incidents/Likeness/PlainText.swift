import Model

/// Text in the form in which it is compared: half-width, lower case, without blanks and punctuation.
enum PlainText {
    static func of(_ text: String) -> [Unicode.Scalar] {
        var plain: [Unicode.Scalar] = []
        plain.reserveCapacity(text.unicodeScalars.count)
        for scalar in text.unicodeScalars {
            if let kept = narrow(scalar) { plain.append(kept) }
        }
        return plain
    }

    /// The scalar as it is compared; nothing for what only separates.
    private static func narrow(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        let value = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
        switch value {
        case 0x41...0x5A: return Unicode.Scalar(value + 0x20)
        case 0x30...0x39, 0x61...0x7A: return Unicode.Scalar(value)
        // Latin punctuation, and that of U+2000, U+3000 and U+FF00.
        case 0..<0x80, 0x2000...0x206F, 0x3000...0x303F, 0xFF00...0xFFEF: return nil
        default: return Unicode.Scalar(value)
        }
    }

    /// The distinct pairs of neighbouring characters, in ascending order, each as one number.
    static func pairs(_ plain: [Unicode.Scalar]) -> [UInt64] {
        guard plain.count > 1 else { return plain.map { UInt64($0.value) } }
        var pairs = (1..<plain.count).map { UInt64(plain[$0 - 1].value) << 32 | UInt64(plain[$0].value) }
        pairs.sort()
        var kept = 0
        for index in pairs.indices where index == 0 || pairs[index] != pairs[kept - 1] {
            pairs[kept] = pairs[index]
            kept += 1
        }
        pairs.removeLast(pairs.count - kept)
        return pairs
    }

    /// How many numbers two ascending lists share.
    static func shared(_ left: [UInt64], _ right: [UInt64]) -> Int {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                var (i, j, count) = (0, 0, 0)
                while i < left.count, j < right.count {
                    let (a, b) = (left[i], right[j])
                    if a == b { count += 1 }
                    if a <= b { i += 1 }
                    if b <= a { j += 1 }
                }
                return count
            }
        }
    }

    /// Dice's coefficient of two sets of pairs: 1 for equal ones, 0 for nothing in common.
    static func dice(_ left: [UInt64], _ right: [UInt64]) -> Double {
        let all = left.count + right.count
        return all == 0 ? 0 : 2 * Double(shared(left, right)) / Double(all)
    }
}
