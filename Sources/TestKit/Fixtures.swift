import Foundation

/// The payloads that tests read: our own under `Tests/Fixtures`, and recorded ones where a checkout has them beside it.
package enum Fixtures {
    /// The package's root, seen from this source file.
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The bytes of `Tests/Fixtures/<name>`.
    package static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: root + "/Tests/Fixtures/" + name)))
    }

    /// `../shared/<path>` where it exists, else nothing: such tests skip.
    package static func shared(_ path: String) -> String? {
        let full = root + "/../shared/" + path
        return FileManager.default.fileExists(atPath: full) ? full : nil
    }
}
