import Foundation
import Model
import TestKit
import Testing

@testable import Feeds

@Suite struct RemoteListingTests {
    private func text(_ entries: [RemoteEntry]) -> [String] {
        entries.map { entry in
            let name = RemoteName.text(entry.name, .utf8) + (entry.isFolder ? "/" : "")
            return "\(name)|\(entry.size.map(String.init) ?? "-")|\(entry.time)"
        }
    }

    @Test("ls -l is read with blanks in names and owners, a missing group, other dates and raw bytes; links are left out")
    func unix() throws {
        let entries = try FTPListing.read(try Fixtures.bytes("remote/unix.txt"), isMLSD: false)
        #expect(
            text(entries) == [
                "a b.wav|1234|Nov 23 18:44", " leading.wav|99|Jan 3 2025", "20261123/|4096|Nov 23 18:44",
                "iso.wav|77|2026-11-23 18:44", "month.wav|12|11月 23 18:44", "投诉.wav|3|Nov 23 18:44",
            ])
        #expect(entries.last?.name == [0xCD, 0xB6, 0xCB, 0xDF] + Array(".wav".utf8))
    }

    @Test("MS-DOS and MLSD listings are read, and no name leads out of the folder")
    func others() throws {
        let dos = try FTPListing.read(try Fixtures.bytes("remote/msdos.txt"), isMLSD: false)
        #expect(text(dos) == ["20261123/|-|11-23-26 06:44PM", "a b.wav|123456|11-23-26 06:45PM"])
        let mlsd = try FTPListing.read(try Fixtures.bytes("remote/mlsd.txt"), isMLSD: true)
        #expect(
            text(mlsd) == ["a b.wav|1234|20261123104400.123", "20261123/|-|20261123104400", " two.wav|5|20261123104401"])
        #expect(throws: RemoteListingError.self) { try FTPListing.read(Array("<html>hello</html>\n".utf8), isMLSD: false) }
        #expect(try FTPListing.read([], isMLSD: false).isEmpty)
    }

    @Test("nginx's and Apache's indexes are read; sorting links, the way up and other hosts are left out")
    func indexes() throws {
        let nginx = try HTTPIndex.read(try Fixtures.bytes("remote/nginx.html"), base: "/rec/")
        #expect(
            text(nginx) == [
                "20261123/|-|23-Nov-2026 18:44", "a b&c.wav|1234|23-Nov-2026 18:44 1234",
                "投诉.wav|99|23-Nov-2026 18:45 99",
            ])
        let apache = try HTTPIndex.read(try Fixtures.bytes("remote/apache.html"), base: "/rec/")
        #expect(text(apache) == ["a.wav|-|2026-11-23 18:44 1.2K", "CH01/|-|2026-11-23 18:44"])
        let json = try HTTPIndex.read(try Fixtures.bytes("remote/nginx.json"), base: "/rec/")
        #expect(text(json).map { $0.prefix { $0 != "," } } == ["20261123/|-|Mon", "a b.wav|1234|Mon"])
        #expect(throws: RemoteListingError.self) { try HTTPIndex.read(Array("not an index".utf8), base: "/") }
    }

    @Test("a query's answer is read, and addresses on other hosts or names with slashes are counted and left out")
    func query() throws {
        let address = try RemoteAddress("http://10.0.0.1:8080/rec/list?x=1")
        let query = try Self.query()
        let answer = try query.read(try Fixtures.bytes("remote/query.json"), at: address)
        let entries = answer.entries
        #expect(
            entries.map(\.url) == ["http://10.0.0.1:8080/rec/1.wav?id=7", "http://10.0.0.1:8080/rec/2.wav"])
        #expect(text(entries) == ["20261123-1.wav|1234|2026-11-23 18:44:00", "2.wav|99|1795430640"])
        #expect(answer.strange == 3)
        let page = RemoteQuery.Page(now: Timestamp(seconds: 1_795_430_640))
        let url = query.url("http://h/q?a={from}&b={until:compact}", page)
        #expect(url == "http://h/q?a=2026-11-20T18%3A44%3A00%2B08%3A00&b=20261123184400")
    }

    static func query() throws -> RemoteQuery {
        RemoteQuery(
            items: try JSONPath("data.rows"), file: try JSONPath("url"), fileName: try JSONPath("name"),
            size: try JSONPath("size"), time: try JSONPath("time"))
    }

    @Test("a listing of 10,000 names is read and walked at once, and one beyond all bounds is refused")
    func many() throws {
        var lines: [UInt8] = []
        for index in 0..<10_000 { lines += Array("type=file;size=\(index);modify=20261123104400; \(index).wav\r\n".utf8) }
        var walk = RemoteWalk(RemoteFolder(name: "r", url: "ftp://h/"), now: Timestamp(seconds: 0))
        try walk.take(try FTPListing.read(lines, isMLSD: true))
        #expect(walk.files.count == 10_000 && walk.folder == nil)
        let folders = (0..<6000).map { RemoteEntry(name: Array("d\($0)".utf8), isFolder: true, time: "") }
        var wide = RemoteWalk(RemoteFolder(name: "r", url: "ftp://h/"), now: Timestamp(seconds: 0))
        #expect(throws: RemoteListingError.self) { try wide.take(folders) }
    }

    @Test("names become local names: no control characters, no endless parts, different folders stay apart")
    func names() {
        #expect(RemoteName.local(RemotePath("a/b c.wav"), .utf8) == "a/b c.wav")
        #expect(RemoteName.local(RemotePath("line\nend.wav"), .utf8) == "line%0Aend.wav")
        #expect(RemoteName.local(RemotePath([0xCD, 0xB6, 0xCB, 0xDF]), .gbk) == "投诉")
        #expect(RemoteName.local(RemotePath([0xFF, 0x41]), .utf8) == "%FFA")
        let long = RemoteName.local(RemotePath(String(repeating: "长", count: 300) + ".wav"), .utf8)
        #expect(long.utf8.count <= 240 && long.hasSuffix(".wav"))
        let path = RemotePath(Array(0...255).filter { $0 != 0x2F })
        #expect(RemotePath(unescaping: path.escaped) == path && RemotePath(unescaping: "100%").bytes == Array("100%".utf8))
    }

    @Test("only addresses of folders are taken, and none with a user in it")
    func addresses() throws {
        #expect(try RemoteAddress("SFTP://h:22/a b").shown == "sftp://h:22/a b/")
        #expect(try RemoteAddress("sftp://h/~/rec").plainPath(RemotePath("x.wav")) == Array("rec/x.wav".utf8))
        #expect(try RemoteAddress("sftp://h/r%20c").plainPath(RemotePath("x.wav")) == Array("/r c/x.wav".utf8))
        for bad in ["", "ftp", "file:///etc/", "ftp://", "ftp://u:p@h/", "gopher://h/"] {
            #expect(throws: RemoteTrouble.self) { try RemoteAddress(bad) }
        }
    }
}

