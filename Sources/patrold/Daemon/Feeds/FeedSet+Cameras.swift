import Feeds
import Model
import Settings

// Cameras with a connection of their own.
extension FeedSet {
    func startCamera(_ camera: Settings.Camera, _ site: Site) -> RunningFeed? {
        do throws(SecretError) {
            _ = try camera.password?.read()
        } catch {
            refuse(camera.name, adapter: camera.adapter.rawValue, error.sentence)
            return nil
        }
        let feed = makeCamera(camera, site)
        feed?.started.start()
        return feed?.running
    }

    private func makeCamera(_ camera: Settings.Camera, _ site: Site) -> (started: DeviceFeed, running: RunningFeed)? {
        let control = cameras.control(of: camera, site)
        switch camera.adapter {
        case .isapi:
            let feed = ISAPIStream.feed(cameras.isapi(camera, site), multi: cameras.multi, in: surroundings)
            return (feed, RunningFeed(feed, control: control))
        case .isapiPush:
            let push = ISAPIPush(cameras.isapiPush(camera, site), multi: cameras.multi, in: surroundings)
            return (push.feed, RunningFeed(push.feed, receive: { await push.receive($0) }, control: control))
        case .onvif:
            let feed = ONVIFPullPoint.feed(cameras.onvif(camera, site), multi: cameras.multi, in: surroundings)
            return (feed, RunningFeed(feed, control: control))
        case .onvifPush:
            let listen = site.settings.listen
            let consumer = "http://\(listen.devices ?? listen.http)/push/onvif/\(camera.name)"
            let push = ONVIFPush(cameras.onvif(camera, site), consumer: consumer, multi: cameras.multi, in: surroundings)
            let peers = Set(camera.peers + [FeedSet.host(of: camera.url)])
            return (push.feed, RunningFeed(push.feed, receive: { await Self.receive($0, from: peers, push) }, control: control))
        case .dahua:
            let feed = DahuaStream.feed(cameras.dahua(camera, site), multi: cameras.multi, in: surroundings)
            return (feed, RunningFeed(feed, control: control))
        case .gb28181, .ga1400, .mqtt: return nil
        }
    }

    /// A notification carries no password, so only the camera's own address is believed, and those that the configuration
    /// names.
    private static func receive(_ request: PushRequest, from peers: Set<String>, _ push: ONVIFPush) async -> PushAnswer {
        let peer = request.peer.hasPrefix("::ffff:") ? String(request.peer.dropFirst(7)) : request.peer
        guard peers.contains(peer) else {
            return .text(403, "notifications are taken from the camera's own address only; add \(peer) to its peers")
        }
        return await push.receive(request)
    }
}
