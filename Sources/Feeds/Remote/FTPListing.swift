import Model

/// Listings of FTP and SFTP servers: `MLSD` (RFC 3659), and what `ls -l` and MS-DOS write.
enum FTPListing {
    /// Reads a whole listing; links, devices and lines of other kinds are left out.
    ///
    /// - Throws: `RemoteListingError` where nothing in it can be read, or it is beyond all bounds.
    static func read(_ bytes: [UInt8], isMLSD: Bool) throws(RemoteListingError) -> [RemoteEntry] {
        var entries: [RemoteEntry] = []
        var strange = 0
        for line in bytes.split(separator: 0x0A) {
            let line = line.last == 0x0D ? line.dropLast() : line
            guard !line.isEmpty else { continue }
            switch isMLSD ? mlsd(line) : list(line) {
            case .entry(let entry): if isUsable(entry.name) { entries.append(entry) }
            case .other: continue
            case .strange: strange += 1
            }
            guard entries.count <= RemoteLimits.entries else {
                throw RemoteListingError(sentence: "lists more than \(RemoteLimits.entries) names; sort them into folders")
            }
        }
        guard strange == 0 || !entries.isEmpty else {
            throw RemoteListingError(sentence: "sent a listing that cannot be read; check that the address is a folder")
        }
        return entries
    }

    /// A name that can be asked for again: no way out of the folder, nothing that would end a command.
    static func isUsable(_ name: [UInt8]) -> Bool {
        !name.isEmpty && name.count <= RemoteLimits.nameBytes && name != [0x2E] && name != [0x2E, 0x2E]
            && !name.contains { $0 < 0x20 || $0 == 0x2F || $0 == 0x7F }
    }

    private enum Line {
        case entry(RemoteEntry)
        /// Understood, and nothing for us.
        case other
        case strange
    }

    private static func mlsd(_ line: ArraySlice<UInt8>) -> Line {
        // The facts end at the first blank; the name may hold any.
        guard let blank = line.firstIndex(of: 0x20) else { return .strange }
        var facts: [String: String] = [:]
        for fact in line[..<blank].split(separator: UInt8(ascii: ";")) {
            guard let equals = fact.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = String(decoding: fact[(equals + 1)...], as: UTF8.self)
            facts[String(decoding: fact[..<equals], as: UTF8.self).lowercased()] = value
        }
        guard let type = facts["type"]?.lowercased() else { return .strange }
        guard type == "file" || type == "dir" else { return .other }
        let entry = RemoteEntry(
            name: Array(line[(blank + 1)...]), isFolder: type == "dir", size: facts["size"].flatMap { size($0) },
            time: facts["modify"] ?? "")
        return .entry(entry)
    }

    private static func list(_ line: ArraySlice<UInt8>) -> Line {
        let words = FTPListingWords(line)
        guard let first = words.text(0) else { return .strange }
        if first == "total" || first == "total:" { return .other }
        if first.first?.isNumber == true { return dos(words) }
        guard first.count >= 10, let kind = first.first, "-dlbcps".contains(kind) else { return .strange }
        guard kind == "-" || kind == "d" else { return .other }
        // Owner and group may hold blanks or be missing: the date shows where the size stands.
        for index in 2..<max(2, min(words.count, 9)) {
            guard let date = words.date(at: index), let size = words.text(index - 1).flatMap({ size($0) }) else { continue }
            guard let name = words.rest(after: index + date.words - 1) else { return .strange }
            return .entry(RemoteEntry(name: name, isFolder: kind == "d", size: size, time: date.text))
        }
        return .strange
    }

    /// `11-23-26  06:44PM       1234 name` and `<DIR>`.
    private static func dos(_ words: FTPListingWords) -> Line {
        guard words.count >= 4, let day = words.text(0), let time = words.text(1), let size = words.text(2),
            let name = words.rest(after: 2, skippingBlanks: true)
        else { return .strange }
        if size == "<DIR>" { return .entry(RemoteEntry(name: name, isFolder: true, size: nil, time: day + " " + time)) }
        guard let bytes = Self.size(size) else { return size.hasPrefix("<") ? .other : .strange }
        return .entry(RemoteEntry(name: name, isFolder: false, size: bytes, time: day + " " + time))
    }

    static func size(_ text: String) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int64(text)
    }
}
