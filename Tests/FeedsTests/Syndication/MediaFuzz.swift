import Foundation
import TestKit

/// Changed fixtures of feeds, mails and answers.
enum MediaFuzz {
    private static let tokens = [
        "<![CDATA[", "]]>", "<!--", "&#x0;", "&amp;", "type=\"xhtml\"", "<item>", "</item>", "--b", "--inner--", "=?gb2312?B?",
        "?=", "\r\n\r\n", "\r\n ", "=", "%", "''", "\u{0}", "[[[[", "{\"list\":", "-1", "99999999999999999999", "9999-12-31",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "Content-Type: message/rfc822\r\n\r\n", "boundary=\"\"",
    ]

    static func seeds(_ folder: String) throws -> [[UInt8]] {
        let names = try FileManager.default.contentsOfDirectory(atPath: Fixtures.root + "/Tests/Fixtures/" + folder)
        return try names.sorted().map { try Fixtures.bytes("\(folder)/\($0)") }
    }

    static func mutated(_ seed: [UInt8], _ random: inout SeededNumbers) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...5, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let length = min(bytes.count - place, Int.random(in: 1...60, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes.removeSubrange(place..<(place + length))
            case 2: bytes.insert(contentsOf: bytes[place..<(place + length)], at: Int.random(in: 0...bytes.count, using: &random))
            case 3, 4: bytes.insert(contentsOf: Array(tokens[Int.random(in: 0..<tokens.count, using: &random)].utf8), at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }
}
