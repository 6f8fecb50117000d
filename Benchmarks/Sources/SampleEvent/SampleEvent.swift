/// The event that every intake figure is taken with: 512 bytes of CloudEvents JSON whose id alone changes.
///
/// A camera's alarm that ends: stored and projected like any other, and it opens no incident.
package struct SampleEvent: Sendable {
    /// Bytes of one event.
    package static let length = 512
    private static let idLength = 16
    private static let digits = Array("0123456789abcdef".utf8)

    /// The event with id 0.
    package let bytes: [UInt8]
    /// Where the id's digits begin.
    package let idOffset: Int

    /// - Parameter source: within it ids are unique.
    package init(source: String) {
        let head = #"{"specversion":"1.0","id":""#
        let middle =
            #"","source":"\#(source)","type":"cn.patrold.camera.alarm","subject":"bench","#
            + #""time":"2021-06-01T08:00:00+08:00","data":{"device":"bench","channel":1,"state":"stop","#
            + #""class":"motion","rawType":"VMD","region":"1","description":""#
        let before = head + String(repeating: "0", count: Self.idLength) + middle
        let padding = String(repeating: "x", count: max(0, Self.length - before.utf8.count - 3))
        bytes = Array((before + padding + "\"}}").utf8)
        idOffset = head.utf8.count
    }

    /// Writes an id in hexadecimal where it belongs.
    ///
    /// - Parameter offset: of the id's first digit in `bytes`.
    package static func write(id: UInt64, to bytes: inout [UInt8], at offset: Int) {
        var rest = id
        for index in stride(from: offset + idLength - 1, through: offset, by: -1) {
            bytes[index] = digits[Int(rest & 15)]
            rest >>= 4
        }
    }

    /// The id as text, as `write` puts it.
    package static func text(id: UInt64) -> String {
        var bytes = [UInt8](repeating: 0, count: idLength)
        write(id: id, to: &bytes, at: 0)
        return String(decoding: bytes, as: UTF8.self)
    }
}
