import Model
import NIOPosix

/// The servers of the channels that have one on the web, each with the interface that the channel's definition names: a
/// log of changes, GeoReport v2, a gateway with windows and a login, and two web sites.
package final class ChannelServers: Sendable {
    private let threads: MultiThreadedEventLoopGroup
    private let servers: [String: ChannelServer]
    private let sites: [String: NewsSite]

    /// Starts all five on one thread.
    ///
    /// - Parameters:
    ///   - window: articles in a web site's document.
    ///   - step: new articles in a document at most.
    package static func start(window: Int = 60, step: Int = 40) async throws -> ChannelServers {
        let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var servers: [String: ChannelServer] = [:]
        for key in ["city-digital", "smart-kundulun", "huanghe-cloud"] {
            servers[key] = try await ChannelServer.start(on: threads)
        }
        let sites = [
            "civil-baotou": try await NewsSite.start("文明包头网 市民投诉", window: window, step: step, on: threads),
            "media": try await NewsSite.start("媒体报道", form: .atom, window: window, step: step, on: threads),
        ]
        return ChannelServers(threads, servers, sites)
    }

    private init(_ threads: MultiThreadedEventLoopGroup, _ servers: [String: ChannelServer], _ sites: [String: NewsSite]) {
        self.threads = threads
        self.servers = servers
        self.sites = sites
    }

    package func stop() async {
        for server in servers.values { await server.stop() }
        for site in sites.values { await site.stop() }
        try? await threads.shutdownGracefully()
    }

    /// For the configuration, in the order of the channels.
    package var connections: [SimulatedConnection] {
        SimChannel.all.compactMap { channel in
            if let site = sites[channel.key] { return SimulatedConnection(channel.key, url: site.url) }
            guard let server = servers[channel.key] else { return nil }
            var connection = SimulatedConnection(channel.key, url: server.url)
            switch channel.key {
            case "city-digital": (connection.secretKey, connection.secret) = ("token", "sim-token")
            case "huanghe-cloud":
                connection.user = "patrol"
                (connection.secretKey, connection.secret) = ("password", "secret")
            default: break
            }
            connection.hasBeginning = true
            return connection
        }
    }

    /// Whether the channel has a server.
    package func serves(_ channel: SimChannel) -> Bool { servers[channel.key] != nil || sites[channel.key] != nil }

    /// Whether the channel's server tells of closings; web sites do not.
    package func tellsClosings(of channel: SimChannel) -> Bool { servers[channel.key] != nil }

    /// Questions that a channel's server was asked; 0 for web sites.
    package func questions(of channel: String) -> Int { servers[channel]?.asked.count ?? 0 }

    /// Puts a complaint into its channel's server, or changes it there.
    ///
    /// - Parameter time: when the channel took or changed it.
    package func tell(_ complaint: SimComplaint, at time: Timestamp) {
        if let server = servers[complaint.channel.key] {
            var record = SimChannelRecord(complaint.number, accepted: complaint.accepted, text: complaint.text)
            record.place = complaint.place
            record.category = complaint.category
            record.reporter = complaint.reporter
            record.phone = complaint.phone
            record.closed = complaint.closed
            record.outcome = complaint.closed.map { _ in complaint.outcome }
            record.updated = time
            server.put(record)
        } else if let site = sites[complaint.channel.key] {
            site.put(
                NewsSite.Article(
                    complaint.number, title: "昆都仑区" + complaint.place.prefix(12), text: complaint.text,
                    published: complaint.accepted))
        }
    }

    /// Lets the media write about something else.
    package func tellNews(_ id: String, _ title: String, at time: Timestamp) {
        sites["media"]?.put(NewsSite.Article(id, title: title, text: title, published: time))
    }
}
