import Crypto
import FoundationEssentials
import Model

/// One article or report of a news feed, as plain text.
package struct FeedItem: Hashable, Sendable {
    /// 16 hexadecimal digits that stay the same as long as the outlet calls it the same.
    package var id: String
    package var title: String
    /// Summary, or the content where there is no summary.
    package var text: String
    /// Everything that was written, for the search for keywords.
    package var searched: String
    /// Absolute http or https address; empty where there is none.
    package var link: String
    package var published: Timestamp?

    /// Changes whenever a reader would see a change.
    var digest: String { Self.digest(["item", title, text, link]) }

    /// The keywords that stand in it; an ASCII keyword in any case.
    func matches(_ keywords: [String]) -> [String] {
        let lower = searched.lowercased()
        return keywords.filter { lower.contains($0.lowercased()) }
    }

    /// The first 16 hexadecimal digits of the SHA-256 of the parts.
    static func digest(_ parts: [String]) -> String {
        let hash = SHA256.hash(data: Array(parts.joined(separator: "\n").utf8))
        return hash.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// An item as the document tells it.
struct FeedDraft: Hashable {
    /// `guid`, Atom's `id` or RDF's `about`.
    var guid = ""
    var guidIsLink = true
    var title = ""
    var summary = ""
    var content = ""
    var link = ""
    var published = ""
    var updated = ""

    /// - Parameters:
    ///   - guid: empty where the item has none of its own.
    ///   - linkIsOwn: whether no other item of the document has the same link.
    func item(guid: String, linkIsOwn: Bool, base: String) -> FeedItem {
        var address = Self.absolute(link, base)
        if address.isEmpty, guidIsLink { address = Self.absolute(guid, base, mustBeAbsolute: true) }
        let title = HTMLText.plain(title), summary = HTMLText.plain(summary), content = HTMLText.plain(content)
        let named: [String] =
            if !guid.isEmpty { ["guid", guid] } else if linkIsOwn, !address.isEmpty { ["link", address] } else {
                ["title", title, published.isEmpty ? updated : published]
            }
        let moment = FeedDate.moment(published) ?? FeedDate.moment(updated)
        return FeedItem(
            id: FeedItem.digest(named), title: HTMLText.shortened(title, to: 500),
            text: HTMLText.shortened(summary.isEmpty ? content : summary), searched: title + "\n" + summary + "\n" + content,
            link: address, published: moment)
    }

    /// Resolves a link (RFC 3986 §5); anything but http and https is nothing.
    private static func absolute(_ link: String, _ base: String, mustBeAbsolute: Bool = false) -> String {
        let lower = link.prefix(8).lowercased()
        if lower.hasPrefix("http://") || lower.hasPrefix("https://") { return link }
        guard !mustBeAbsolute, !link.isEmpty, link.utf8.count <= 2048, let root = URL(string: base),
            let url = URL(string: link, relativeTo: root)?.absoluteString
        else { return "" }
        return url.hasPrefix("http://") || url.hasPrefix("https://") ? url : ""
    }
}
