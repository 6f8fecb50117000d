import Model

extension Catalog {
    /// `channels.yaml`: the complaint channels in the order in which the report lists them.
    mutating func takeChannels(_ root: Section) {
        versions.channels = root.version()
        for entry in root.needed("channels", "the list of channels")?.list() ?? [] {
            guard let section = entry.section() else { continue }
            channels.append(Catalog.channel(section))
            section.finish()
        }
        root.noteRepeats(channels.map(\.key), what: "channel key", key: "channels")
        root.noteRepeats(channels.flatMap { [$0.name] + $0.aliases }, what: "channel name", key: "channels")
    }

    private static func channel(_ section: Section) -> Channel {
        Channel(
            key: section.needed("key", "a stable key")?.name() ?? "",
            name: section.needed("name", "the name as the report prints it")?.text() ?? "",
            aliases: section.value("aliases")?.list().compactMap { $0.text() } ?? [],
            verifyFirst: section.needed("verify_first", "true or false")?.bool() ?? true)
    }
}
