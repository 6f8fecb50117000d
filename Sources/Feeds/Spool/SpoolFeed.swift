import Evidence
import Model

/// Takes the recordings that a telephone recorder drops into a folder.
///
/// Order, whatever happens in between: the evidence is durable, then the event, and only then is the file removed. An
/// interruption at any point leads to the same event id again (`<sha256>/<file name>`) and in the end to no file.
package final class SpoolFeed: Sendable {
    private let feed: FolderFeed

    /// Makes a feed that does nothing before `start`.
    ///
    /// - Parameters:
    ///   - lookEvery: how often waiting files are looked at; where nothing waits the folder is listed every 20th time,
    ///     for file systems that tell nobody of new files (NFS, SMB).
    ///   - report: the status after each change, on the feed's own queue.
    package init(
        configuration recorder: SpoolRecorder, evidence: EvidenceStore, clock: any WallClock,
        lookEvery: Span = .milliseconds(500), deliver: @escaping Deliver, report: @escaping @Sendable (FeedStatus) -> Void
    ) {
        let settings = FolderSettings(
            name: recorder.name, folder: recorder.folder,
            suffixes: (recorder.suffixes + recorder.sidecars).map { $0.lowercased() },
            depth: recorder.depth, stableAfter: recorder.stableAfter, patience: recorder.patience,
            idleLimit: recorder.idleLimit, words: .recordings)
        let intake = RecordingIntake(
            recorder: recorder, evidence: evidence, names: RecordingNameReader(recorder.patterns))
        feed = FolderFeed(
            settings, intake: intake, clock: clock, lookEvery: lookEvery, deliver: deliver, report: report)
    }

    /// Begins to watch; calling it twice is the same as once.
    package func start() { feed.start() }

    /// Takes no further files, waits for the answers to those under way, and then calls back on the feed's queue.
    package func stop(_ completion: @escaping @Sendable () -> Void) { feed.stop(completion) }
}
