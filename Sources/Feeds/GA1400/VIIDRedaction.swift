/// Takes people and plates out of bytes that could not be read, before they go to quarantine.
enum VIIDRedaction {
    /// Longer runs of base64 letters are pictures.
    private static let run = 512
    private static let personalKeys = [
        "PlateNo", "PlateNoAttach", "Name", "UsedName", "Alias", "IDNumber", "IDType", "PassportID",
    ].map { Array(("\"" + $0 + "\"").utf8) }

    /// The bytes without pictures and personal members; of people nothing but the length.
    ///
    /// - Parameter keepsPeople: leaves faces and persons in.
    static func redacted(_ bytes: [UInt8], _ kind: VIIDKind?, keepsPeople: Bool) -> [UInt8] {
        if !keepsPeople, kind?.isPersonal ?? false || mentionsPeople(bytes) {
            return Array("{\"notKept\":\"\(bytes.count) bytes that may hold faces or persons\"}".utf8)
        }
        return withoutPersonalMembers(withoutPictures(bytes))
    }

    private static func mentionsPeople(_ bytes: [UInt8]) -> Bool {
        [Array("Face".utf8), Array("Person".utf8)].contains { word in
            bytes.indices.contains { bytes[$0] == word[0] && bytes[$0...].starts(with: word) }
        }
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "\\"), 0x0A, 0x0D:
            true
        default: false
        }
    }

    private static func withoutPictures(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex { !isBase64($0) } ?? bytes.count
            if end - start < run { output += bytes[start..<end] }
            if end < bytes.count { output.append(bytes[end]) }
            start = end + 1
        }
        return output
    }

    /// Empties the strings that follow a personal key, also one that the end of the bytes cuts off.
    private static func withoutPersonalMembers(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard let key = personalKey(at: index, in: bytes) else {
                output.append(bytes[index])
                index += 1
                continue
            }
            output += key + Array(":\"\"".utf8)
            index = endOfValue(after: index + key.count, in: bytes)
        }
        return output
    }

    private static func personalKey(at index: Int, in bytes: [UInt8]) -> [UInt8]? {
        guard bytes[index] == UInt8(ascii: "\"") else { return nil }
        return personalKeys.first { bytes[index...].starts(with: $0) }
    }

    /// Where the value that begins about here ends: behind its closing quote, or before the next comma or bracket.
    private static func endOfValue(after start: Int, in bytes: [UInt8]) -> Int {
        let ends: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]")]
        guard let first = bytes[start...].firstIndex(where: { ends.contains($0) }) else { return bytes.count }
        guard bytes[first] == UInt8(ascii: "\"") else { return first }
        var index = first + 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") { index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1 }
        return min(index + 1, bytes.count)
    }
}
