import Foundation
import Model
import Platform
import Synchronization
import TestKit
import Testing

@testable import Feeds

/// HTTP indexes and queries against nginx.
@Suite(.serialized, .enabled(if: Foreign.has(Foreign.nginx), "nginx is not installed: make test"))
struct RemoteHTTPTests {
    @Test("files of nginx's index are fetched, as a page and as JSON", arguments: ["/files/", "/json/"])
    func indexes(path: String) async throws {
        let bench = try RemoteBench()
        let server = try await WebServer(bench.folder)
        let names = ["a.wav", "20261123/CH 01/昆都仑 & <1> #2%41?.wav", "20261123/x:y+\"z\".wav"]
        for (index, name) in names.enumerated() { try bench.put(name, RemoteBench.sound(3000 + index)) }
        try bench.put("b.wav.part", [1])
        bench.start(server.url(path))
        #expect(await eventually { bench.fetched.count == names.count })
        for (index, name) in names.enumerated() { #expect(bench.got(name) == RemoteBench.sound(3000 + index)) }
        #expect(bench.status?.state == .live && bench.status?.detail == "")
        await bench.stop()
    }

    @Test("a download that breaks is continued with If-Range, and a file that changed comes from its beginning")
    func resumes() async throws {
        let bench = try RemoteBench()
        let sound = RemoteBench.sound(20 << 20)
        try bench.put("long.wav", sound)
        let server = try await WebServer(bench.folder)
        let proxy = CuttingProxy(to: server.port, after: 6 << 20)
        bench.start("http://127.0.0.1:\(proxy.port)/files/")
        #expect(await eventually { bench.got("long.wav") != nil })
        #expect(bench.got("long.wav") == sound && server.log.contains("\" 206 "))
        await bench.stop()
        proxy.stop()
    }

    @Test("the server's own trouble, a refused password and a redirect have sentences of their own")
    func faults() async throws {
        let bench = try RemoteBench()
        let server = try await WebServer(bench.folder)
        let cases: [(String, FeedState, String)] = [
            ("/broken/", .unreachable, "answers with its own trouble (500)"),
            ("/secret/", .refused, "does not accept user or password"),
            ("/nothing/", .refused, "there is no folder at http://127.0.0.1"),
        ]
        for (path, state, sentence) in cases {
            bench.start(server.url(path))
            #expect(await eventually { bench.status?.state == state && bench.status?.detail.contains(sentence) == true })
            await bench.stop()
        }
    }

    @Test("an index that ends in the middle is no index, as a page and as JSON", arguments: ["html", "json"])
    func cutOff(form: String) async throws {
        let bench = try RemoteBench()
        let whole =
            form == "json"
            ? #"[{"name":"a.wav","type":"file","mtime":"Mon, 23 Nov 2026 10:00:00 GMT","size":4},"#
            : "<html><body><pre><a href=\"a.wav\">a.wav</a>  23-Nov-2026 18:44   4\r\n"
        let server = LoopbackServer { connection in
            guard connection.readHead() != nil else { return }
            connection.write("HTTP/1.0 200 OK\r\n\r\n" + whole)
        }
        defer { server.stop() }
        bench.start(server.url + "/")
        #expect(await eventually { bench.status?.detail.contains("ends in the middle") == true })
        #expect(bench.fetched.isEmpty)
        await bench.stop()
    }

    @Test("a query's files are fetched from the addresses that its answer names, and from no other host")
    func query() async throws {
        let bench = try RemoteBench()
        try bench.put("r/one.wav", RemoteBench.sound(3000))
        let answer = """
            {"code":0,"data":{"list":[{"id":1,"file":"/files/r/one.wav","call":"20261123-1.wav","bytes":"3000","end":"10:00"},\
            {"id":2,"file":"http://127.0.0.2:9/evil.wav","call":"evil.wav","bytes":3,"end":"10:00"}]}}
            """
        let escaped = answer.replacingOccurrences(of: "\"", with: "\\\"")
        let server = try await WebServer(
            bench.folder, extra: "location /api/ { default_type application/json; return 200 \"\(escaped)\"; }")
        let query = RemoteQuery(
            items: try JSONPath("data.list"), file: try JSONPath("file"), fileName: try JSONPath("call"),
            size: try JSONPath("bytes"), time: try JSONPath("end"))
        bench.start(server.url("/api/records?from={from:plain}&until={until:unix}")) {
            $0.query = query
        }
        #expect(await eventually { bench.got("20261123-1.wav") == RemoteBench.sound(3000) })
        #expect(await eventually { bench.status?.detail.contains("1 files, or no usable address") == true })
        let asked = server.log.split(separator: "\n").first { $0.contains("/api/records") } ?? ""
        #expect(asked.contains(#/from=20\d\d-\d\d-\d\d%20\d\d%3A\d\d%3A\d\d&until=\d{10} /#))
        await bench.stop()
    }

    /// An interface with 250 calls in pages of 100, whose files it hands out too.
    private static func interface(_ asked: Questions) -> LoopbackServer {
        LoopbackServer { connection in
            while let head = connection.readHead() {
                let target = head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
                asked.add(target + (head.contains("Authorization: Bearer t-1\r\n") ? " t-1" : ""))
                guard let mark = target.range(of: "mark=") else {
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nsound")
                    continue
                }
                let start = Int(target[mark.upperBound...]) ?? 0
                let rows = (start..<max(start, min(start + 100, 250))).map {
                    #"{"id": \#($0), "path": "/sound/\#($0)", "name": "call-\#($0).wav", "bytes": 5}"#
                }
                let next = start + 100 < 250 ? "\(start + 100)" : ""
                let body = #"{"code": 0, "next": "\#(next)", "calls": [\#(rows.joined(separator: ","))]}"#
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body)
            }
        }
    }

