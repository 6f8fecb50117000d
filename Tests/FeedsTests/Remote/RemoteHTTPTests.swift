import Feeds
import Foundation
import Model
import Platform
import TestKit
import Testing

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
        bench.start(server.url("/api/records?from={from:plain}&until={until:unix}")) {
            $0.query = RemoteQuery(items: "data.list", file: "file", fileName: "call", size: "bytes", time: "end")
        }
        #expect(await eventually { bench.got("20261123-1.wav") == RemoteBench.sound(3000) })
        #expect(await eventually { bench.status?.detail.contains("1 files, or no usable address") == true })
        let asked = server.log.split(separator: "\n").first { $0.contains("/api/records") } ?? ""
        #expect(asked.contains(#/from=20\d\d-\d\d-\d\d%20\d\d%3A\d\d%3A\d\d&until=\d{10} /#))
        await bench.stop()
    }
}
