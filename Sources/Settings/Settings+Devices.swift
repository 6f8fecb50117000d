import Model

extension Settings {
    /// A program that may post events, and how it proves itself.
    package struct Source: Hashable, Sendable {
        package enum Scope: String, Hashable, Sendable, CaseIterable {
            /// Send events.
            case write
            /// Read events, incidents, status and metrics.
            case read
            /// Send what an operator or a clerk decides: incidents' moves and registers' records.
            case operate
        }

        package var name: String
        /// What the `source` of its events must begin with; nothing means any.
        package var prefix: String?
        /// What the token is good for.
        package var scopes: Set<Scope>
        /// Its bearer token.
        package var token: Secret

        package init(name: String, prefix: String? = nil, scopes: Set<Scope> = [.write], token: Secret) {
            self.name = name
            self.prefix = prefix
            self.scopes = scopes
            self.token = token
        }
    }

    /// How a device's certificate is checked.
    package struct TLS: Hashable, Sendable {
        /// PEM file of the authority that signed it; nothing means the system's authorities.
        package var ca: String?
        /// Takes any certificate; for a device that can hold none of its own.
        package var insecure = false

        package init(ca: String? = nil, insecure: Bool = false) {
            self.ca = ca
            self.insecure = insecure
        }
    }

    /// A telephone recorder that drops files into a folder.
    package struct Recorder: Hashable, Sendable {
        package enum Adapter: String, Hashable, Sendable, CaseIterable {
            /// Finished files in a watched folder.
            case spool
        }

        package var name: String
        package var adapter: Adapter
        package var folder: String
        /// A file whose size has not changed for this long is complete.
        package var stable = Span.seconds(2)
        /// A file that looks unfinished is waited for this long and then taken as it stands.
        package var patience = Span.minutes(5)
        /// Endings of recordings in lower case, with their dot.
        package var suffixes = [".wav"]
        /// Levels of folders below that are looked into.
        package var depth = 2
        /// Regular expressions with the groups `time`, `id`, `caller`, `callee`, `remote`, `local` and `type`, checked;
        /// empty means the recorders that the program knows.
        package var patterns: [String] = []
        /// Longest time without a recording before the feed counts as blind; nothing means that none is needed.
        package var silence: Span?

        package init(name: String, adapter: Adapter = .spool, folder: String) {
            self.name = name
            self.adapter = adapter
            self.folder = folder
        }
    }
}