/// Listings from strangers never end the daemon, whatever they hold.
@Suite struct RemoteFuzzTests {
    @Test("mutated listings are read or refused")
    func mutations() throws {
        let names = ["unix.txt", "msdos.txt", "mlsd.txt", "nginx.html", "apache.html", "nginx.json", "query.json"]
        let seeds = try names.map { try Fixtures.bytes("remote/" + $0) }
        let address = try RemoteAddress("http://10.0.0.1/rec/")
        let query = try RemoteListingTests.query()
        for input in FuzzInputs() {
            var numbers = SeededNumbers(UInt64(input))
            var bytes = seeds[input % seeds.count]
            for _ in 0..<Int.random(in: 1...8, using: &numbers) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &numbers)
                switch Int.random(in: 0..<4, using: &numbers) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &numbers)
                case 1: bytes.remove(at: at)
                case 2: bytes.insert(contentsOf: [0x3C, 0x61, 0x20, 0x25].prefix(Int(numbers.next() % 5)), at: at)
                default: bytes.removeLast(min(bytes.count, at))
                }
            }
            let listings = [
                try? FTPListing.read(bytes, isMLSD: false), try? FTPListing.read(bytes, isMLSD: true),
                try? HTTPIndex.read(bytes, base: "/rec/"),
                try? query.read(bytes, at: address).entries,
            ]
            for entry in listings.compactMap({ $0 }).joined() {
                let local = RemoteName.local(RemotePath(entry.name), .gbk)
                #expect(!entry.name.contains(0x2F) && local != ".." && local != "." && !local.contains("/"))
            }
        }
    }
}
