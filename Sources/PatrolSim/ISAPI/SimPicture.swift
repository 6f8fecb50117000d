/// A small picture that is a valid JPEG: 8 by 8 pixels of one grey, with a comment that makes each one differ.
package enum SimPicture {
    /// ITU-T T.81 markers in order: SOI, APP0, COM, DQT, SOF0, DHT (DC, AC), SOS, data, EOI.
    ///
    /// - Parameter size: how many bytes it has at least; the comment is filled up with blanks.
    package static func jpeg(comment: String, size: Int = 0) -> [UInt8] {
        let blanks = [UInt8](repeating: 0x20, count: min(max(0, size - comment.utf8.count), 60_000))
        let text = Array(comment.utf8.prefix(1000)) + blanks
        var bytes: [UInt8] = [0xFF, 0xD8]
        bytes += segment(0xE0, Array("JFIF".utf8) + [0, 1, 1, 0, 0, 1, 0, 1, 0, 0])
        bytes += segment(0xFE, text)
        bytes += segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
        bytes += segment(0xC0, [8, 0, 8, 0, 8, 1, 1, 0x11, 0])
        // One code of one bit each: DC difference 0, and end of block.
        let oneCode: [UInt8] = [1] + [UInt8](repeating: 0, count: 15) + [0]
        bytes += segment(0xC4, [0x00] + oneCode) + segment(0xC4, [0x10] + oneCode)
        bytes += segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0x3F, 0xFF, 0xD9]
        return bytes
    }

    private static func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
        let length = content.count + 2
        return [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + content
    }
}
