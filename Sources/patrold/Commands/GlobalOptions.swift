import ArgumentParser
import Glibc
import Journal
import Ledger
import Model
import Settings

/// The options that every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(name: .long, help: "Configuration file; default /etc/patrold/patrold.yaml. 配置文件。")
    var config: String?

    @Flag(name: .long, help: "One JSON object a line, with stable keys. 每行一个 JSON。")
    var json = false

    @Option(name: .long, help: "zh or en; default from LANG. 语言。")
    var lang: Language?

    var language: Language { lang ?? .ofEnvironment }

    func site() throws(Failure) -> Site { try Site(path: config ?? Self.defaultPath()) }

    /// `$PATROLD_CONFIG`, else the standard path; on a machine without one, the demonstration that `make run` left here.
    static func defaultPath() -> String {
        if let named = getenv("PATROLD_CONFIG") { return String(cString: named) }
        let demonstration = "patrold-demo/patrold.yaml"
        guard access(Settings.standardPath, F_OK) != 0, access(demonstration, F_OK) == 0 else { return Settings.standardPath }
        complain("patrold: using \(demonstration)")
        return demonstration
    }
}

extension Site {
    /// The journal for reading; the daemon may be up or down.
    func journalReader() throws(Failure) -> JournalReader {
        guard access(journalPath, F_OK) == 0 else {
            throw Failure(.noInput, "there is no journal at \(journalPath) yet; start the daemon with 'patrold run'")
        }
        // Without the key personal data stays hidden; everything else is readable.
        let seal = try? personalSeal()
        do {
            return try JournalReader(path: journalPath, seal: seal)
        } catch {
            throw Failure(.inputOutput, error.detail)
        }
    }

    /// The ledger for reading; the daemon may be up or down.
    func ledgerReader() throws(Failure) -> LedgerReader {
        guard access(ledgerPath, F_OK) == 0 else {
            throw Failure(.noInput, "there is no ledger at \(ledgerPath); start the daemon, or run 'patrold rebuild'")
        }
        do {
            return try LedgerReader(path: ledgerPath)
        } catch {
            throw Failure(.inputOutput, error.detail)
        }
    }

    func line(_ language: Language) -> EventLine {
        EventLine(
            language: language, classLabels: catalog.classLabels,
            channelNames: Dictionary(catalog.channels.map { ($0.key, $0.name) }) { first, _ in first })
    }
}
