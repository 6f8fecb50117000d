import Feeds
import Testing

@Suite struct XMLReaderTests {
    private func refusal(_ text: String, limits: XMLLimits = XMLLimits()) -> XMLError.Code? {
        do throws(XMLError) {
            _ = try XMLElement(parsing: Array(text.utf8), limits: limits)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("elements, attributes and text come by their local names")
    func tree() throws {
        let text = "<s:Envelope xmlns:s='urn:s'><s:Body><tt:Item Name='State' tt:Value='1'/><a> x </a></s:Body></s:Envelope>"
        let root = try XMLElement(parsing: Array(text.utf8))
        #expect(root.name == "Envelope" && root.attributes.isEmpty)
        #expect(root.first("Item")?.attribute("Value") == "1")
        #expect(root["Body"]?["a"]?.text == "x")
    }

    @Test("a document type is refused: no entity is expanded and no file is read")
    func doctype() {
        #expect(refusal("<!DOCTYPE x [<!ENTITY a \"aa\"><!ENTITY b \"&a;&a;&a;\">]><x>&b;</x>") == .doctype)
        #expect(refusal("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>") == .doctype)
    }

    @Test("depth, size and number of elements have limits")
    func limits() {
        #expect(refusal(String(repeating: "<a>", count: 100_000)) == .tooDeep)
        #expect(refusal("<r>" + String(repeating: "<a/>", count: 60_000) + "</r>") == .tooMany)
        #expect(refusal("<r>" + String(repeating: "x", count: 2 << 20) + "</r>") == .tooLong)
    }

    @Test("what is not XML is an error with its line")
    func malformed() {
        #expect(refusal("") == .empty)
        #expect(refusal("<a>\n</b>") == .malformed)
        #expect(refusal("plain") == .malformed)
    }

    @Test("bare ampersands, unknown entities and control characters are repaired")
    func repairs() throws {
        let root = try XMLElement(parsing: Array("<a><b>x & y &amp; &nbsp; &#12; \u{1}z</b></a>".utf8))
        #expect(root["b"]?.text == "x & y & &nbsp; &#12;  z")
    }

    @Test("bytes that are not UTF-8 are read as GB18030, else with replacement")
    func encodings() throws {
        // 城管 in GB18030.
        let chinese: [UInt8] = Array("<a>".utf8) + [0xB3, 0xC7, 0xB9, 0xDC] + Array("</a>".utf8)
        #expect(try XMLElement(parsing: chinese).text == "城管")
        let broken: [UInt8] = Array("<a>x".utf8) + [0xFF, 0xFE] + Array("</a>".utf8)
        #expect(try XMLElement(parsing: broken).text.hasPrefix("x"))
        let declared = Array("<?xml version='1.0' encoding='GB2312'?><a>".utf8) + chinese[3..<7] + Array("</a>".utf8)
        #expect(try XMLElement(parsing: declared).text == "城管")
    }
}
