/// The 20 digits by which GB/T 28181 names a device, a channel or a platform.
///
/// Centre 8, industry 2, type 3, network 1, serial number 6 (GB/T 28181-2022, annex E).
package struct GB28181Code: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let digits: String

    /// Reads a code; blanks around it are passed over, as some devices pad it.
    package init?(_ text: some StringProtocol) {
        let trimmed = text.trimmedBlanks
        guard trimmed.utf8.count == 20, trimmed.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        digits = trimmed
    }

    /// Such as 132 of a network camera, 118 of a recorder, 134 of an alarm input, 200 of a platform.
    package var type: Int { Int(digits.dropFirst(10).prefix(3)) ?? 0 }

    /// The first ten digits, which are the SIP domain and the realm of its passwords.
    package var domain: String { String(digits.prefix(10)) }

    package var description: String { digits }

    package static func < (left: GB28181Code, right: GB28181Code) -> Bool { left.digits < right.digits }
}
