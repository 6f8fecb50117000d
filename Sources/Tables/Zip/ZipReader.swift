import CZlib

/// Reads a ZIP file's central directory and unpacks members as a stream (APPNOTE 6.3; stored and deflated, ZIP64 sizes).
package struct ZipReader: Sendable {
    package struct Member: Hashable, Sendable {
        package let name: String
        package let method: Int
        package let isEncrypted: Bool
        package let checksum: UInt32
        package let packed: Int
        package let size: Int
        let header: Int
    }

    package let members: [Member]
    let bytes: [UInt8]

    package static func isZip(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06])
    }

    /// - Throws: `TableError` `damaged` where there is no sound central directory; at most 10,000 members are read.
    package init(_ bytes: [UInt8]) throws(TableError) {
        self.bytes = bytes
        let fields = ZipFields(bytes)
        guard let end = Self.end(fields) else { throw TableError(.damaged) }
        let count = try fields.number(end + 10, 2)
        var at = try fields.number(end + 16, 4)
        var members: [Member] = []
        for _ in 0..<min(count, 10_000) {
            guard try fields.number(at, 4) == 0x0201_4B50 else { throw TableError(.damaged) }
            let lengths = (try fields.number(at + 28, 2), try fields.number(at + 30, 2), try fields.number(at + 32, 2))
            members.append(try Self.member(fields, at, lengths.0, lengths.1))
            at += 46 + lengths.0 + lengths.1 + lengths.2
        }
        self.members = members
    }

    package subscript(name: String) -> Member? {
        members.first { $0.name == name } ?? members.first { $0.name.lowercased() == name.lowercased() }
    }

    /// The end of central directory record, which a comment of up to 65,535 bytes may follow.
    private static func end(_ fields: ZipFields) -> Int? {
        let count = fields.bytes.count
        guard count >= 22 else { return nil }
        for at in stride(from: count - 22, through: max(0, count - 22 - 65_535), by: -1)
        where fields.bytes[at] == 0x50 && (try? fields.number(at, 4)) == 0x0605_4B50 {
            return at
        }
        return nil
    }

    private static func member(_ fields: ZipFields, _ at: Int, _ name: Int, _ extra: Int) throws(TableError) -> Member {
        var (packed, size, header) = (
            try fields.number(at + 20, 4), try fields.number(at + 24, 4), try fields.number(at + 42, 4)
        )
        let text = String(decoding: try fields.slice(at + 46, name), as: UTF8.self)
        try fields.widen(&size, &packed, &header, extra: at + 46 + name, length: extra)
        return Member(
            name: text.replacing("\\", with: "/"), method: try fields.number(at + 10, 2),
            isEncrypted: try fields.number(at + 8, 2) & 1 == 1, checksum: UInt32(try fields.number(at + 16, 4)),
            packed: packed, size: size, header: header)
    }

    /// The member as it is packed.
    func packed(_ member: Member) throws(TableError) -> ArraySlice<UInt8> {
        let fields = ZipFields(bytes)
        guard !member.isEncrypted else { throw TableError(.encrypted, part: member.name) }
        guard try fields.number(member.header, 4) == 0x0403_4B50 else { throw TableError(.damaged, part: member.name) }
        let names = try fields.number(member.header + 26, 2) + fields.number(member.header + 28, 2)
        return try fields.slice(member.header + 30 + names, member.packed)
    }
}

/// Little-endian numbers of a ZIP file, never beyond its end.
struct ZipFields {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func number(_ at: Int, _ count: Int) throws(TableError) -> Int {
        guard at >= 0, at <= bytes.count - count else { throw TableError(.damaged) }
        var value = 0
        for index in 0..<count { value |= Int(bytes[at + index]) << (index * 8) }
        return value
    }

    func slice(_ at: Int, _ count: Int) throws(TableError) -> ArraySlice<UInt8> {
        guard at >= 0, count >= 0, count <= bytes.count, at <= bytes.count - count else { throw TableError(.damaged) }
        return bytes[at..<(at + count)]
    }

    /// Takes the numbers that did not fit into four bytes from the ZIP64 field, in its order.
    func widen(
        _ size: inout Int, _ packed: inout Int, _ header: inout Int, extra: Int, length: Int
    ) throws(TableError) {
        var at = extra
        while at + 4 <= extra + length {
            let (kind, count) = (try number(at, 2), try number(at + 2, 2))
            at += 4
            guard kind == 1 else {
                at += count
                continue
            }
            for path in [0, 1, 2] {
                let narrow = path == 0 ? size : path == 1 ? packed : header
                guard narrow == 0xFFFF_FFFF else { continue }
                guard try number(at + 4, 4) < 1 << 20 else { throw TableError(.damaged) }
                let wide = try number(at, 8)
                if path == 0 { size = wide } else if path == 1 { packed = wide } else { header = wide }
                at += 8
            }
            return
        }
    }
}
