import Console
import Dispatch
import Feeds
import Glibc
import Hummingbird
import Incidents
import Journal
import Ledger
import Logging
import Model
import Platform
import ServiceLifecycle
import Settings
import Synchronization

/// The running daemon: stages built from the settings, started from the bottom up, stopped from the top down.
final class Daemon: Sendable {
    /// As it was at the start; stores and listeners keep to it.
    let site: Site
    private let reloaded = Mutex<Site?>(nil)
    let clock: any WallClock
    let journal: Journal
    let ledger: Ledger
    let pipeline: Pipeline
    let feeds: FeedSet
    let patrols: Patrols
    let outbox: OutboxRunner
    private let scrub: NightlyScrub
    let board: FeedBoard
    private let alive: AliveMark
    private let lock: FolderLock
    private let notify = SystemdNotify()
    let watch: StageWatch
    private let log: Logger
    let blockingReads = BlockingQueue(label: "patrold.daemon.reads")

    /// Opens the stores and builds the stages; nothing runs yet.
    ///
    /// - Throws: `Failure` naming what cannot be opened.
    init(site: Site, clock: any WallClock, log: Logger) throws {
        self.site = site
        self.clock = clock
        self.log = log
        do {
            try Files.makeFolder(site.settings.dataFolder)
        } catch {
            throw Failure(.cannotCreate, "the data folder cannot be made: \(error); mend the path or its rights")
        }
        lock = try FolderLock(site.lockPath)
        let lostKey = site.keyWarning(.en)
        let seal = try site.personalSeal(making: true)
        do {
            journal = try Journal(
                path: site.journalPath, clock: clock, limit: max(site.settings.intake.mailbox, 1000), seal: seal)
        } catch {
            throw Failure(.inputOutput, error.detail)
        }
        if let warning = lostKey ?? SealingWord.unsealed(journal.isSealing) { log.warning("\(warning)") }
        ledger = try Self.openLedger(site, journal.reader, log)
        pipeline = Pipeline(journal: journal, ledger: ledger, rules: site.pipelineRules, clock: clock, log: log)
        alive = AliveMark(path: site.alivePath, every: site.settings.alive, clock: clock)
        board = FeedBoard(log: log)
        let journal = journal
        feeds = FeedSet(
            board: board, clock: clock, site: site, blindSince: alive.before,
            deliver: { arrivals, answer in journal.append(arrivals, answer: answer) }, log: log)
        outbox = OutboxRunner(
            journal: journal, ledger: ledger.reader, clock: clock, log: log,
            transport: { [feeds] message, done in feeds.replies.tell(message, done) })
        scrub = NightlyScrub(site, journal: journal, ledger: ledger.reader, clock: clock, log: log)
        patrols = Patrols(feeds: feeds, ledger: ledger.reader)
        watch = StageWatch(
            stages: [
                ("journal", journal.turnToken), ("pipeline", pipeline.turnToken), ("feeds", feeds.turnToken),
                ("patrols", patrols.turnToken), ("outbox", outbox.turnToken),
            ],
            notify: notify, clock: clock)
    }

    /// Opens the ledger, or makes it anew where it is of another format or further than the journal.
    private static func openLedger(_ site: Site, _ journal: JournalReader, _ log: Logger) throws -> Ledger {
        do {
            let ledger = try Ledger(path: site.ledgerPath, lifecycle: site.lifecycle, countedBy: site.countedBy)
            guard try ledger.progress().cursor > journal.lastPosition() else { return ledger }
            log.warning("ledger is ahead of the journal and is made anew")
            ledger.close()
        } catch let error as LedgerError where error.code == .otherFormat {
            log.notice("ledger has another format and is made anew")
        } catch let error as LedgerError {
            throw Failure(.inputOutput, error.detail)
        }
        for suffix in ["", "-wal", "-shm"] { unlink(site.ledgerPath + suffix) }
        do {
            return try Ledger(path: site.ledgerPath, lifecycle: site.lifecycle, countedBy: site.countedBy)
        } catch {
            throw Failure(.inputOutput, error.detail)
        }
    }

