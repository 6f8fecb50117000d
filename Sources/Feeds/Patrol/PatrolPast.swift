import Model

/// What is known of a plan's last round when the daemon starts.
package struct PatrolPast: Hashable, Sendable {
    /// When it was due.
    package var round: Timestamp
    /// The spots of it that were told, visited or missed.
    package var told: Set<String>

    package init(round: Timestamp, told: Set<String>) {
        self.round = round
        self.told = told
    }
}
