import Feeds
import Model
import Settings

// Feeds whose devices leave files in a folder.
extension FeedSet {
    func startRecorder(_ recorder: Settings.Recorder) -> RunningFeed {
        var configuration = SpoolRecorder(name: recorder.name, folder: recorder.folder)
        configuration.stableAfter = recorder.stable
        configuration.patience = recorder.patience
        configuration.suffixes = recorder.suffixes
        configuration.depth = recorder.depth
        configuration.idleLimit = recorder.silence
        let own = recorder.patterns.compactMap { try? RecordingNamePattern($0) }
        if !own.isEmpty { configuration.patterns = own }
        let feed = SpoolFeed(
            configuration: configuration, evidence: evidence, clock: clock, deliver: surroundings.deliver,
            report: surroundings.report)
        feed.start()
        return RunningFeed(names: [recorder.name], stop: feed.stop)
    }

    func startChannels(_ name: String, _ folder: String, _ channels: [Channel]) -> RunningFeed {
        let feed = ChannelFolderFeed(
            configuration: ChannelFolder(name: name, folder: folder), channels: channels, clock: clock,
            deliver: surroundings.deliver, report: surroundings.report)
        feed.start()
        return RunningFeed(names: [name], stop: feed.stop)
    }
}
