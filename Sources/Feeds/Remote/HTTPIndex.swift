import Model

/// Listings that web servers write: nginx (`autoindex`, HTML and JSON), Apache and their like.
enum HTTPIndex {
    /// Reads a whole index; links that lead elsewhere are left out.
    ///
    /// - Parameter base: path of the folder as in its URL, with slashes at both ends.
    static func read(_ bytes: [UInt8], base: String) throws(RemoteListingError) -> [RemoteEntry] {
        let first = bytes.first { $0 > 0x20 }
        let entries = first == UInt8(ascii: "[") ? try json(bytes) : try html(bytes, base: base)
        guard entries.count <= RemoteLimits.entries else {
            throw RemoteListingError(sentence: "lists more than \(RemoteLimits.entries) names; sort them into folders")
        }
        return entries
    }

    private static func json(_ bytes: [UInt8]) throws(RemoteListingError) -> [RemoteEntry] {
        let value: JSON
        do throws(JSONError) {
            value = try JSON(parsing: bytes)
        } catch {
            let isCut = error.code == .unexpectedEnd
            throw isCut ? .cutOff : RemoteListingError(sentence: "sent an index that is no JSON (\(error.code.rawValue))")
        }
        return (value.array ?? []).compactMap { item in
            guard let name = item["name"]?.string, let type = item["type"]?.string, type == "file" || type == "directory"
            else { return nil }
            let bytes = Array(name.utf8)
            guard isUsable(bytes) else { return nil }
            let size = item["size"]?.int.map { Int64($0) }
            return RemoteEntry(name: bytes, isFolder: type == "directory", size: size, time: item["mtime"]?.string ?? "")
        }
    }

    private static func isUsable(_ name: [UInt8]) -> Bool {
        !name.isEmpty && name.count <= RemoteLimits.nameBytes && name != [0x2E] && name != [0x2E, 0x2E]
            && !name.contains(0x2F) && !name.contains(0)
    }

    private static func html(_ bytes: [UInt8], base: String) throws(RemoteListingError) -> [RemoteEntry] {
        guard contains(bytes.suffix(200), "</html") else {
            let isPage = contains(bytes.prefix(1000), "<html")
            throw isPage ? .cutOff : RemoteListingError(sentence: "answers with something that is no index of a folder")
        }
        let anchors = HTTPIndexAnchors(bytes).all
        var entries: [RemoteEntry] = []
        var seen: Set<[UInt8]> = []
        for anchor in anchors {
            guard var target = local(anchor.target, base) else { continue }
            let isFolder = target.hasSuffix("/")
            if isFolder { target.removeLast() }
            let name = RemotePath(unescaping: target).bytes
            // A table has a second link on the icon of the same line.
            guard isUsable(name), entries.last?.name == name || seen.insert(name).inserted else { continue }
            let words = anchor.after
            let entry = RemoteEntry(
                name: name, isFolder: isFolder, size: words.last.flatMap { FTPListing.size($0) },
                time: words.joined(separator: " "))
            if entries.last?.name == name { entries[entries.count - 1] = entry } else { entries.append(entry) }
        }
        return entries
    }

    /// The target below the folder; nothing for queries, fragments, other hosts and the way up.
    private static func local(_ target: String, _ base: String) -> String? {
        var rest = target[...]
        if rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        if rest.hasPrefix("/") {
            guard rest.hasPrefix(base), rest.count > base.count else { return nil }
            rest = rest.dropFirst(base.count)
        }
        guard !rest.isEmpty, !rest.contains("?"), !rest.contains("#"), !rest.hasPrefix("../"), rest != ".." else { return nil }
        if let colon = rest.firstIndex(of: ":"), !rest[..<colon].contains("/"), rest[..<colon].allSatisfy({ $0.isLetter }) {
            return nil
        }
        let inner = rest.hasSuffix("/") ? rest.dropLast() : rest
        return inner.isEmpty || inner.contains("/") ? nil : String(rest)
    }

    private static func contains(_ bytes: some Collection<UInt8>, _ word: String) -> Bool {
        String(decoding: bytes, as: UTF8.self).lowercased().contains(word)
    }
}
