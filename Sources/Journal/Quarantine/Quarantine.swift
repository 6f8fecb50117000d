import Model

/// What became of something unreadable.
package enum QuarantineState: String, Sendable, CaseIterable {
    case waiting, replayed, dismissed
}

/// One row of the quarantine, raw bytes and all.
package struct QuarantineRow: Hashable, Sendable {
    package let number: Int64
    /// With the bytes as they came, or sealed where `isSealed`.
    package let unreadable: Unreadable
    /// SHA-256 of the bytes as they came.
    package let digest: [UInt8]
    package let last: Timestamp
    /// How often the same bytes came.
    package let count: Int
    package let state: QuarantineState
    /// Whether the bytes are still sealed, because the key that sealed them is not at hand.
    package let isSealed: Bool
}
