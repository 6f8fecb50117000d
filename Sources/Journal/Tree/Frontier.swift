import Model

/// The right edge of the journal's Merkle tree: all that is needed to append leaves and to know the root.
///
/// Holds one hash for each set bit of `size`, largest subtree first, so appending costs one hash on average.
package struct Frontier: Hashable, Sendable {
    package private(set) var size: Int64
    private var peaks: [[UInt8]]

    package init() {
        size = 0
        peaks = []
    }

    /// Restores what `bytes` wrote.
    package init?(size: Int64, bytes: [UInt8]) {
        guard size >= 0, bytes.count == size.nonzeroBitCount * TreeHash.length else { return nil }
        self.size = size
        peaks = stride(from: 0, to: bytes.count, by: TreeHash.length).map { Array(bytes[$0..<($0 + TreeHash.length)]) }
    }

    package mutating func append(_ leaf: [UInt8]) {
        var node = leaf
        var rest = size
        while rest & 1 == 1, let left = peaks.popLast() {
            node = TreeHash.node(left, node)
            rest >>= 1
        }
        peaks.append(node)
        size += 1
    }

    package var root: [UInt8] {
        guard var root = peaks.last else { return TreeHash.empty }
        for peak in peaks.dropLast().reversed() { root = TreeHash.node(peak, root) }
        return root
    }

    /// The peaks in a row, 32 bytes each.
    package var bytes: [UInt8] { peaks.flatMap { $0 } }
}
