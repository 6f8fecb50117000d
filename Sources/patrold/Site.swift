import Disclosure
import Evidence
import Feeds
import Incidents
import Model
import Settings

/// One installation: its settings, its versioned data, and where its files are.
struct Site: Sendable {
    let path: String
    let settings: Settings
    let catalog: Catalog

    /// - Throws: `Failure` with every problem of the files, exit code 78.
    init(path: String) throws(Failure) {
        self.path = path
        do throws(SettingsError) {
            settings = try Settings.read(path: path)
            catalog = try Catalog.read(settings.files)
        } catch {
            throw Failure(.configuration, error.description)
        }
    }

    var journalPath: String { settings.dataFolder + "/journal.sqlite" }
    var ledgerPath: String { settings.dataFolder + "/ledger.sqlite" }
    var lockPath: String { settings.dataFolder + "/lock" }
    var alivePath: String { settings.dataFolder + "/alive" }
    var evidence: EvidenceStore { EvidenceStore(folder: settings.dataFolder + "/evidence") }

    /// Register kind → the day field that decides in which year a record counts.
    var countedBy: [String: String] {
        Dictionary(uniqueKeysWithValues: catalog.registers.map { ($0.key, $0.countedBy) })
    }

    var lifecycle: Lifecycle {
        let table = catalog.lifecycle
        let moves = table.moves.flatMap { move -> [Lifecycle.Move] in
            guard let action = IncidentAction(rawValue: move.action) else { return [] }
            let from = move.from.compactMap(IncidentState.init(rawValue:))
            return IncidentState(rawValue: move.to).map {
                [Lifecycle.Move(action: action, from: Set(from), result: move.result, to: $0, requires: move.requires)]
            } ?? []
        }
        let limits = table.deadlines.compactMap { name, span in IncidentState(rawValue: name).map { ($0, span) } }
        return Lifecycle(version: table.version, moves: moves, limits: Dictionary(uniqueKeysWithValues: limits))
    }

    var pipelineRules: PipelineRules {
        let pairs = settings.recorders.compactMap { recorder in recorder.pair.map { (recorder.name, $0) } }
        return PipelineRules(
            correlation: rules, replying: Set(catalog.channels.filter { $0.reply != .none }.map(\.key)),
            pairing: Dictionary(pairs) { first, _ in first })
    }

    var rules: CorrelationRules {
        CorrelationRules(
            version: settings.incidents.rules, window: settings.incidents.window,
            clockTolerance: settings.incidents.tolerance,
            classes: settings.incidents.classes.map(Set.init),
            places: Dictionary(settings.cameras.map { ($0.name, $0.place) }) { first, _ in first },
            categories: catalog.classCategories,
            trustedChannels: Set(catalog.channels.filter { !$0.verifyFirst }.map(\.key)))
    }
}
