/// A ZIP archive (APPNOTE 6.3) whose members are stored, not packed, and dated 1980-01-01: same members, same bytes.
struct ZipArchive {
    private(set) var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    mutating func add(_ name: String, _ content: [UInt8]) {
        let path = Array(name.utf8)
        let offset = bytes.count
        let common = Self.fields(content, path)
        bytes += Self.little(0x0403_4B50, 4) + common + path + content
        // Made by version 2.0, the common fields, then no comment, disk 0, no attributes, and where it begins.
        directory += Self.little(0x0201_4B50, 4) + Self.little(20, 2) + common
        directory += Self.little(0, 2) + Self.little(0, 2) + Self.little(0, 2) + Self.little(0, 4)
        directory += Self.little(offset, 4) + path
        count += 1
    }

    /// The archive with its directory at the end.
    func finished() -> [UInt8] {
        let end =
            Self.little(0x0605_4B50, 4) + Self.little(0, 4) + Self.little(count, 2) + Self.little(count, 2)
            + Self.little(directory.count, 4) + Self.little(bytes.count, 4) + Self.little(0, 2)
        return bytes + directory + end
    }

    /// What the local and the central header share: version, flags (UTF-8 names), stored, date, sum, sizes, lengths.
    private static func fields(_ content: [UInt8], _ path: [UInt8]) -> [UInt8] {
        let start = little(20, 2) + little(0x0800, 2) + little(0, 2) + little(0, 2) + little(0x21, 2)
        let sizes = little(Int(crc32(content)), 4) + little(content.count, 4) + little(content.count, 4)
        return start + sizes + little(path.count, 2) + little(0, 2)
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    /// CRC-32 as of ISO 3309, reflected polynomial 0xEDB88320.
    static func crc32(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(UInt32.max) { sum, byte in table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ (sum >> 8) }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }
}