    /// Runs until SIGTERM or SIGINT; returns after everything taken was committed.
    func run() async throws {
        try pipeline.start()
        let services = services
        let grants = try Self.grants(site.settings.sources)
        let (tcp, local) = try servers(services, grants)
        feeds.apply(site)
        // What the last run saw must stand in the ledger before a patrol asks how far it had come.
        await pipeline.settled(through: journal.status.position)
        patrols.apply(site.settings)
        outbox.start()
        scrub.start()
        let control = DispatchQueue(label: "patrold.control")
        let hangup = SignalSource(SIGHUP, on: control) { [self] in reload() }
        defer { hangup.cancel() }
        notify.status("position \(journal.status.position), \(site.settings.cameras.count) cameras")
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: tcp), .init(service: local)], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: log))
        do {
            try await group.run()
        } catch {
            await shutDown()
            throw Failure(.unavailable, "the listeners stopped: \(error); is another program using \(site.settings.listen.http)?")
        }
        await shutDown()
    }

    private func shutDown() async {
        notify.stopping()
        watch.stop()
        scrub.stop()
        await patrols.stop()
        await feeds.stop()
        alive.stop()
        // Everything from outside has stopped: what is committed may still ask for decisions.
        await pipeline.settled(through: journal.status.position)
        await outbox.stop()
        pipeline.stop()
        let (journal, ledger) = (journal, ledger)
        try? await blockingReads.run {
            journal.close()
            ledger.close()
        }
        unlink(site.settings.listen.socket)
        log.info("stopped; everything acknowledged is committed", metadata: ["position": "\(journal.status.position)"])
    }

    private func servers(
        _ services: ConsoleServices, _ grants: [Grant]
    ) throws -> (Application<RouterResponder<ConsoleContext>>, Application<RouterResponder<ConsoleContext>>) {
        let settings = site.settings
        unlink(settings.listen.socket)
        do {
            try Files.makeFolder(Files.folder(of: settings.listen.socket))
        } catch {
            throw Failure(.cannotCreate, "the folder of the operators' socket cannot be made: \(error)")
        }
        let address = settings.listen.http
        let (log, notify, watch) = (log, notify, watch)
        let tcp = Application(
            router: ConsoleRouter.make(services, access: .tokens(grants), intakeLimit: settings.intake.limit),
            configuration: .init(address: .hostname(address.host, port: address.port), serverName: "patrold"),
            onServerRunning: { channel in
                log.info("listening", metadata: ["address": "\(channel.localAddress.map { "\($0)" } ?? "\(address)")"])
                watch.start { notify.ready() }
            }, logger: Self.quiet(log))
        let local = Application(
            router: ConsoleRouter.make(services, access: .local, intakeLimit: 1 << 29),
            configuration: .init(address: .unixDomainSocket(path: settings.listen.socket), serverName: "patrold"),
            onServerRunning: { _ in chmod(settings.listen.socket, 0o660) }, logger: Self.quiet(log))
        return (tcp, local)
    }

    /// The web server's own messages are for us, not for operators.
    private static func quiet(_ log: Logger) -> Logger {
        var quiet = log
        quiet.logLevel = max(log.logLevel, .warning)
        return quiet
    }

    static func grants(_ sources: [Settings.Source]) throws(Failure) -> [Grant] {
        var grants: [Grant] = []
        for source in sources {
            do throws(SecretError) {
                grants.append(
                    Grant(
                        name: source.name, sourcePrefix: source.prefix,
                        scopes: Set(source.scopes.compactMap { Grant.Scope(rawValue: $0.rawValue) }), channel: source.channel,
                        token: try source.token.read()))
            } catch {
                throw Failure(.configuration, "source '\(source.name)': \(error.sentence)")
            }
        }
        return grants
    }

    /// As it is now: devices follow a reload.
    var current: Site { reloaded.withLock { $0 } ?? site }

    /// Reads the settings again; a bad file changes nothing and is told.
    private func reload() {
        notify.reloading()
        defer { notify.ready() }
        do throws(Failure) {
            let fresh = try Site(path: site.path)
            feeds.apply(fresh)
            patrols.apply(fresh.settings)
            reloaded.withLock { $0 = fresh }
            log.notice("configuration reloaded", metadata: ["file": "\(site.path)"])
            if fresh.settings.listen != site.settings.listen || fresh.settings.dataFolder != site.settings.dataFolder
                || fresh.settings.sources != site.settings.sources
            {
                log.warning("listen, data and sources change at the next restart only", metadata: ["file": "\(site.path)"])
            }
        } catch {
            log.error("configuration refused; the old one stays", metadata: ["error": "\(error.sentence)"])
        }
    }
}