    @Test("an answer of several pages is read to its end, by cursor and by page number, with a token")
    func pages() async throws {
        for template in ["/calls?since={from:unix}&mark={cursor}", "/calls?since={from:unix}&mark={page}00"] {
            let bench = try RemoteBench()
            let asked = Questions()
            let server = Self.interface(asked)
            defer { server.stop() }
            let query = RemoteQuery(
                items: try JSONPath("calls"), file: try JSONPath("path"), fileName: try JSONPath("name"),
                size: try JSONPath("bytes"), next: template.contains("cursor") ? try JSONPath("next") : nil)
            bench.start(server.url + template) {
                $0.query = query
                $0.token = "t-1"
            }
            // Numbered pages begin with 1, so this interface's first hundred are not asked for.
            let wanted = template.contains("cursor") ? 250 : 150
            #expect(await eventually { bench.fetched.count == wanted }, "\(bench.status?.detail ?? "")")
            let all = asked.all
            #expect(all.allSatisfy { $0.hasSuffix(" t-1") })
            #expect(Set(all.filter { $0.hasPrefix("/sound") }).count == wanted)
            let first = all.first?.split(separator: "&").first
            let spans = all.prefix(3).compactMap { $0.split(separator: "&").first }
            #expect(spans.allSatisfy { $0 == first }, "all pages are of one span of time: \(spans)")
            await bench.stop()
        }
    }

    @Test("an interface that answers every page alike, or names the same cursor for ever, is asked once more and no further")
    func endless() async throws {
        let address = try RemoteAddress("http://10.0.0.1/calls")
        let bytes = Array(#"{"next": "7", "calls": [{"url": "/1.wav", "size": 5}]}"#.utf8)
        for (template, next) in [("http://10.0.0.1/calls?p={page}", nil), ("http://10.0.0.1/calls?c={cursor}", "next")] {
            let query = RemoteQuery(
                items: try JSONPath("calls"), file: try JSONPath("url"), size: try JSONPath("size"),
                next: try next.map { try JSONPath($0) })
            let answer = try query.read(bytes, at: address)
            let first = RemoteQuery.Page(now: Timestamp(seconds: 0))
            let second = try #require(query.page(after: first, answer, template: template))
            #expect(query.page(after: second, answer, template: template) == nil)
        }
    }

    @Test("what the configuration cannot give is said, and nobody is asked")
    func defect() async throws {
        let bench = try RemoteBench()
        let asked = Questions()
        let server = Self.interface(asked)
        defer { server.stop() }
        bench.start(server.url + "/") { $0.defect = "the secret file /x is empty; write the secret into it; then restart" }
        #expect(await eventually { bench.status?.state == .refused })
        #expect(bench.status?.detail.contains("/x is empty") == true)
        await bench.stop()
        #expect(asked.all.isEmpty)
    }
}

/// What a server was asked for.
private final class Questions: Sendable {
    private let targets = Mutex<[String]>([])
    var all: [String] { targets.withLock { $0 } }
    func add(_ target: String) { targets.withLock { $0.append(target) } }
}
