import Model

extension Settings {
    mutating func takeDevices(_ root: Section) {
        sources = items(root, "sources", read: Settings.source)
        takePlatforms(root)
        cameras = items(root, "cameras", read: Settings.camera)
        recorders = items(root, "recorders", read: Settings.recorder)
        checkNames(root, ["sources"])
        // Cameras, recorders and outlets are feeds: their names meet in sources, status and metrics.
        checkNames(root, ["cameras", "recorders", "outlets"])
        checkPlatforms(root)
    }

    func items<Item>(_ root: Section, _ key: String, read: (Section) -> Item) -> [Item] {
        (root.value(key)?.list() ?? []).compactMap { entry in
            guard let section = entry.section() else { return nil }
            defer { section.finish() }
            return read(section)
        }
    }

    func checkNames(_ root: Section, _ keys: [String]) {
        var seen: Set<String> = []
        for key in keys {
            guard let entry = root.value(key), case .sequence(let items) = entry.node else { continue }
            for (index, node) in items.enumerated() {
                guard let name = node.mapping?["name"], let text = name.string, !seen.insert(text).inserted else { continue }
                Entry(name, key: "\(key)[\(index)].name", findings: root.findings)
                    .report("the name \"\(text)\" is taken already; give each its own")
            }
        }
    }

    private static func source(_ section: Section) -> Source {
        let name = section.needed("name", "a short name such as pbx-1")?.name() ?? ""
        let prefix = section.value("source")?.text()
        let scopes = section.value("scopes")?.list().compactMap { $0.choice(Source.Scope.self) } ?? [.write]
        var source = Source(name: name, prefix: prefix, scopes: Set(scopes), token: secret(section))
        source.channel = section.value("channel")?.text()
        return source
    }
}
