import Feeds
import Model
import Settings

// Complaint files that clerks leave in a folder.
extension FeedSet {
    func startChannels(_ name: String, _ folder: String, _ channels: [Channel]) -> RunningFeed {
        let feed = ChannelFolderFeed(
            configuration: ChannelFolder(name: name, folder: folder), channels: channels, clock: clock,
            deliver: surroundings.deliver, report: surroundings.report)
        feed.start()
        return RunningFeed(names: [name], stop: feed.stop)
    }
}
