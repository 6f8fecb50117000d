import Model
import Platform

/// How far a file of calls is durable: which file it was, and the byte after the last line that the journal has.
struct CDRMark: Hashable, Sendable {
    /// The most of a file's beginning that stands for its identity.
    static let headLimit: Int64 = 4096

    var inode: UInt64
    var offset: Int64 = 0
    /// Lines before the offset.
    var lines = 0
    /// Digest of the file's first `min(offset, headLimit)` bytes, empty at offset 0: a rotated file keeps it, whatever its
    /// name and even as a copy, and a new one under the old name has another.
    var head = ""

    init(inode: UInt64) {
        self.inode = inode
    }

    var headLength: Int { Int(min(offset, Self.headLimit)) }

    private var json: JSON {
        .object([
            .init("inode", .int(inode)), .init("offset", .int(offset)), .init("lines", .int(lines)), .init("head", .string(head)),
        ])
    }

    private init?(_ json: JSON) {
        guard let inode = json["inode"]?.plainText.flatMap({ UInt64($0) }), let offset = json["offset"]?.int, offset >= 0,
            let lines = json["lines"]?.int, let head = json["head"]?.string
        else { return nil }
        self.init(inode: inode)
        self.offset = Int64(offset)
        self.lines = lines
        self.head = head
    }

    /// Nothing where there is no such file or it is damaged: everything is read again then, and is known already.
    static func load(_ path: String) -> CDRMark? {
        guard let bytes = try? Files.read(path, limit: 1 << 16), let json = try? JSON(parsing: bytes) else { return nil }
        return CDRMark(json)
    }

    func save(_ path: String) throws(SystemError) {
        try Files.makeFolder(Files.folder(of: path))
        try Files.writeDurably(json.bytes, to: path)
    }
}
