import Platform

/// Files as tests look at them.
enum FileNames {
    static func list(_ path: String) throws -> [String] { try Files.list(path) }
    static func bytes(_ path: String) throws -> [UInt8] { try Files.read(path) }
}
