import Feeds
import TestKit
import Testing

/// All outputs of a body that comes in pieces of one size.
func outputs(
    of bytes: [UInt8], contentType: String = "multipart/mixed; boundary=boundary", pieces: Int = Int.max,
    partLimit: Int = 1 << 20
) -> [MultipartOutput] {
    var reader = MultipartReader(contentType: contentType, partLimit: partLimit)
    var found: [MultipartOutput] = []
    var index = 0
    while index < bytes.count {
        let end = pieces >= bytes.count - index ? bytes.count : index + pieces
        reader.read(bytes[index..<end]) { found.append($0) }
        index = end
    }
    reader.finish { found.append($0) }
    return found
}

@Suite struct MultipartReaderTests {
    private static let files = [
        "region", "no-content-length", "short-content-length", "long-content-length", "no-blank-line", "line-feed-only",
        "no-closing-boundary", "joined-midstream", "garbage-between", "picture", "json", "doctype-bomb",
    ]

    @Test("pieces of any size give the same parts", arguments: files)
    func anyPieces(_ name: String) throws {
        let bytes = try Fixtures.bytes("isapi/\(name).txt")
        let whole = outputs(of: bytes)
        for size in 1...min(bytes.count, 1200) {
            #expect(outputs(of: bytes, pieces: size) == whole, "pieces of \(size)")
        }
    }

    @Test(
        "a lying or missing length, a missing blank line and line feeds alone still give both parts",
        arguments: [
            "no-content-length", "long-content-length", "no-blank-line", "line-feed-only", "no-closing-boundary",
            "joined-midstream", "short-content-length",
        ])
    func bothParts(_ name: String) throws {
        let found = outputs(of: try Fixtures.bytes("isapi/\(name).txt"))
        #expect(found.count == 2)
        for case .part(let part) in found {
            #expect(part.bytes.starts(with: "<EventNotificationAlert".utf8))
            #expect(part.bytes.reversed().starts(with: "</EventNotificationAlert>".utf8.reversed()))
        }
        #expect(found.allSatisfy { if case .part = $0 { true } else { false } })
    }

    @Test("a boundary with dashes in the header is the same with or without them")
    func dashedBoundary() throws {
        let bytes = try Fixtures.bytes("isapi/dashed-boundary.txt")
        for header in ["multipart/mixed; boundary=--MIME_boundary", "multipart/mixed;boundary=\"MIME_boundary\""] {
            #expect(outputs(of: bytes, contentType: header).count == 2)
        }
    }

    @Test("a boundary without its dashes on the wire is a boundary, also for finding the way back")
    func wordAlone() {
        let text = "boundary\r\n\r\n<a>1</a>\r\nboundary\r\n\r\n<b>boundary\r\n\r\n<c>3</c>\r\n"
        for size in 1...text.utf8.count {
            let found = outputs(of: Array(text.utf8), pieces: size)
            let bodies = found.map { if case .part(let part) = $0 { String(decoding: part.bytes, as: UTF8.self) } else { "?" } }
            #expect(bodies == ["<a>1</a>", "<b>", "<c>3</c>"])
        }
    }

    @Test("a part is given out when its last byte is there, before the next delimiter")
    func atOnce() throws {
        let body = Array("--boundary\r\nContent-Type: application/xml\r\n\r\n<a><b>1</b></a>".utf8)
        var reader = MultipartReader(contentType: "multipart/mixed; boundary=boundary")
        var found: [MultipartOutput] = []
        reader.read(body) { found.append($0) }
        #expect(found == [.part(MultipartPart(contentType: "application/xml", bytes: Array("<a><b>1</b></a>".utf8)))])
    }

    @Test("garbage between parts is given out as unreadable and the parts around it are whole")
    func garbage() throws {
        let found = outputs(of: try Fixtures.bytes("isapi/garbage-between.txt"))
        #expect(found.count == 5)
        guard found.count == 5, case .unreadable(_, _, let bytes) = found[1] else {
            Issue.record("no garbage")
            return
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains("not a part at all"))
    }

    @Test("a picture is exact to the byte, whatever is inside it")
    func picture() throws {
        let found = outputs(of: try Fixtures.bytes("isapi/picture.txt"))
        guard found.count == 3, case .part(let part) = found[1] else {
            Issue.record("\(found.count) outputs")
            return
        }
        #expect(part.bytes.prefix(2) == [0xFF, 0xD8] && part.bytes.suffix(2) == [0xFF, 0xD9])
        #expect(part.bytes.count == 4 + 1024 + 26 + 2)
    }

    @Test("a part over the cap is reported with its beginning, not kept, and the next part arrives")
    func cap() {
        let long = "<long>" + String(repeating: "x", count: 300_000) + "</long>"
        let text = "--boundary\r\n\r\n\(long)\r\n--boundary\r\n\r\n<a>1</a>\r\n"
        for pieces in [4096, Int.max] {
            let found = outputs(of: Array(text.utf8), pieces: pieces, partLimit: 64 << 10)
            #expect(found.count == 2)
            if case .unreadable(_, _, let bytes) = found.first { #expect(bytes.count == 4096) } else { Issue.record("no report") }
            #expect(found.last == .part(MultipartPart(contentType: "", bytes: Array("<a>1</a>".utf8))))
        }
    }

    @Test("an endless part without delimiter takes no more memory than the cap and a piece")
    func endless() {
        var reader = MultipartReader(contentType: "multipart/mixed; boundary=boundary", partLimit: 64 << 10)
        let piece = [UInt8](repeating: 0x2D, count: 4096)
        reader.read(Array("--boundary\r\n\r\n<x>".utf8)) { _ in }
        var most = 0
        var reports = 0
        for _ in 0..<2000 {
            reader.read(piece) { _ in reports += 1 }
            most = max(most, reader.pendingBytes)
        }
        #expect(most < 80 << 10)
        #expect(reports == 1)
    }

    @Test("headers without end are given up")
    func endlessHeaders() {
        let text = "--boundary\r\n" + String(repeating: "a", count: 40_000) + "\r\n--boundary\r\n\r\n<a>1</a>"
        let found = outputs(of: Array(text.utf8), pieces: 1000)
        #expect(found.count == 2)
        #expect(found.last == .part(MultipartPart(contentType: "", bytes: Array("<a>1</a>".utf8))))
    }
}
