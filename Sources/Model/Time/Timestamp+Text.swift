extension Timestamp {
    /// RFC 3339 in a zone, with as many fractional digits (0, 3 or 6) as the value needs.
    package func text(in zone: Zone = .shanghai) -> String {
        let local = microseconds + zone.seconds * 1_000_000
        let second = floorDivide(local, 1_000_000)
        let fraction = Int(local - second * 1_000_000)
        let day = Day(number: floorDivide(second, 86400))
        let ofDay = Int(second - day.number * 86400)
        var text =
            day.description + "T" + padded(ofDay / 3600, 2) + ":" + padded(ofDay / 60 % 60, 2) + ":" + padded(ofDay % 60, 2)
        if fraction % 1000 != 0 {
            text += "." + padded(fraction, 6)
        } else if fraction != 0 {
            text += "." + padded(fraction / 1000, 3)
        }
        return text + zone.suffix
    }

    /// Reads RFC 3339 (`T`, `t` or a blank between date and time; any number of fractional digits).
    ///
    /// - Parameter zone: what to assume where the text names no offset; without it such a text is nothing.
    package init?(_ text: some StringProtocol, assuming zone: Zone? = nil) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, let day = Day(text.prefix(10)),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") || bytes[10] == UInt8(ascii: " "),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = number(bytes[11..<13], upTo: 23), let minute = number(bytes[14..<16], upTo: 59),
            let second = number(bytes[17..<19], upTo: 60)
        else { return nil }
        var index = 19
        var micros: Int64 = 0
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            index += 1
            var scale: Int64 = 100_000
            let first = index
            while index < bytes.count, let digit = digit(bytes[index]) {
                micros += digit * scale
                scale /= 10
                index += 1
            }
            guard index > first else { return nil }
        }
        guard let offset = Zone(suffix: bytes[index...]) ?? (index == bytes.count ? zone : nil) else { return nil }
        let seconds = day.number * 86400 + hour * 3600 + minute * 60 + second - offset.seconds
        self.init(microseconds: seconds * 1_000_000 + micros)
    }
}

extension Zone {
    /// `Z` for UTC, else `+08:00`.
    package var suffix: String {
        guard seconds != 0 else { return "Z" }
        let distance = Int(abs(seconds))
        return (seconds < 0 ? "-" : "+") + padded(distance / 3600, 2) + ":" + padded(distance / 60 % 60, 2)
    }

    /// Reads `Z`, `+08:00` or `+0800`.
    init?(suffix bytes: ArraySlice<UInt8>) {
        if bytes.count == 1, bytes.first == UInt8(ascii: "Z") || bytes.first == UInt8(ascii: "z") {
            self = .utc
            return
        }
        guard let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        let digits = bytes.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard digits.count == 4, let hours = number(digits[..<2], upTo: 14), let minutes = number(digits[2...], upTo: 59)
        else { return nil }
        let distance = hours * 3600 + minutes * 60
        self.init(seconds: sign == UInt8(ascii: "-") ? -distance : distance)
    }
}

private func digit(_ byte: UInt8) -> Int64? {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") ? Int64(byte - UInt8(ascii: "0")) : nil
}

private func number(_ bytes: some Sequence<UInt8>, upTo limit: Int64) -> Int64? {
    var value: Int64 = 0
    for byte in bytes {
        guard let digit = digit(byte) else { return nil }
        value = value * 10 + digit
    }
    return value <= limit ? value : nil
}
