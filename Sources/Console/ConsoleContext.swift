import Hummingbird
import Logging

/// What a request carries through the routes.
package struct ConsoleContext: RequestContext {
    package var coreContext: CoreRequestContextStorage

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
    }
}
