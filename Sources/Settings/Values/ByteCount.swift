/// Sizes as people write them, in bytes.
enum ByteCount {
    private static let units: [String: Int] = ["": 1, "B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30]

    /// Reads `65536`, `512KiB`, `16 MiB` or `1GiB` (powers of 1024).
    static func read(_ text: String) -> Int? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        let unit = text[digits.endIndex...].drop { $0 == " " }
        guard let count = Int(digits), let size = units[String(unit)] else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
        return overflow ? nil : bytes
    }
}
