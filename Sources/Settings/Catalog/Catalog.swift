import Model

/// The versioned data: what devices' words mean, the channels, the registers and the lifecycle.
///
/// The program carries a default of each file; a file named in the settings stands in for it as a whole.
package struct Catalog: Hashable, Sendable {
    /// The `version:` of each file, which decisions and reports name.
    package struct Versions: Hashable, Sendable {
        package var codes = ""
        package var channels = ""
        package var registers = ""
    }

    package var versions = Versions()
    /// Protocol → the device's word in lower case → its meaning.
    package var alarmClasses: [String: [String: AlarmClass]] = [:]
    /// 大类 and 小类, in the order of the list.
    package var categories: [EventCategory] = []
    package var channels: [Channel] = []
    package var registers: [RegisterKind] = []
    package var lifecycle = LifecycleTable()
    /// The working calendars at hand, the one in force first; a case keeps the version it was filed under.
    package var calendars: [WorkCalendar] = []
    /// The lists of limits at hand, the one in force first.
    package var limitTables: [LimitTable] = []

    /// Names of all classes that are something to see, the default for what opens incidents.
    package var alarmNames: Set<String> {
        Set(alarmClasses.values.flatMap(\.values).filter { $0.role == .alarm }.map(\.name))
    }

    /// Class name → Chinese label; of several words of one class the first label in code point order.
    package var classLabels: [String: String] {
        Dictionary(alarmClasses.values.flatMap(\.values).map { ($0.name, $0.label) }) { min($0, $1) }
    }

    /// Class name → 大类+小类, for the classes that always are of one.
    package var classCategories: [String: String] {
        let pairs = alarmClasses.values.flatMap(\.values).compactMap { entry in entry.category.map { (entry.name, $0) } }
        return Dictionary(pairs) { min($0, $1) }
    }

    /// Reads the data, from the named files where there are any.
    ///
    /// - Throws: every problem of every file at once.
    package static func read(_ files: Settings.DataFiles = Settings.DataFiles()) throws(SettingsError) -> Catalog {
        var catalog = Catalog()
        var problems: [SettingsError.Problem] = []
        for part in Part.all + Part.earlier(files) {
            do throws(SettingsError) {
                try catalog.take(part, from: files)
            } catch {
                problems += error.problems
            }
        }
        guard problems.isEmpty else { throw SettingsError(code: .invalid, problems: problems) }
        return catalog
    }

    /// One data file: its embedded bytes, its override, and who reads it.
    private struct Part {
        let name: String
        let embedded: [UInt8]
        let override: @Sendable (Settings.DataFiles) -> String?
        let read: @Sendable (inout Catalog, Section) -> Void

        static let all: [Part] = [
            Part(name: "codes.yaml", embedded: PackageResources.codes_yaml, override: \.codes) { $0.takeCodes($1) },
            Part(name: "channels.yaml", embedded: PackageResources.channels_yaml, override: \.channels) { $0.takeChannels($1) },
            Part(name: "registers.yaml", embedded: PackageResources.registers_yaml, override: \.registers) {
                $0.takeRegisters($1)
            },
            Part(name: "lifecycle.yaml", embedded: PackageResources.lifecycle_yaml, override: \.lifecycle) {
                $0.lifecycle = LifecycleTable($1)
            },
            Part(name: "calendar.yaml", embedded: PackageResources.calendar_yaml, override: \.calendar) { $0.takeCalendar($1) },
            Part(name: "limits.yaml", embedded: PackageResources.limits_yaml, override: \.limits) { catalog, root in
                catalog.takeLimits(root, isOwn: root.findings.file != "limits.yaml")
            },
        ]

        /// The lists that older cases were filed under: the named ones, and those of the program where others are in force.
        static func earlier(_ files: Settings.DataFiles) -> [Part] {
            let calendars = files.earlierCalendars.map { path in
                Part(name: path, embedded: [], override: { _ in path }, read: { $0.takeCalendar($1) })
            }
            let limits = files.earlierLimits.map { path in
                Part(name: path, embedded: [], override: { _ in path }, read: { $0.takeLimits($1, isOwn: false) })
            }
            var own: [Part] = []
            if files.calendar != nil {
                own.append(
                    Part(
                        name: "calendar.yaml", embedded: PackageResources.calendar_yaml, override: { _ in nil },
                        read: { $0.takeCalendar($1) }))
            }
            if files.limits != nil {
                own.append(
                    Part(
                        name: "limits.yaml", embedded: PackageResources.limits_yaml, override: { _ in nil },
                        read: { $0.takeLimits($1, isOwn: false) }))
            }
            return calendars + limits + own
        }
    }

    private mutating func take(_ part: Part, from files: Settings.DataFiles) throws(SettingsError) {
        let path = part.override(files)
        let text = if let path { try Settings.text(of: path) } else { String(decoding: part.embedded, as: UTF8.self) }
        let findings = Findings(file: path ?? part.name)
        let root = try Document.section(text, findings: findings)
        part.read(&self, root)
        root.finish()
        try findings.finish()
    }
}

/// An event category: 大类 with two digits, 小类 with four.
package struct EventCategory: Hashable, Sendable {
    package var code: String
    package var label: String
}
