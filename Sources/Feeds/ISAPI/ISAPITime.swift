import Model

extension DeviceTime {
    /// Reads a camera's `dateTime`, repairing what cameras are known to do to it.
    ///
    /// `2024-01-22T11:47:1500:00` lost its `+` (or has a blank for it); a time without zone is Shanghai's.
    package init(isapi text: String) {
        if let moment = Timestamp(text, assuming: .shanghai) {
            self.init(text: text, moment: moment)
            return
        }
        self.init(text: text, moment: Self.withPlus(text).flatMap { Timestamp($0) })
    }

    /// The time as CloudEvents wants it: RFC 3339 where it could be read, else as it came.
    package var rfc3339: String {
        guard let moment else { return text }
        if Timestamp(text) != nil { return text }
        if let repaired = Self.withPlus(text), Timestamp(repaired) != nil { return repaired }
        return moment.text()
    }

    /// The text with the `+` that stood before the offset.
    private static func withPlus(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count == 24 || bytes.count == 25 && bytes[19] == 0x20, bytes[bytes.count - 3] == UInt8(ascii: ":") else {
            return nil
        }
        return String(decoding: bytes[..<19], as: UTF8.self) + "+" + String(decoding: bytes[(bytes.count - 5)...], as: UTF8.self)
    }
}
