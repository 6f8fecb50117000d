import Model

/// A news feed's document: RSS 2.0 (and 0.9x), RSS 1.0 (RDF) or Atom 1.0 (RFC 4287).
package struct FeedDocument: Sendable {
    /// Items read at most.
    static let itemLimit = 1000

    package var title: String
    /// In the order of the document, each id once.
    package var items: [FeedItem]
    /// Items at the document's end that were not read, because there are too many.
    package var unread: Int

    /// Reads a document in UTF-8, UTF-16 or GB18030, whatever its declaration says.
    ///
    /// - Parameter url: where it came from, for relative links.
    /// - Throws: `FeedUnreadable` with one sentence.
    package init(_ bytes: [UInt8], from url: String) throws(FeedUnreadable) {
        let reader: FeedReader
        do throws(XMLError) {
            let limits = XMLLimits(bytes: 8 << 20, depth: 40, elements: 100_000)
            reader = try XMLReader.read(XHTMLContent.escaped(Self.utf8(bytes)), into: FeedReader(), limits: limits)
        } catch {
            throw FeedUnreadable(sentence: "the document is no news feed that can be read: \(error)")
        }
        guard reader.isFeed else {
            throw FeedUnreadable(sentence: "the document is no news feed but <\(reader.root.prefix(40))>; check the address")
        }
        title = HTMLText.plain(reader.title)
        unread = reader.unread
        items = Self.items(reader, base: reader.base.hasPrefix("http") ? reader.base : url)
    }

    private static func utf8(_ bytes: [UInt8]) -> [UInt8] {
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            return Array(Charset.decode(bytes, named: "utf-16").utf8)
        }
        let rest = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        return isValidUTF8(rest) ? rest : XMLRepair.utf8(rest)
    }

    /// Names the items; a guid or link that several different items share names none of them.
    private static func items(_ reader: FeedReader, base: String) -> [FeedItem] {
        var guids: [String: Set<FeedDraft>] = [:]
        var links: [String: Set<FeedDraft>] = [:]
        for draft in reader.drafts {
            guids[draft.guid, default: []].insert(draft)
            links[draft.link, default: []].insert(draft)
        }
        var seen: Set<String> = []
        return reader.drafts.compactMap { draft in
            let guid = guids[draft.guid]?.count == 1 ? draft.guid : ""
            let linkIsOwn = links[draft.link]?.count == 1 && draft.link != reader.link
            let item = draft.item(guid: guid, linkIsOwn: linkIsOwn, base: base)
            guard !item.title.isEmpty || !item.text.isEmpty, seen.insert(item.id).inserted else { return nil }
            return item
        }
    }
}

/// Why bytes are no news feed.
package struct FeedUnreadable: Error, Hashable, Sendable {
    /// What is wrong, and where that is known what to do.
    package let sentence: String
}

private struct FeedReader: XMLVisitor {
    private(set) var root = ""
    private(set) var title = ""
    /// The channel's own link.
    private(set) var link = ""
    /// The innermost `xml:base` outside of items.
    private(set) var base = ""
    private(set) var drafts: [FeedDraft] = []
    private(set) var unread = 0
    private var draft: FeedDraft?
    private var itemDepth = 0

    var isFeed: Bool { ["rss", "RDF", "feed"].contains(root) }

    mutating func open(_ name: String, attributes: XMLAttributes, depth: Int) {
        if depth == 0 { root = name }
        if draft == nil, base.isEmpty, depth <= 1 { base = attributes["base"] ?? "" }
        if draft == nil, name == "item" || name == "entry", depth <= 2 {
            draft = FeedDraft()
            draft?.guid = attributes["about"] ?? ""
            itemDepth = depth
        } else if depth == itemDepth + 1, draft != nil {
            if name == "link" { takeLink(attributes) }
            if name == "guid" { draft?.guidIsLink = attributes["isPermaLink"] != "false" }
        }
    }

    /// Atom's links are attributes; the one to read is the alternate.
    private mutating func takeLink(_ attributes: XMLAttributes) {
        guard let target = attributes["href"], draft?.link.isEmpty == true else { return }
        if (attributes["rel"] ?? "alternate") == "alternate" { draft?.link = target }
    }

    mutating func close(_ name: String, text: UnsafeBufferPointer<UInt8>, depth: Int) {
        guard let item = draft else {
            if depth <= 2, name == "title", title.isEmpty { title = text.trimmedText }
            if depth <= 2, name == "link", link.isEmpty { link = text.trimmedText }
            return
        }
        if depth == itemDepth {
            if drafts.count < FeedDocument.itemLimit { drafts.append(item) } else { unread += 1 }
            draft = nil
        } else if depth == itemDepth + 1, let member = Self.member(name), item[keyPath: member].isEmpty {
            draft?[keyPath: member] = text.trimmedText
        }
    }

    private static func member(_ name: String) -> WritableKeyPath<FeedDraft, String>? {
        switch name {
        case "title": \.title
        case "link": \.link
        case "description", "summary": \.summary
        case "encoded", "content": \.content
        case "guid", "id": \.guid
        case "pubDate", "published", "issued", "date", "created": \.published
        case "updated", "modified": \.updated
        default: nil
        }
    }
}
