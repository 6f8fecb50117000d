import CZlib

extension ZipReader {
    /// Unpacks a member piece by piece.
    ///
    /// - Parameters:
    ///   - limits: beyond them the member is a bomb.
    ///   - piece: gets at most 64 KiB at once; false ends the reading without a check of the rest.
    /// - Throws: `TableError` `damaged`, `bomb` or `encrypted`; whatever `piece` throws.
    package func unpack(
        _ member: Member, limits: TableLimits = TableLimits(), _ piece: (UnsafeBufferPointer<UInt8>) throws -> Bool
    ) throws {
        let packed = try packed(member)
        var checks = UnpackingChecks(member: member, limits: limits)
        switch member.method {
        case 0:
            var rest = packed
            while !rest.isEmpty {
                let next = rest.prefix(1 << 16)
                rest = rest.dropFirst(next.count)
                guard try next.withUnsafeBufferPointer({ try checks.take($0, piece) }) else { return }
            }
            try checks.finish()
        case 8:
            if try Self.inflate(packed, { try checks.take($0, piece) }, name: member.name) { try checks.finish() }
        default: throw TableError(.damaged, part: member.name)
        }
    }

    /// A short member as a whole.
    package func contents(_ member: Member, limits: TableLimits = TableLimits(), atMost: Int = 64 << 20) throws -> [UInt8] {
        var contents: [UInt8] = []
        try unpack(member, limits: limits) { piece in
            guard contents.count + piece.count <= atMost else { throw TableError(.bomb, part: member.name) }
            contents.append(contentsOf: piece)
            return true
        }
        return contents
    }

    /// Returns false where `piece` wanted no more.
    private static func inflate(
        _ packed: ArraySlice<UInt8>, _ piece: (UnsafeBufferPointer<UInt8>) throws -> Bool, name: String
    ) throws -> Bool {
        var stream = z_stream()
        // Negative window bits: raw deflate without zlib's own header.
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw TableError(.damaged, part: name)
        }
        defer { inflateEnd(&stream) }
        guard packed.count <= Int(UInt32.max) else { throw TableError(.tooLong, part: name) }
        var output = [UInt8](repeating: 0, count: 1 << 16)
        return try packed.withUnsafeBufferPointer { input in
            stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
            stream.avail_in = UInt32(input.count)
            while true {
                let (status, made) = output.withUnsafeMutableBufferPointer { room in
                    stream.next_out = room.baseAddress
                    stream.avail_out = UInt32(room.count)
                    let status = CZlib.inflate(&stream, Z_NO_FLUSH)
                    return (status, room.count - Int(stream.avail_out))
                }
                guard status == Z_OK || status == Z_STREAM_END else { throw TableError(.damaged, part: name) }
                let goesOn = try output.withUnsafeBufferPointer { try piece(UnsafeBufferPointer(rebasing: $0[..<made])) }
                guard goesOn else { return false }
                if status == Z_STREAM_END { return true }
                // All input is there at once: without output there is no way on.
                guard made > 0 else { throw TableError(.damaged, part: name) }
            }
        }
    }
}

/// Length and checksum of what came out so far.
private struct UnpackingChecks {
    let member: ZipReader.Member
    let limits: TableLimits
    var count = 0
    var sum: uLong = 0

    init(member: ZipReader.Member, limits: TableLimits) {
        self.member = member
        self.limits = limits
    }

    mutating func take(
        _ bytes: UnsafeBufferPointer<UInt8>, _ piece: (UnsafeBufferPointer<UInt8>) throws -> Bool
    ) throws -> Bool {
        count += bytes.count
        let isOut = count > limits.unpacked || (count > 64 << 20 && count / max(1, member.packed) > limits.ratio)
        guard !isOut else { throw TableError(.bomb, part: member.name) }
        sum = crc32(sum, bytes.baseAddress, UInt32(bytes.count))
        return try piece(bytes)
    }

    func finish() throws(TableError) {
        guard count == member.size, UInt32(truncatingIfNeeded: sum) == member.checksum else {
            throw TableError(.damaged, part: member.name)
        }
    }
}
