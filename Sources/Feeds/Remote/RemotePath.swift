import Crypto
import Model

/// A file's path below the remote folder in the server's own bytes; recorders and FTP servers write GBK too.
struct RemotePath: Hashable, Comparable, Sendable {
    /// Without a slash at either end.
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }
    init(_ text: String) { bytes = Array(text.utf8) }

    func appending(_ name: [UInt8]) -> RemotePath {
        RemotePath(bytes.isEmpty ? name : bytes + [UInt8(ascii: "/")] + name)
    }

    var parts: [ArraySlice<UInt8>] { bytes.split(separator: UInt8(ascii: "/")) }

    func isWithin(_ folder: RemotePath) -> Bool { bytes.starts(with: folder.bytes + [UInt8(ascii: "/")]) }

    static func < (left: RemotePath, right: RemotePath) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }

    /// Everything but unreserved characters as `%C4` (RFC 3986), slashes as they are.
    var escaped: String {
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E: text.append(byte)
            default: text += Array(("%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)).utf8)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Undoes `%C4`; a percent sign that begins no such thing stays.
    init(unescaping text: some StringProtocol) {
        let source = Array(text.utf8)
        var bytes: [UInt8] = []
        var index = 0
        while index < source.count {
            let pair = source[(index + 1)...].prefix(2)
            if source[index] == 0x25, pair.count == 2, let byte = UInt8(String(decoding: pair, as: UTF8.self), radix: 16) {
                bytes.append(byte)
                index += 3
            } else {
                bytes.append(source[index])
                index += 1
            }
        }
        self.bytes = bytes
    }

    /// A name of fixed length for the file that grows while this one is fetched.
    var digest: String {
        SHA256.hash(data: bytes).reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
    }
}

/// A remote name as people read it and as it may stand in a local folder.
enum RemoteName {
    /// As the server is said to spell, else as the bytes look; what fits nothing is written as `%C4`.
    static func text(_ name: some Collection<UInt8>, _ encoding: RemoteFolder.NameEncoding) -> String {
        let bytes = Array(name)
        if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        if encoding == .gbk, let text = GB18030Name.text(bytes) { return text }
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        if let text = GB18030Name.text(bytes) { return text }
        return RemotePath(bytes).escaped
    }

    /// The path below the local folder: no control characters, no part over 240 bytes.
    static func local(_ path: RemotePath, _ encoding: RemoteFolder.NameEncoding) -> String {
        path.parts.map { part in
            let text = text(part, encoding).unicodeScalars.reduce(into: "") { text, scalar in
                let isControl = scalar.value < 0x20 || scalar.value == 0x7F
                text += isControl ? RemotePath([UInt8(scalar.value)]).escaped : String(scalar)
            }
            return shortened(text, path)
        }.joined(separator: "/")
    }

    private static func shortened(_ text: String, _ path: RemotePath) -> String {
        guard text.utf8.count > 240 else { return text }
        let ending = text.lastIndex(of: ".").map { text[$0...] }.flatMap { $0.utf8.count <= 16 ? $0 : nil } ?? ""
        var start = text.prefix(200)
        while start.utf8.count > 200 { start = start.dropLast() }
        return start + "~" + path.digest.prefix(16) + ending
    }
}
