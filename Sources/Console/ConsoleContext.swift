import Hummingbird
import Logging
import NIOCore

/// What a request carries through the routes.
package struct ConsoleContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The caller's IP address, empty on the Unix socket.
    let peer: String

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress ?? ""
    }
}
