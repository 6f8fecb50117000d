import Model

extension DeviceTime {
    /// Reads the times of GA/T 1400: `yyyyMMddHHmmss` with or without milliseconds, local; milliseconds since 1970 as
    /// some devices send them; RFC 3339 as others do.
    package init(viid text: String) {
        self.init(text: text, moment: Self.moment(text))
    }

    private static func moment(_ text: String) -> Timestamp? {
        let digits = Array(text.utf8)
        guard digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return Timestamp(text, assuming: .shanghai) }
        switch digits.count {
        case 13: return Int64(text).map { Timestamp(microseconds: $0 * 1000) }
        case 14: return civil(digits[...])
        case 17:
            let fraction = Int64(String(decoding: digits[14...], as: UTF8.self)) ?? 0
            return civil(digits[..<14]).map { $0 + .milliseconds(fraction) }
        default: return nil
        }
    }

    private static func civil(_ digits: ArraySlice<UInt8>) -> Timestamp? {
        func part(_ from: Int, _ count: Int) -> String {
            String(decoding: digits[(digits.startIndex + from)..<(digits.startIndex + from + count)], as: UTF8.self)
        }
        let day = "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))"
        return Timestamp("\(day)T\(part(8, 2)):\(part(10, 2)):\(part(12, 2))", assuming: .shanghai)
    }

    /// RFC 3339 where the time could be read, else as it came.
    var readable: String { moment?.text() ?? text }
}

extension Timestamp {
    /// `yyyyMMddHHmmss` in Shanghai, as GA/T 1400 writes `LocalTime`.
    package var viidText: String {
        String(text().prefix(19).filter { $0.isNumber })
    }
}
