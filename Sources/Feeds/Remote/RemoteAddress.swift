/// The address of a remote folder, taken apart as far as we need it.
struct RemoteAddress: Hashable, Sendable {
    enum Kind: String, Sendable {
        case ftp, ftps, sftp, http, https
    }

    let kind: Kind
    /// Host and port as written.
    let authority: String
    /// As written, with slashes at both ends.
    let path: String

    /// Reads a URL; nothing where it is no address of a folder.
    ///
    /// - Throws: `RemoteTrouble` with the sentence that says what is wrong with it.
    init(_ url: String) throws(RemoteTrouble) {
        let parts = url.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let kind = Kind(rawValue: parts[0].lowercased()), parts[1].hasPrefix("//") else {
            throw .configuration("the address is none of ftp, ftps, sftp, http and https; write it as sftp://host/folder/")
        }
        let rest = parts[1].dropFirst(2)
        let host = rest.prefix { $0 != "/" }
        guard !host.isEmpty, !host.contains("@") else {
            throw .configuration("the address must name a host and no user; user and password have their own settings")
        }
        var path = rest.dropFirst(host.count).prefix { $0 != "?" && $0 != "#" }
        if path.isEmpty { path = "/" }
        self.kind = kind
        authority = String(host)
        self.path = path.hasSuffix("/") ? String(path) : path + "/"
    }

    /// The folder as people see it.
    var shown: String { kind.rawValue + "://" + authority + path }
    var isHTTP: Bool { kind == .http || kind == .https }

    /// The URL of a folder or file below.
    func url(_ below: RemotePath, isFolder: Bool) -> String {
        shown + below.escaped + (isFolder && !below.bytes.isEmpty ? "/" : "")
    }

    /// The path that SFTP's commands want: absolute, or relative to the login folder.
    func plainPath(_ below: RemotePath) -> [UInt8] {
        let isAtHome = path.hasPrefix("/~/")
        return RemotePath(unescaping: isAtHome ? String(path.dropFirst(3)) : path).bytes + below.bytes
    }
}
