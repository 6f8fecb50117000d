import Model

/// A folder on another machine whose complete files are fetched into a local one, as configured.
package struct RemoteFolder: Sendable {
    /// What becomes of a file over there when its events are durable.
    package enum Afterwards: String, Sendable, CaseIterable {
        case keep, delete
    }

    /// How names are spelled that are not marked as UTF-8.
    package enum NameEncoding: String, Sendable, CaseIterable {
        case utf8, gbk
    }

    /// Name of the feed.
    package var name: String
    /// `ftp`, `ftps`, `sftp`, `http` or `https` with the folder's path; no user and no password in it.
    ///
    /// FTP's path begins at the login folder, with `%2F` in front at the root; SFTP's at the root, with `/~/` at home.
    package var url: String
    package var user: String?
    /// The password, or the passphrase of `keyFile`.
    package var password: String?
    /// Sent as `Authorization: Bearer` over HTTP, in place of user and password.
    package var token: String?
    /// The private key with which SFTP logs in.
    package var keyFile: String?
    /// Why the folder cannot be asked at all, as one sentence, such as a secret that cannot be read.
    package var defect: String?
    package var hostKeys = CurlHostKeys()
    /// Plain `ftp` goes on only under TLS.
    package var requiresTLS = false
    /// Whose certificates are believed.
    package var trust = CurlTrust.system
    /// How often the folder is listed where nothing is about to happen.
    package var every = Span.minutes(1)
    /// How long a file must look the same before it is fetched.
    package var stableAfter = Span.seconds(10)
    package var encoding = NameEncoding.utf8
    /// Endings with their dot, in any case.
    package var suffixes = [".wav"]
    /// Levels of folders below that are looked into.
    package var depth = 2
    package var afterwards = Afterwards.keep
    /// Asks a recorder's or cloud's interface for its files instead of listing a folder.
    package var query: RemoteQuery?
    /// Bytes that stay free on the local disk.
    package var keepFree: Int64 = 256 << 20
    package var retry = Backoff(first: .seconds(5), longest: .minutes(5))
    /// Servers lock an address out after a few wrong passwords.
    package var refusedRetry = Backoff(first: .minutes(5), longest: .hours(1))
    /// A transfer is given up when nothing moves for this long.
    package var stallLimit = Span.seconds(30)

    package init(name: String, url: String, user: String? = nil, password: String? = nil) {
        self.name = name
        self.url = url
        self.user = user
        self.password = password
    }
}
