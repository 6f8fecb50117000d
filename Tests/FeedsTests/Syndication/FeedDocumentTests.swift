import Model
import TestKit
import Testing

@testable import Feeds

@Suite struct FeedDocumentTests {
    private func read(_ name: String) throws -> FeedDocument {
        try FeedDocument(try Fixtures.bytes("syndication/" + name), from: "http://feeds.example.cn/all/rss.xml")
    }

    private func time(_ text: String) -> Timestamp { Timestamp(text) ?? Timestamp(seconds: 0) }

    @Test("RSS 2.0: markup is stripped, links are absolute, a title of another namespace does not count")
    func rss2() throws {
        let document = try read("rss2.xml")
        #expect(document.title == "城市新闻" && document.items.count == 3)
        let first = document.items[0]
        #expect(first.title == "昆都仑区城管执法局整治占道经营" && first.text == "本报讯 昆区城管执法局整治占道经营。")
        #expect(first.link == "http://feeds.example.cn/2021/03/05/1.html")
        #expect(first.published == time("2021-03-05T10:20:00+08:00"))
        #expect(document.items[1].title == "夜市油烟 & 噪音" && document.items[1].text == "居民反映夜市油烟。")
        #expect(document.items[1].published == time("2021-03-04T08:00:00Z"))
        #expect(document.items[2].text == "5 < 6" && document.items[2].published == nil && document.items[2].link.isEmpty)
    }

    @Test("of too many items the first thousand are read, and the others are counted")
    func tooMany() throws {
        let items = (1...1003).map { "<item><guid>g\($0)</guid><title>t\($0)</title></item>" }.joined()
        let text = "<rss><channel><title>t</title>\(items)</channel></rss>"
        let document = try FeedDocument(Array(text.utf8), from: "http://feeds.example.cn/rss.xml")
        #expect(document.items.count == 1000 && document.items.first?.title == "t1" && document.unread == 3)
    }

    @Test("RSS 1.0 and Atom 1.0, with inline XHTML and a base of its own")
    func others() throws {
        let rdf = try #require(try read("rss1.xml").items.first)
        #expect(rdf.title == "路面塌陷" && rdf.text == "钢铁大街路面塌陷" && rdf.link == "http://tv.example.cn/a/7")
        #expect(rdf.published == time("2021-03-06T09:00:00+08:00"))
        let atom = try #require(try read("atom.xml").items.first)
        #expect(atom.title == "热线" && atom.text == "听众反映积水\n已排除")
        #expect(atom.link == "https://radio.example.cn/news/9.html")
        #expect(atom.published == time("2021-03-07T00:00:00Z"))
    }

    @Test(
        "GBK is read as what it is, whatever the declaration says",
        arguments: ["gbk.xml", "gbk-says-utf8.xml", "utf8-says-gbk.xml"])
    func encodings(_ name: String) throws {
        let item = try #require(try read(name).items.first)
        #expect(item.title == "暴露垃圾无人清运" && item.published == time("2021-03-05T10:20:00+08:00"))
    }

    @Test("an id is the guid's, or the link's, or the title's and date's; it survives a changed text, not a shared guid")
    func ids() throws {
        func ids(_ items: String) throws -> [String] {
            let text = "<rss><channel><link>http://a.cn/</link>\(items)</channel></rss>"
            return try FeedDocument(Array(text.utf8), from: "http://a.cn/f").items.map(\.id)
        }
        func item(_ title: String, guid: String = "", link: String = "http://a.cn/1", date: String = "2021-03-05") -> String {
            let guid = guid.isEmpty ? "" : "<guid>\(guid)</guid>"
            return "<item><title>\(title)</title><link>\(link)</link>\(guid)<pubDate>\(date)</pubDate></item>"
        }
        #expect(try ids(item("a", guid: "g")) == ids(item("b", guid: "g", link: "http://a.cn/2")))
        #expect(try ids(item("a")) == ids(item("b")))
        #expect(try ids(item("a", link: "http://a.cn/")) != ids(item("b", link: "http://a.cn/")))
        #expect(try Set(ids(item("a", guid: "g", link: "http://a.cn/2") + item("b", guid: "g"))).count == 2)
        #expect(try Set(ids(item("a") + item("b"))).count == 2)
        #expect(try ids(item("a", guid: "g")).first?.utf8.count == 16)
    }

    @Test("dates of every kind")
    func dates() throws {
        let noon = time("2021-03-05T12:00:00+08:00")
        for text in [
            "Fri, 05 Mar 2021 12:00:00 +0800", "5 Mar 21 04:00 GMT", "Fri, 05 Mar 2021 12:00:00 CST", "5 Mar 2021 12:00 GMT+8",
            "2021-03-05T12:00:00+08:00", "2021-03-05T04:00:00Z", "2021-03-05T04:00:00.123Z", "2021-03-05 12:00",
            "2021/3/5 12:00:00",
            "2021年3月5日 12:00", "2021年3月5日12时00分", "2021-03-05T12:00+08:00", "05 March 2021 12:00:00",
            "2021-03-04 23:00:00 -0500",
        ] {
            #expect(FeedDate.moment(text) == noon, "\(text)")
        }
        #expect(FeedDate.moment("2021-03-05") == time("2021-03-05T00:00:00+08:00"))
        for text in [
            "", "yesterday", "2021-13-05", "31 Feb 2021", "99999-01-01", "2021-03-05 25:00", "0001-01-01", ":::", "5 Mar",
        ] {
            #expect(FeedDate.moment(text) == nil, "\(text)")
        }
    }

    @Test("a page, a document type, an entity and half a document are refused with a sentence")
    func refused() {
        for text in [
            "<html><body>login</body></html>", "", "<rss><channel><item>", "{}",
            "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><channel><title>&a;</title></channel></rss>",
        ] {
            let error = #expect(throws: FeedUnreadable.self) { try FeedDocument(Array(text.utf8), from: "http://a.cn") }
            #expect(error?.sentence.contains("no news feed") == true)
        }
    }

    @Test("HTML becomes its words in linear time")
    func html() {
        let mixed = HTMLText.plain("a<br>b<p>c</p>d &lt;x&gt; &#x4E2D;&#22269; &unknown; 1 < 2")
        #expect(mixed == "a\nb\nc\nd <x> 中国 &unknown; 1 < 2")
        #expect(HTMLText.plain("<!-- a > b -->c<style>p{}</style>d<script>if (a<b) {}</script>e") == "cde")
        for bad in ["<", "<a", "<!--", "&", "<script>", "</", "&#"] {
            let text = String(repeating: bad, count: 100_000)
            #expect(HTMLText.plain(text).utf8.count <= text.utf8.count)
        }
    }
}
