import Model

extension Settings {
    mutating func takeDevices(_ root: Section) {
        sources = items(root, "sources", read: Settings.source)
        takePlatforms(root)
        cameras = items(root, "cameras", read: Settings.camera)
        recorders = items(root, "recorders", read: Settings.recorder)
        checkNames(root, ["sources"])
        // Cameras and recorders are feeds: their names meet in sources, status and metrics.
        checkNames(root, ["cameras", "recorders"])
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
        return Source(name: name, prefix: prefix, scopes: Set(scopes), token: secret(section))
    }

    private static func recorder(_ section: Section) -> Recorder {
        var recorder = Recorder(
            name: section.needed("name", "a short name such as rec-1")?.name() ?? "",
            adapter: section.needed("adapter", "spool")?.choice(Recorder.Adapter.self) ?? .spool,
            folder: section.needed("folder", "the folder that the recorder writes to")?.path() ?? "")
        recorder.stable = section.value("stable")?.span(.milliseconds(100) ... .hours(1)) ?? recorder.stable
        recorder.patience = section.value("patience")?.span(.zero ... .days(1)) ?? recorder.patience
        recorder.suffixes = section.value("suffixes")?.list().compactMap { $0.suffix() } ?? recorder.suffixes
        recorder.depth = section.value("depth")?.count(0...8) ?? recorder.depth
        recorder.patterns = section.value("patterns")?.list().compactMap { $0.pattern() } ?? []
        recorder.silence = section.value("silence")?.span(.seconds(1) ... .days(366))
        return recorder
    }
}

extension Entry {
    /// A file name's ending.
    fileprivate func suffix() -> String? {
        guard let text = text() else { return nil }
        guard text.hasPrefix("."), text.utf8.count > 1, !text.contains("/") else {
            report("expected a file name's ending such as .wav, found \"\(text)\"")
            return nil
        }
        return text.lowercased()
    }

    /// A regular expression.
    fileprivate func pattern() -> String? {
        guard let text = text() else { return nil }
        guard (try? Regex(text)) != nil else {
            report("this is not a regular expression; put it between single quotes and check its brackets")
            return nil
        }
        return text
    }
}
