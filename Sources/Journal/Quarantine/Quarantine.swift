import Model

/// What became of something unreadable.
package enum QuarantineState: String, Sendable, CaseIterable {
    case waiting, replayed, dismissed
}

/// One row of the quarantine, raw bytes and all.
package struct QuarantineRow: Hashable, Sendable {
    package let number: Int64
    package let unreadable: Unreadable
    /// SHA-256 of the bytes.
    package let digest: [UInt8]
    package let last: Timestamp
    /// How often the same bytes came.
    package let count: Int
    package let state: QuarantineState
}
