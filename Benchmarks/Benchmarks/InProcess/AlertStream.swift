import Feeds
import Foundation
import Settings

/// A long alert stream of a camera: starts, stops and heartbeats as XML parts, taken in pieces as a socket gives them.
struct AlertStream {
    struct Speed {
        let megabytes: Int
        let parts: Int
    }

    struct Miscounted: Error {
        let found: Int
    }

    private static let count = 20_000
    private static let piece = 16 << 10
    private let bytes: [UInt8]

    init() {
        var text = ""
        for number in 0..<Self.count { text += Self.part(number) }
        bytes = Array((text + "--boundary--\r\n").utf8)
    }

    /// The floor: looks for the boundary and nothing else.
    func scan(seconds: Double) -> Speed {
        var found = 0
        let rate = repeated(seconds: seconds) { found += bytes.withUnsafeBytes(Self.boundaries) }
        precondition(found.isMultiple(of: Self.count + 1), "every boundary was found")
        return speed(rate)
    }

    private static func boundaries(in bytes: UnsafeRawBufferPointer) -> Int {
        let word: StaticString = "--boundary"
        let length = word.utf8CodeUnitCount
        guard let base = bytes.baseAddress else { return 0 }
        var (at, found) = (0, 0)
        while bytes.count - at >= length, let hit = memchr(base + at, 0x2D, bytes.count - at - length + 1) {
            at = UnsafeRawPointer(hit) - base
            let isBoundary = memcmp(hit, word.utf8Start, length) == 0
            found += isBoundary ? 1 : 0
            at += isBoundary ? length : 1
        }
        return found
    }

    /// What a feed does with the stream up to the alarm that it tells.
    func decode(seconds: Double) throws -> Speed {
        let decoder = ISAPIDecoder(classes: try Catalog.read().alarmClasses["isapi"] ?? [:])
        let rate = try repeated(seconds: seconds) {
            let found = pass(decoder)
            guard found == Self.count else { throw Miscounted(found: found) }
        }
        return speed(rate)
    }

    /// How many parts were understood.
    private func pass(_ decoder: ISAPIDecoder) -> Int {
        var reader = MultipartReader(contentType: "multipart/mixed; boundary=boundary")
        var understood = 0
        let take = { (output: MultipartOutput) in
            guard case .part(let part) = output, let reading = try? decoder.decode(part) else { return }
            if case .nothing = reading { return }
            understood += 1
        }
        bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: Self.piece) {
                let end = min(start + Self.piece, bytes.count)
                reader.read(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), take)
            }
        }
        reader.finish(take)
        return understood
    }

    private func speed(_ passes: Double) -> Speed {
        Speed(megabytes: Int(passes * Double(bytes.count) / 1e6), parts: Int(passes * Double(Self.count)))
    }

    private static func part(_ number: Int) -> String {
        let isHeartbeat = number.isMultiple(of: 20)
        let lines = [
            #"<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">"#,
            "<ipAddress>192.0.2.64</ipAddress>", "<portNo>80</portNo>", "<protocol>HTTP</protocol>",
            "<macAddress>44:19:b6:00:00:01</macAddress>", "<channelID>1</channelID>",
            "<dateTime>2021-06-01T08:\(10 + number / 60 % 50):\(10 + number % 50)+08:00</dateTime>",
            "<activePostCount>\(isHeartbeat ? 0 : 1)</activePostCount>",
            "<eventType>\(isHeartbeat ? "videoloss" : "fielddetection")</eventType>",
            "<eventState>\(isHeartbeat || number % 2 == 1 ? "inactive" : "active")</eventState>",
            "<eventDescription>fielddetection alarm</eventDescription>",
            isHeartbeat ? "" : region(number), "<channelName>钢铁大街与白云路口</channelName>", "</EventNotificationAlert>", "",
        ]
        let body = lines.joined(separator: "\r\n")
        let head = "--boundary\r\nContent-Type: application/xml; charset=\"UTF-8\"\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
        return head + body
    }

    private static func region(_ number: Int) -> String {
        let corners = [(120, 240), (880, 240), (880, 760), (120, 760)].map { x, y in
            "<RegionCoordinates>\r\n<positionX>\(x)</positionX>\r\n<positionY>\(y)</positionY>\r\n</RegionCoordinates>\r\n"
        }
        return """
            <DetectionRegionList>\r\n<DetectionRegionEntry>\r\n<regionID>\(number % 64 + 1)</regionID>\r\n\
            <sensitivityLevel>50</sensitivityLevel>\r\n<RegionCoordinatesList>\r\n\(corners.joined())\
            </RegionCoordinatesList>\r\n<detectionTarget>vehicle</detectionTarget>\r\n</DetectionRegionEntry>\r\n\
            </DetectionRegionList>
            """
    }
}
