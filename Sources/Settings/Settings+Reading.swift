import Model

extension Settings {
    /// Reads and checks a settings file, and with it the data files that it names.
    ///
    /// - Throws: `unreadable`, `syntax`, or `invalid` with every problem found.
    package static func read(path: String) throws(SettingsError) -> Settings {
        try parse(text: text(of: path), file: path)
    }

    /// The same for a text; `file` names it in errors, and relative paths begin at its folder.
    package static func parse(text: String, file: String) throws(SettingsError) -> Settings {
        let findings = Findings(file: file)
        let root = try Document.section(text, findings: findings)
        var settings = Settings()
        settings.take(root)
        root.finish()
        settings.checkData(root)
        try findings.finish()
        return settings
    }

    /// A file's text, or the error that names it.
    static func text(of path: String) throws(SettingsError) -> String {
        do throws(TextFile.Failure) {
            return try TextFile.read(path)
        } catch {
            let problem = SettingsError.Problem(
                file: path, line: nil, key: "", message: "the file cannot be read: \(error.reason)")
            throw SettingsError(code: .unreadable, problems: [problem])
        }
    }

    private mutating func take(_ root: Section) {
        takeBureau(root)
        takeListen(root.section("listen"))
        takeIntake(root.section("intake"))
        takeDevices(root)
        takePatrols(root)
        takeIncidents(root.section("incidents"))
        takeReport(root.section("report"))
        let data = root.section("data")
        dataFolder = data.value("folder")?.path() ?? dataFolder
        data.finish()
        takeChannels(root)
        media = Self.media(root)
        open311 = Self.open311(of: root)
        takeEvidence(root.section("evidence"))
        takePersonal(root.section("personal"))
        let log = root.section("log")
        self.log.level = log.value("level")?.choice(Log.Level.self) ?? self.log.level
        log.finish()
        alive = root.value("alive")?.span(.seconds(1) ... .hours(1)) ?? alive
        files.codes = root.value("codes_file")?.path()
        files.channels = root.value("channels_file")?.path()
        files.registers = root.value("registers_file")?.path()
        files.lifecycle = root.value("lifecycle_file")?.path()
        files.calendar = root.value("calendar_file")?.path()
        files.limits = root.value("limits_file")?.path()
        files.earlierCalendars = root.value("earlier_calendar_files")?.list().compactMap { $0.path() } ?? []
        files.earlierLimits = root.value("earlier_limits_files")?.list().compactMap { $0.path() } ?? []
    }

    private mutating func takeBureau(_ root: Section) {
        guard let section = root.needed("bureau", "bureau: {name: NAME OF THE BUREAU}")?.section() else { return }
        bureau.name = section.needed("name", "the bureau's name as the report prints it")?.text() ?? ""
        if let entry = section.value("district"), let text = entry.text() {
            if text.utf8.count == 6, text.utf8.allSatisfy({ (48...57).contains($0) }) {
                bureau.district = text
            } else {
                entry.report("expected the six digits of the district, such as \"150203\", found \"\(text)\"")
            }
        }
        section.finish()
    }

    private mutating func takeListen(_ section: Section) {
        if let entry = section.value("http"), let text = entry.text() {
            if let address = Address(text) {
                listen.http = address
            } else {
                entry.report("expected HOST:PORT such as 127.0.0.1:8311, found \"\(text)\"")
            }
        }
        listen.devices = section.value("devices")?.address()
        if let entry = section.value("socket"), let path = entry.path() {
            // sockaddr_un holds 108 bytes with the closing zero.
            if path.utf8.count > 107 { entry.report("expected a path of at most 107 bytes, found \(path.utf8.count)") }
            listen.socket = path
        }
        section.finish()
    }

    private mutating func takeIntake(_ section: Section) {
        intake.limit = section.value("limit")?.bytes(1024...(1 << 30)) ?? intake.limit
        intake.mailbox = section.value("mailbox")?.count(1000...1_000_000) ?? intake.mailbox
        section.finish()
    }

    private mutating func takeIncidents(_ section: Section) {
        incidents.rules = section.value("rules")?.text() ?? incidents.rules
        incidents.window = section.value("window")?.span(.seconds(1) ... .days(7)) ?? incidents.window
        incidents.tolerance = section.value("tolerance")?.span(.zero ... .days(3660)) ?? incidents.tolerance
        incidents.classes = section.value("classes").map { $0.list().compactMap { $0.text() } }
        incidents.departments = section.value("departments")?.list().compactMap { $0.text() } ?? []
        section.finish()
    }

    private mutating func takeReport(_ section: Section) {
        report.form = section.value("form")?.choice(Report.Form.self) ?? report.form
        report.chapters = section.value("chapters")?.path()
        section.finish()
    }

    /// Reads the data files too, so that their problems are told with the others, and checks names against them.
    private func checkData(_ root: Section) {
        let catalog: Catalog
        do throws(SettingsError) {
            catalog = try Catalog.read(files)
        } catch {
            root.findings.add(error)
            return
        }
        checkChannels(root, catalog)
        checkOpen311(root, catalog)
        let names = catalog.alarmNames
        for entry in root.section("incidents").value("classes")?.list() ?? [] {
            guard case .scalar(let scalar) = entry.node, !names.contains(scalar.string) else { continue }
            let near = Suggestion.nearest(to: scalar.string, among: names.sorted())
            let hint = near.map { "did you mean \"\($0)\"?" } ?? "known: " + names.sorted().joined(separator: ", ")
            entry.report("the code list has no alarm class \"\(scalar.string)\"; \(hint)")
        }
    }
}

extension Settings.Address {
    /// Reads `HOST:PORT` or `[IPV6]:PORT`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, !host.contains(where: { $0 == "/" || $0.isWhitespace }) else { return nil }
        self.init(host: String(host), port: port)
    }
}
