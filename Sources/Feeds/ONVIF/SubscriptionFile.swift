import Dispatch
import Model
import Platform

/// Keeps on disk which subscription at a camera is ours, because a camera cannot be asked for it.
///
/// Written under a temporary name and renamed; one that cannot be read counts as none. Confined to one serial queue that
/// all cameras share, because writing blocks.
final class SubscriptionFile: Sendable {
    struct Entry: Hashable, Sendable {
        var endpoint: SOAPEndpoint
        var until: Timestamp
        /// `pull`, or the address that is called.
        var kind: String
    }

    private static let queue = DispatchQueue(label: "patrold.onvif.files", qos: .utility)
    private static let sizeLimit = 64 << 10

    let path: String

    init(path: String) {
        self.path = path
    }

    func load(_ completion: @escaping @Sendable (Entry?) -> Void) {
        Self.queue.async { [path] in
            completion((try? Files.read(path, limit: Self.sizeLimit)).flatMap { Self.entry($0) })
        }
    }

    /// Writes an entry, or removes the file.
    ///
    /// A file that cannot be written costs a subscription after a crash, never an alarm; so nothing is said of it.
    func save(_ entry: Entry?) {
        Self.queue.async { [path] in
            if let entry {
                try? Files.makeFolder(Files.folder(of: path))
                try? Files.writeDurably(Self.bytes(entry), to: path)
            } else if Files.exists(path) {
                try? Files.remove(path)
            }
        }
    }

    /// Calls back when all that was saved before is on disk.
    func finish(_ completion: @escaping @Sendable () -> Void) {
        Self.queue.async(execute: completion)
    }

    private static func bytes(_ entry: Entry) -> [UInt8] {
        JSON.object([
            JSON.Member("address", .string(entry.endpoint.url)), JSON.Member("parameters", .string(entry.endpoint.parameters)),
            JSON.Member("until", .string(entry.until.text())), JSON.Member("kind", .string(entry.kind)),
        ]).bytes
    }

    private static func entry(_ bytes: [UInt8]) -> Entry? {
        guard let json = try? JSON(parsing: bytes), let url = json["address"]?.string,
            let until = json["until"]?.string.flatMap({ Timestamp($0) }), let kind = json["kind"]?.string
        else { return nil }
        return Entry(
            endpoint: SOAPEndpoint(url: url, parameters: json["parameters"]?.string ?? ""), until: until, kind: kind)
    }
}
