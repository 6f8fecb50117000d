/// One complaint channel of the versioned channel list (`channels.yaml`).
package struct Channel: Hashable, Sendable {
    /// Stable key used in events and tallies.
    package var key: String
    /// The name as the report prints it.
    package var name: String
    /// Other spellings that import files use for it.
    package var aliases: [String]
    /// Whether a complaint of this channel is verified on site before it may be filed.
    package var verifyFirst: Bool

    package init(key: String, name: String, aliases: [String] = [], verifyFirst: Bool = true) {
        self.key = key
        self.name = name
        self.aliases = aliases
        self.verifyFirst = verifyFirst
    }
}
