import Model

/// The requests of one remote folder.
struct RemoteRequests: Sendable {
    let settings: RemoteFolder
    let address: RemoteAddress

    init(_ settings: RemoteFolder) throws(RemoteTrouble) {
        self.settings = settings
        if let defect = settings.defect { throw .configuration(defect) }
        address = try RemoteAddress(settings.url)
        if settings.query != nil, !address.isHTTP {
            throw .configuration("a query needs an http or https address; correct it in the configuration")
        }
    }

    var usesKey: Bool { settings.keyFile != nil }

    /// Lists one folder, or asks the query for a page.
    func list(_ folder: RemotePath, usesMLSD: Bool, page: RemoteQuery.Page) -> CurlRequest {
        let url = settings.query?.url(settings.url, page) ?? address.url(folder, isFolder: true)
        var request = basic(url)
        request.totalTimeout = .seconds(120)
        request.responseLimit = RemoteLimits.listingBytes
        if usesMLSD, address.kind != .sftp { request.file?.listCommand = "MLSD" }
        return request
    }

    /// Fetches a file from an offset on; over HTTP only if it is still the one of that tag.
    func fetch(_ file: RemoteFile, from offset: Int64, tag: String) -> CurlRequest {
        var request = basic(file.url ?? address.url(file.path, isFolder: false))
        request.bufferSize = 128 << 10
        if request.file != nil {
            request.file?.offset = offset
        } else if offset > 0 {
            request.headers += [("Range", "bytes=\(offset)-"), ("If-Range", tag)]
        }
        return request
    }

    /// Deletes a file in its own folder.
    func delete(_ file: RemoteFile) -> CurlRequest {
        guard !address.isHTTP else {
            var request = basic(file.url ?? address.url(file.path, isFolder: false))
            request.method = "DELETE"
            return request
        }
        let parts = file.path.parts
        let folder = RemotePath(Array(parts.dropLast().joined(separator: [UInt8(ascii: "/")])))
        var request = basic(address.url(folder, isFolder: true))
        request.file?.hasNoBody = true
        if address.kind == .sftp {
            request.file?.commands = [Array("rm ".utf8) + Self.quoted(address.plainPath(file.path))]
        } else {
            request.file?.closingCommands = [Array("DELE ".utf8) + (parts.last ?? [])]
        }
        return request
    }

    private func basic(_ url: String) -> CurlRequest {
        var request = CurlRequest(url: url, trust: settings.trust)
        if address.isHTTP, let token = settings.token {
            request.headers += [("Authorization", "Bearer " + token)]
        } else if let user = settings.user ?? (address.isHTTP ? nil : "anonymous") {
            request.credentials = CurlCredentials(user: user, password: settings.password ?? "")
        }
        request.lowSpeedTime = .microseconds(settings.stallLimit.microseconds)
        switch address.kind {
        case .ftp: request.file = CurlFileOptions(.ftp, requiresTLS: settings.requiresTLS)
        case .ftps: request.file = CurlFileOptions(.ftps)
        case .sftp:
            request.file = CurlFileOptions(.sftp, privateKey: settings.keyFile, hostKeys: settings.hostKeys)
        case .http, .https: break
        }
        return request
    }

    /// As libcurl reads a path of a command.
    private static func quoted(_ path: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        let slash = UInt8(ascii: "\\")
        return [quote] + path.flatMap { $0 == quote || $0 == slash ? [slash, $0] : [$0] } + [quote]
    }
}
