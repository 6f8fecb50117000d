/// That an event stands in the journal's tree (RFC 6962, section 2.1.1), as a value that can be written down.
package struct TreeInclusion: Hashable, Sendable {
    /// The event's position; its index in the tree is one less.
    package let position: Position
    /// How many events the tree has.
    package let size: Position
    /// What the leaf hash is made of, without the leading zero byte that the hash begins with.
    package let input: [UInt8]
    /// 32 bytes.
    package let leaf: [UInt8]
    /// The siblings from the leaf up, 32 bytes each.
    package let path: [[UInt8]]
    /// 32 bytes.
    package let root: [UInt8]

    package init(position: Position, size: Position, input: [UInt8], leaf: [UInt8], path: [[UInt8]], root: [UInt8]) {
        self.position = position
        self.size = size
        self.input = input
        self.leaf = leaf
        self.path = path
        self.root = root
    }
}
