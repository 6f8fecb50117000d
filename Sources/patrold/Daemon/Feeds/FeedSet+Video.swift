import Feeds
import Model
import Settings

// Watches over videos.
extension FeedSet {
    func startVideo(_ camera: Settings.Camera, _ site: Site) -> RunningFeed? {
        guard let video = camera.video else { return nil }
        let stream = video.rtsp.flatMap { RTSPAddress($0) }.map { address in
            RTSPProbe(address, user: camera.user.isEmpty ? nil : camera.user) { try? camera.password?.read() }
        }
        let host = stream?.address.host ?? Self.host(of: camera.url)
        var watched = VideoCamera(
            camera.name, host: host, stream: stream, pictures: video.snapshot ? cameras.control(of: camera, site) : nil)
        watched.every = video.every
        watched.channel = camera.channel
        let feed = VideoConnection.feed(watched, turns: videoTurns, in: surroundings)
        feed.start()
        return RunningFeed(feed)
    }

    /// What stands between the slashes and the port.
    static func host(of url: String) -> String {
        let authority = url.split(separator: "/").dropFirst().first ?? ""
        return String(authority.prefix { $0 != ":" })
    }
}
