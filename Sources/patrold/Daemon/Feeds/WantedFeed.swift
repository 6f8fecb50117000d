import Feeds
import Model
import Settings

/// What the configuration asks for; a feed is started anew where this has changed, and left alone where it has not.
enum WantedFeed: Hashable {
    case camera(Settings.Camera)
    /// The watch over a camera's video.
    case video(Settings.Camera)
    case gb28181(Settings.GB28181, [Settings.Camera])
    case ga1400(Settings.GA1400, [Settings.Camera])
    case broker(Settings.Broker, [Settings.Camera])
    case recorder(Settings.Recorder)
    /// A channel's server, with all channels for the tables that its mails bring.
    case connection(Settings.Connection, Channel, [Channel])
    case outlet(Settings.Outlet)
    case wechat(Settings.WeChat)
    /// The folder of complaint files, read by the channel list of the moment.
    case channels(String, [Channel])

    /// By name; names of cameras and recorders have no slash.
    static func all(_ site: Site) -> [String: WantedFeed] {
        let settings = site.settings
        var wanted: [String: WantedFeed] = [:]
        func cameras(_ adapter: Settings.Camera.Adapter) -> [Settings.Camera] {
            settings.cameras.filter { $0.adapter == adapter }
        }
        for camera in settings.cameras where ![.gb28181, .ga1400, .mqtt].contains(camera.adapter) {
            wanted[camera.name] = .camera(camera)
        }
        for camera in settings.cameras where camera.video != nil {
            wanted[camera.name + VideoCamera.suffix] = .video(camera)
        }
        if let platform = settings.gb28181 { wanted["/gb28181"] = .gb28181(platform, cameras(.gb28181)) }
        if let platform = settings.ga1400 { wanted["/ga1400"] = .ga1400(platform, cameras(.ga1400)) }
        for broker in settings.brokers {
            wanted["/mqtt/" + broker.name] = .broker(broker, cameras(.mqtt).filter { $0.mqtt.broker == broker.name })
        }
        for recorder in settings.recorders { wanted[recorder.name] = .recorder(recorder) }
        for connection in settings.channels.connections {
            guard let channel = site.catalog.channels.first(where: { $0.key == connection.channel }) else { continue }
            // A connection may serve replies only.
            guard channel.feed.isConnected else { continue }
            wanted[channel.feedName] = .connection(connection, channel, site.catalog.channels)
        }
        for outlet in settings.media.outlets { wanted[outlet.name] = .outlet(outlet) }
        if let wechat = settings.media.wechat { wanted[wechat.name] = .wechat(wechat) }
        if let folder = settings.channels.folder { wanted["channels"] = .channels(folder, site.catalog.channels) }
        return wanted
    }
}
