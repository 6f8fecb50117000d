import Model

/// How a recorder's or cloud's HTTP interface tells its files of a span of time, as configured.
///
/// The feed's `url` may hold `{from}` and `{until}`: RFC 3339 in civil time, or with `:compact` (`20261123184500`),
/// `:plain` (`2026-11-23 18:45:00`), `:unix` or `:millis`.
package struct RemoteQuery: Hashable, Sendable {
    /// How far back is asked; what appears later than that is not seen.
    package var window: Span
    /// Names of members from the answer's root to the list, with full stops between them; empty where the root is it.
    package var items: String
    /// The member with the address of a file: on the same host, absolute or relative to the query's path.
    package var file: String
    /// The member with its name; empty takes the last part of the address.
    package var fileName: String
    /// The member with its length in bytes; empty where there is none.
    package var size: String
    /// The member with the time of its last change; empty where there is none.
    package var time: String

    package init(
        window: Span = .days(3), items: String = "data", file: String = "url", fileName: String = "name",
        size: String = "size", time: String = "time"
    ) {
        self.window = window
        self.items = items
        self.file = file
        self.fileName = fileName
        self.size = size
        self.time = time
    }

    /// The query's URL at a moment.
    func url(_ template: String, now: Timestamp) -> String {
        var text = template
        for (word, moment) in [("from", now - window), ("until", now)] {
            let civil = Timestamp(seconds: moment.microseconds / 1_000_000).text()
            let plain = civil.prefix(19).map { $0 == "T" ? " " : $0 }
            let forms: [(String, String)] = [
                ("", civil), (":compact", String(plain.filter(\.isNumber))), (":plain", String(plain)),
                (":unix", String(moment.microseconds / 1_000_000)), (":millis", String(moment.microseconds / 1000)),
            ]
            for (form, value) in forms {
                let escaped = RemotePath(value).escaped
                text = text.split(separator: "{\(word)\(form)}", omittingEmptySubsequences: false).joined(separator: escaped)
            }
        }
        return text
    }

    /// Reads an answer.
    ///
    /// - Returns: the files and how many members of the list could not be used.
    func read(_ bytes: [UInt8], at address: RemoteAddress) throws(RemoteListingError) -> (entries: [RemoteEntry], strange: Int) {
        let value: JSON
        do throws(JSONError) {
            value = try JSON(parsing: bytes)
        } catch {
            let isCut = error.code == .unexpectedEnd
            throw isCut
                ? .cutOff : RemoteListingError(sentence: "answers with something that is no JSON (\(error.code.rawValue))")
        }
        guard let list = Self.member(items, of: value)?.array else {
            let sentence = "answers without a list at '\(items)'; correct the query's items or see what it says"
            throw RemoteListingError(sentence: sentence)
        }
        let entries = list.prefix(RemoteLimits.entries).compactMap { entry($0, address) }
        return (entries, list.count - entries.count)
    }

    private func entry(_ item: JSON, _ address: RemoteAddress) -> RemoteEntry? {
        guard let file = Self.member(file, of: item)?.plainText, let url = address.resolving(file) else { return nil }
        let last = url.prefix { $0 != "?" && $0 != "#" }.split(separator: "/").last.map { RemotePath(unescaping: $0).bytes }
        let named = fileName.isEmpty ? nil : Self.member(fileName, of: item)?.plainText.map { Array($0.utf8) }
        guard let name = named ?? last, FTPListing.isUsable(name) else { return nil }
        let bytes = size.isEmpty ? nil : Self.member(size, of: item)?.plainText.flatMap { FTPListing.size($0) }
        let time = time.isEmpty ? nil : Self.member(time, of: item)?.plainText
        return RemoteEntry(name: name, isFolder: false, size: bytes, time: time ?? "", url: url)
    }

    private static func member(_ path: String, of value: JSON) -> JSON? {
        path.split(separator: ".").reduce(value) { $0?[String($1)] }
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
