import Model

/// How a recorder's or cloud's HTTP interface tells its files of a span of time, as configured.
///
/// The feed's `url` may hold `{from}` and `{until}`: RFC 3339 in civil time, or with `:compact` (`20261123184500`),
/// `:plain` (`2026-11-23 18:45:00`), `:unix` or `:millis`. With `{page}` it is asked for page 1, 2 and so on up to one
/// that is empty or the same as the last; with `{cursor}` for what `next` names, up to an answer that names nothing new.
package struct RemoteQuery: Hashable, Sendable {
    /// How far back is asked; what appears later than that is not seen.
    package var window: Span
    /// Where the list stands in an answer.
    package var items: JSONPath
    /// Where the address of a file stands in an item: on the same host, absolute or relative to the query's path.
    package var file: JSONPath
    /// Where its name stands; nothing takes the last part of the address.
    package var fileName: JSONPath?
    /// Where its length in bytes stands; nothing where there is none.
    package var size: JSONPath?
    /// Where the time of its last change stands; nothing where there is none.
    package var time: JSONPath?
    /// Where the next `{cursor}` stands in an answer.
    package var next: JSONPath?

    package init(
        window: Span = .days(3), items: JSONPath, file: JSONPath, fileName: JSONPath? = nil, size: JSONPath? = nil,
        time: JSONPath? = nil, next: JSONPath? = nil
    ) {
        self.window = window
        self.items = items
        self.file = file
        self.fileName = fileName
        self.size = size
        self.time = time
        self.next = next
    }

    /// Where one listing stands among the pages of its answer.
    struct Page: Hashable, Sendable {
        /// When the listing began: all its pages ask for the same span of time.
        var now: Timestamp
        var number = 1
        var cursor = ""
        var entries: [RemoteEntry] = []
    }

    /// The query's URL for a page.
    func url(_ template: String, _ page: Page) -> String {
        var text = template
        for (word, moment) in [("from", page.now - window), ("until", page.now)] {
            let civil = Timestamp(seconds: moment.microseconds / 1_000_000).text()
            let plain = civil.prefix(19).map { $0 == "T" ? " " : $0 }
            let forms: [(String, String)] = [
                ("", civil), (":compact", String(plain.filter(\.isNumber))), (":plain", String(plain)),
                (":unix", String(moment.microseconds / 1_000_000)), (":millis", String(moment.microseconds / 1000)),
            ]
            for (form, value) in forms { text = Self.filled(text, word + form, value) }
        }
        return Self.filled(Self.filled(text, "page", String(page.number)), "cursor", page.cursor)
    }

    private static func filled(_ text: String, _ place: String, _ value: String) -> String {
        text.split(separator: "{\(place)}", omittingEmptySubsequences: false).joined(separator: RemotePath(value).escaped)
    }

    /// The page after one that was read; nothing where it was the last.
    func page(after page: Page, _ answer: Answer, template: String) -> Page? {
        guard page.number < RemoteLimits.pages else { return nil }
        var following = page
        following.number += 1
        following.entries = answer.entries
        if template.contains("{cursor}") {
            guard !answer.next.isEmpty, answer.next != page.cursor else { return nil }
            following.cursor = answer.next
            return following
        }
        guard template.contains("{page}"), !answer.entries.isEmpty, answer.entries != page.entries else { return nil }
        return following
    }

    /// What one page says.
    struct Answer: Hashable, Sendable {
        var entries: [RemoteEntry]
        /// How many items of the list could not be used.
        var strange: Int
        /// The next cursor; empty where none is named.
        var next: String
    }

    /// Reads an answer.
    func read(_ bytes: [UInt8], at address: RemoteAddress) throws(RemoteListingError) -> Answer {
        let value: JSON
        do throws(JSONError) {
            value = try JSON(parsing: bytes)
        } catch {
            let isCut = error.code == .unexpectedEnd
            throw isCut
                ? .cutOff : RemoteListingError(sentence: "answers with something that is no JSON (\(error.code.rawValue))")
        }
        guard let list = items.isList ? items.all(in: value) : items.first(in: value)?.array else {
            let sentence = "answers without a list at '\(items)'; correct the query's items or see what it says"
            throw RemoteListingError(sentence: sentence)
        }
        let entries = list.prefix(RemoteLimits.entries).compactMap { entry($0, address) }
        return Answer(
            entries: entries, strange: list.count - entries.count, next: next?.first(in: value)?.plainText ?? "")
    }

    private func entry(_ item: JSON, _ address: RemoteAddress) -> RemoteEntry? {
        guard let file = file.first(in: item)?.plainText, let url = address.resolving(file) else { return nil }
        let last = url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last.map { RemotePath(unescaping: $0).bytes }
        let named = fileName?.first(in: item)?.plainText.map { Array($0.utf8) }
        guard let name = named ?? last, FTPListing.isUsable(name) else { return nil }
        let bytes = size?.first(in: item)?.plainText.flatMap { FTPListing.size($0) }
        return RemoteEntry(
            name: name, isFolder: false, size: bytes, time: time?.first(in: item)?.plainText ?? "", url: url)
    }
}

extension RemoteAddress {
    /// The URL of what an answer points to; nothing where that is another host: it would get our password.
    func resolving(_ target: String) -> String? {
        let root = kind.rawValue + "://" + authority
        guard target.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !target.isEmpty else { return nil }
        if target.hasPrefix(root + "/") { return target }
        if target.hasPrefix("//") || target.split(separator: "/").first?.contains(":") == true { return nil }
        if target.hasPrefix("/") { return root + target }
        let folder = path.dropLast().lastIndex(of: "/").map { path[...$0] } ?? "/"
        return root + folder + target
    }
}
