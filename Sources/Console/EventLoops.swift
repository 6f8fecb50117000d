import NIOCore
import NIOPosix

/// Lets async code of this process run on the web server's threads, so that a request changes threads once and not thrice.
package enum EventLoops {
    /// Call once, before any other async work; nothing that blocks may run in async code afterwards.
    ///
    /// - Returns: whether the runtime allowed it; where not, all works as before, slower.
    @discardableResult
    package static func adoptAsExecutor() -> Bool {
        NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    }
}
