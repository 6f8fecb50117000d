import Glibc
import Model
import Platform

/// What is known of one remote file beyond the next restart.
struct RemoteRecord: Hashable, Sendable {
    enum State: String, Sendable {
        /// A part of it is here.
        case part
        /// It was handed to the local folder.
        case fetched
        /// It was, and the server does not let us delete it.
        case kept
    }

    var path: RemotePath
    var stamp: String
    var local: String
    var state: State
    /// The boot during which a part was written: after a power cut a part's end may be blocks of zeros.
    var boot = ""
    /// HTTP's validator of the part (RFC 9110 §8.8), empty where there is none.
    var tag = ""
}

/// The file `.fetched` in the local folder: one line of JSON a change, the last line of a name counts.
///
/// Losing it costs downloads, never files: what comes again is known to the journal by its hash.
struct RemoteMemory {
    let path: String
    private(set) var records: [RemotePath: RemoteRecord] = [:]
    /// Lines in the file.
    private var lines = 0

    /// Reads what is there; a torn or foreign line is left out, and the file is written anew then.
    init(folder: String) throws(SystemError) {
        path = folder + "/.fetched"
        guard Files.exists(path) else { return }
        let bytes = try Files.read(path, limit: 256 << 20)
        var isWhole = bytes.isEmpty || bytes.last == 0x0A
        for line in bytes.split(separator: 0x0A) {
            lines += 1
            guard let json = try? JSON(parsing: Array(line)), let name = json["name"]?.string else {
                isWhole = false
                continue
            }
            let path = RemotePath(unescaping: name)
            records[path] = RemoteRecord(json, path: path)
        }
        if !isWhole { try rewrite() }
    }

    /// Makes one record durable.
    mutating func remember(_ record: RemoteRecord) throws(SystemError) {
        guard records[record.path] != record else { return }
        records[record.path] = record
        try append([record.json])
    }

    /// Forgets files that the remote folder no longer has.
    mutating func forget(_ paths: [RemotePath]) throws(SystemError) {
        let known = paths.filter { records.removeValue(forKey: $0) != nil }
        guard !known.isEmpty else { return }
        try append(known.map { .object([.init("name", .string($0.escaped))]) })
    }

    private mutating func append(_ values: [JSON]) throws(SystemError) {
        guard lines + values.count <= records.count * 2 + 1000 else { return try rewrite() }
        let bytes = Self.text(values)
        let isNew = !Files.exists(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw SystemError("create", path) }
        defer { close(descriptor) }
        do throws(SystemError) {
            try Files.write(bytes, to: descriptor, path: path)
        } catch {
            // The next line must not be glued to half of this one.
            _ = Glibc.write(descriptor, "\n", 1)
            throw error
        }
        guard fdatasync(descriptor) == 0 else { throw SystemError("fsync", path) }
        if isNew { try Files.syncFolder(Files.folder(of: path)) }
        lines += values.count
    }

    private static func text(_ lines: [JSON]) -> [UInt8] {
        lines.reduce(into: []) { text, line in text += line.bytes + [0x0A] }
    }

    private mutating func rewrite() throws(SystemError) {
        let bytes = Self.text(records.values.sorted { $0.path < $1.path }.map(\.json))
        try Files.writeDurably(bytes, to: path)
        lines = records.count
    }
}

extension RemoteRecord {
    var json: JSON {
        .object(present: [
            ("name", .string(path.escaped)), ("stamp", .string(stamp)), ("local", .string(local)),
            ("state", .string(state.rawValue)), ("boot", boot.isEmpty ? nil : .string(boot)),
            ("tag", tag.isEmpty ? nil : .string(tag)),
        ])
    }

    /// Nothing where the line says that the file is forgotten, or says nothing that we know.
    init?(_ json: JSON, path: RemotePath) {
        guard let stamp = json["stamp"]?.string, let local = json["local"]?.string,
            let state = json["state"]?.string.flatMap({ State(rawValue: $0) })
        else { return nil }
        self.init(
            path: path, stamp: stamp, local: local, state: state, boot: json["boot"]?.string ?? "",
            tag: json["tag"]?.string ?? "")
    }

    /// The name of this boot of the machine, empty where the system does not tell.
    static let thisBoot: String = {
        let bytes = (try? Files.read("/proc/sys/kernel/random/boot_id", limit: 100)) ?? []
        return String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
    }()
}
