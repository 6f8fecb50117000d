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
            /// Report through Open311, and read what came in through its channel.
            case open311
        }

        package var name: String
        /// What the `source` of its events must begin with; nothing means any.
        package var prefix: String?
        /// What the token is good for.
        package var scopes: Set<Scope>
        /// Key of the channel that its reports through Open311 belong to.
        package var channel: String?
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
}
