import Crypto
import Model

/// Inclusion paths of RFC 6962, section 2.1.1, made from the right edges that every commit left behind.
///
/// What stands left of a leaf is the tree's edge just before it; a whole subtree right of it is the edge one leaf before
/// that subtree ends, and its last leaf. So a path reads a few commits and not the whole tree.
enum InclusionProof {
    /// Subtrees up to this height are hashed from their leaves: that is less to read than a commit.
    private static let low: Int64 = 10

    /// The siblings from the leaf up.
    ///
    /// - Parameters:
    ///   - index: of the leaf, from 0.
    ///   - size: leaves of the tree, more than `index`.
    ///   - edge: the tree's right edge over its first that many leaves.
    ///   - leaves: the leaf hashes from one index up to another.
    static func path(
        of index: Int64, in size: Int64, edge: (Int64) throws -> Frontier, leaves: (Range<Int64>) throws -> [[UInt8]]
    ) throws -> [[UInt8]] {
        let left = try edge(index)
        var path: [[UInt8]] = []
        var level: Int64 = 0
        while true {
            let node = index >> level
            if node & 1 == 1 {
                path.append(left.peak(covering: (node - 1) << level) ?? [])
            } else {
                let start = (node + 1) << level
                // Right of here is nothing any more: the rest of the path stands to the left.
                if start < size { path.append(try subtree(from: start, height: level, size, edge, leaves)) }
            }
            level += 1
            if (size - 1) >> level == 0 { return path }
        }
    }

    /// The hash of the leaves from `start` on: `1 << height` of them, or as many as there are.
    private static func subtree(
        from start: Int64, height: Int64, _ size: Int64, _ edge: (Int64) throws -> Frontier,
        _ leaves: (Range<Int64>) throws -> [[UInt8]]
    ) throws -> [UInt8] {
        let end = start + (1 << height)
        if height <= low {
            var tree = Frontier()
            for leaf in try leaves(start..<min(end, size)) { tree.append(leaf) }
            return tree.root
        }
        guard end <= size else { return try edge(size).fold(from: start) }
        let last = try leaves((end - 1)..<end).first ?? []
        // A whole subtree's right edge but its last leaf has one peak of each height below.
        return try edge(end - 1).peaks(from: start).reversed().reduce(last) { TreeHash.node($1, $0) }
    }
}

extension Frontier {
    /// The peaks whose leaves begin at `start` or later, largest first.
    func peaks(from start: Int64) -> [[UInt8]] {
        starts.filter { $0.first >= start }.map(\.hash)
    }

    /// The peak whose first leaf is that one.
    func peak(covering first: Int64) -> [UInt8]? {
        starts.first { $0.first == first }?.hash
    }

    /// The root over the leaves from `start` on.
    func fold(from start: Int64) -> [UInt8] {
        let peaks = peaks(from: start)
        guard let last = peaks.last else { return TreeHash.empty }
        return peaks.dropLast().reversed().reduce(last) { TreeHash.node($1, $0) }
    }

    private var starts: [(first: Int64, hash: [UInt8])] {
        let bytes = bytes
        var result: [(first: Int64, hash: [UInt8])] = []
        var first: Int64 = 0
        for height in (0..<63).reversed() where size & (1 << Int64(height)) != 0 {
            let at = result.count * TreeHash.length
            result.append((first, Array(bytes[at..<(at + TreeHash.length)])))
            first += 1 << Int64(height)
        }
        return result
    }
}

extension TreeInclusion {
    /// Whether the leaf is the hash of its input and leads over the path to the root (RFC 9162, section 2.1.3.2).
    package var holds: Bool {
        guard position >= 1, position <= size, Array(SHA256.hash(data: [0] + input)) == leaf else { return false }
        var (node, last) = (position - 1, size - 1)
        var hash = leaf
        for sibling in path {
            guard last > 0, sibling.count == TreeHash.length else { return false }
            if node & 1 == 1 || node == last {
                hash = TreeHash.node(sibling, hash)
                while node & 1 == 0, node != 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = TreeHash.node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }
}

extension JournalReader {
    /// The proof that the event at a position stands in the tree over the first `size` events, or over all there are.
    ///
    /// - Returns: nothing where the journal has no such event, or the tree does not reach it.
    /// - Throws: `JournalError` `damaged` where the proof does not hold: `patrold verify` tells which event is not what
    ///   was stored.
    package func inclusion(of position: Position, size: Position? = nil) throws -> TreeInclusion? {
        let known = try lastPosition()
        let size = size ?? known
        guard position >= 1, position <= size, size <= known, let stored = try event(at: position) else { return nil }
        let path = try InclusionProof.path(
            of: position - 1, in: size, edge: { try frontier(size: $0) },
            leaves: { try leaves(after: $0.lowerBound, through: $0.upperBound) })
        let inclusion = TreeInclusion(
            position: position, size: size, input: TreeHash.input(stored.event), leaf: stored.leaf, path: path,
            root: try root(size: size))
        guard inclusion.holds else {
            throw JournalError(
                .damaged, "the event at position \(position) does not lead to the tree's root; run 'patrold verify'")
        }
        return inclusion
    }
}
