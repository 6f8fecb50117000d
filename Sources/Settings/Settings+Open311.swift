extension Settings {
    /// The Open311 edge (GeoReport v2) at `/open311/v2`; without the key there is none.
    package struct Open311: Hashable, Sendable {
        /// The only `jurisdiction_id` that callers may name.
        package var jurisdiction: String?
        /// Key `public`: whether what came in through Open311 may be read without a key.
        package var isPublic = false
        /// What happens next, told with every request.
        package var notice: String?
        /// Whom to ask about the interface and for a key.
        package var contact: String?
        /// The address that callers see, such as `https://city.example/open311/v2`; nothing means the one they called.
        package var address: String?

        package init() {}
    }

    /// Reads the key `open311`; nothing where it is absent.
    static func open311(of root: Section) -> Open311? {
        guard let section = root.value("open311")?.section() else { return nil }
        defer { section.finish() }
        var open311 = Open311()
        open311.jurisdiction = section.value("jurisdiction")?.text()
        open311.isPublic = section.value("public")?.bool() ?? false
        open311.notice = section.value("notice")?.text()
        open311.contact = section.value("contact")?.text()
        open311.address = section.value("address")?.open311Address()
        return open311
    }
}

extension Entry {
    /// The address under which callers find the edge, without a slash at its end.
    fileprivate func open311Address() -> String? {
        guard let text = text() else { return nil }
        guard text.hasPrefix("http://") || text.hasPrefix("https://"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            report("expected an address such as https://city.example/open311/v2, found \"\(text.prefix(60))\"")
            return nil
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}
