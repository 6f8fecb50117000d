import Dispatch
import Evidence
import Foundation
import Journal
import Ledger
import Logging
import Model
import Platform
import Settings
import Synchronization

/// Begins the scrub of the evidence store once a night and makes what it finds events.
///
/// `@unchecked Sendable`: the timer and the day are touched on `queue` only.
final class NightlyScrub: @unchecked Sendable {
    private let scrub: EvidenceScrub
    private let hour: Int
    private let journal: Journal
    private let ledger: LedgerReader
    private let clock: any WallClock
    private let log: Logger
    private let queue = DispatchQueue(label: "patrold.scrub", qos: .background)
    private var ticker: RepeatingTimer?
    private var lastNight: Day?

    init(_ site: Site, journal: Journal, ledger: LedgerReader, clock: any WallClock, log: Logger) {
        let settings = site.settings
        scrub = EvidenceScrub(
            store: site.evidence, markPath: settings.dataFolder + "/evidence-scrub.json", nights: settings.evidence.nights,
            bytesPerSecond: Int64(settings.evidence.rate))
        hour = settings.evidence.hour
        self.journal = journal
        self.ledger = ledger
        self.clock = clock
        self.log = log
    }

    func start() {
        queue.async { [self] in
            ticker = RepeatingTimer(every: 10_000, on: queue) { [weak self] in self?.look() }
        }
    }

    func stop() {
        queue.sync {
            ticker?.cancel()
            scrub.stop()
        }
    }

    private func look() {
        let now = clock.now()
        let today = Day(now, in: .shanghai)
        let begin = today.start(in: .shanghai) + .hours(Int64(hour))
        guard lastNight != today, now >= begin, now - begin < .hours(4) else { return }
        lastNight = today
        let (ledger, journal, log, clock) = (ledger, journal, log, clock)
        scrub.night(
            expected: { share in
                var found: [EvidenceScrub.Expected] = []
                try ledger.forEachStored(from: share.from, until: share.until) { found.append(($0, $1)) }
                return found
            },
            done: { outcome in
                if let trouble = outcome.trouble {
                    log.warning("the scrub of evidence did not end", metadata: ["reason": "\(trouble)"])
                }
                for defect in outcome.defects {
                    log.error("stored evidence is damaged", metadata: ["sha256": "\(defect.sha256)", "reason": "\(defect.en)"])
                }
                let events = outcome.events(received: clock.now())
                guard !events.isEmpty else { return }
                journal.append(events.map { .event($0) }) { _ in }
            })
    }
}
