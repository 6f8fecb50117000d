import Model

extension Settings {
    /// A telephone recorder: where its files come from, and where its records of calls come from.
    package struct Recorder: Hashable, Sendable {
        package enum Adapter: String, Hashable, Sendable, CaseIterable {
            /// Finished files in a watched folder.
            case spool
            /// A folder on an FTP or FTPS server.
            case ftp
            /// A folder on an SSH server.
            case sftp
            /// A listing and files over HTTP.
            case http
            /// No files, only records of calls.
            case none

            /// Whether the files are fetched from another machine.
            package var isRemote: Bool { [.ftp, .sftp, .http].contains(self) }
        }

        package var name: String
        package var adapter: Adapter
        /// The watched folder; empty unless the adapter is `spool`.
        package var folder: String
        /// A file whose size has not changed for this long is complete.
        package var stable = Span.seconds(2)
        /// A file that looks unfinished is waited for this long and then taken as it stands.
        package var patience = Span.minutes(5)
        /// Endings of recordings in lower case, with their dot.
        package var suffixes = [".wav"]
        /// Endings of records beside the recordings, in lower case, with their dot.
        package var sidecars = [".xml"]
        /// Levels of folders below that are looked into.
        package var depth = 2
        /// Regular expressions with the groups `time`, `id`, `caller`, `callee`, `remote`, `local` and `type`, checked;
        /// empty means the recorders that the program knows.
        package var patterns: [String] = []
        /// Longest time without a recording before the feed counts as blind; nothing means that none is needed.
        package var silence: Span?
        /// What a recording without a header is taken for.
        package var headerless = Headerless()
        /// Where the files are; nothing unless the adapter is a remote one.
        package var remote: Remote?
        /// Where the records of calls come from.
        package var calls = Calls()
        /// After how long a record without file, or a file without record, opens an incident; nothing means never.
        package var pair: Span?
        /// How far the lengths of record and file may lie apart.
        package var durationTolerance = Span.seconds(2)

        package init(name: String, adapter: Adapter = .spool, folder: String) {
            self.name = name
            self.adapter = adapter
            self.folder = folder
        }
    }
}

extension Settings.Recorder {
    /// Sound without a header (`.V3`, `.pcm`, `.vox`): one channel of this.
    package struct Headerless: Hashable, Sendable {
        package enum Format: String, Hashable, Sendable, CaseIterable {
            case alaw, ulaw, pcm, adpcm
        }

        package var format = Format.alaw
        /// Samples a second.
        package var rate = 8000

        package init(format: Format = .alaw, rate: Int = 8000) {
            self.format = format
            self.rate = rate
        }
    }

    /// A folder of recordings on another machine.
    package struct Remote: Hashable, Sendable {
        /// What becomes of a file that is fetched and durable.
        package enum After: String, Hashable, Sendable, CaseIterable {
            case keep, delete
        }

        /// How the server writes file names that are not ASCII.
        package enum Encoding: String, Hashable, Sendable, CaseIterable {
            case utf8, gbk
        }

        /// `ftp://`, `ftps://`, `sftp://`, `http://` or `https://`, host, perhaps port, path; never with a user.
        package var url: String
        package var user: String?
        /// The password, or the passphrase of `key`.
        package var password: Secret?
        /// `http` only: sent as `Authorization: Bearer`.
        package var token: Secret?
        /// `sftp` only: the private key that logs in.
        package var key: Secret?
        /// `sftp` only: OpenSSH's file of the servers that are known; it or `hostKey` is there.
        package var knownHosts: String?
        /// `sftp` only: `SHA256:` and 43 characters, the fingerprint that the server's key must have.
        package var hostKey: String?
        package var tls = Settings.TLS()
        /// `ftp://` only: nothing is sent, no password either, before the server has switched to TLS (RFC 4217).
        package var requiresTLS = false
        package var after = After.keep
        /// Time between two looks.
        package var every = Span.seconds(30)
        /// How long a file must rest over there before it is fetched.
        package var stableAfter = Span.seconds(10)
        /// `http` only: an interface that names recordings, in place of a folder.
        package var query: Query?
        package var encoding = Encoding.utf8

        package init(url: String) {
            self.url = url
        }
    }

    /// How an HTTP interface names its recordings; the remote folder's `url` is a template with places such as `{from}`.
    package struct Query: Hashable, Sendable {
        /// How far back it is asked.
        package var window = Span.days(3)
        /// Where the list stands in an answer.
        package var items: JSONPath
        /// Where an item says how its file is reached.
        package var file: JSONPath
        package var fileName: JSONPath?
        package var size: JSONPath?
        package var time: JSONPath?
        /// Where the next `{cursor}` stands in an answer.
        package var next: JSONPath?

        package init(items: JSONPath, file: JSONPath) {
            self.items = items
            self.file = file
        }
    }

    /// Records of calls: posted to us, read from a file, both or neither.
    package struct Calls: Hashable, Sendable {
        /// The exchange posts to `/push/calls/NAME`; at least one way to prove itself is there.
        package struct Push: Hashable, Sendable {
            /// For HTTP digest or basic.
            package var user: String?
            package var password: Secret?
            /// As `Authorization: Bearer` or `?token=`.
            package var token: Secret?
            /// Addresses from which it may post without either.
            package var peers: [String] = []
            /// Further names of fields: field → the device's names for it.
            package var fields: [String: [String]] = [:]

            package init() {}
        }

        /// A growing file of one line a call.
        package struct CDR: Hashable, Sendable {
            package enum Format: String, Hashable, Sendable, CaseIterable {
                case asterisk
                case asteriskCustom = "asterisk-custom"
                case freeswitch
                /// The first line names the columns.
                case aicc
            }

            package var path: String
            package var format = Format.asterisk
            /// Names of the columns in their order; empty means the format's own.
            package var columns: [String] = []

            package init(path: String) {
                self.path = path
            }
        }

        package var push: Push?
        package var cdr: CDR?

        package init() {}
    }
}

extension Settings {
    var recorderSecrets: [(key: String, secret: Secret)] {
        recorders.enumerated().flatMap { index, recorder in
            let key = "recorders[\(index)]"
            let push = recorder.calls.push
            let all: [(String, Secret?)] = [
                (".password", recorder.remote?.password), (".token", recorder.remote?.token),
                (".key", recorder.remote?.key), (".calls.push.password", push?.password),
                (".calls.push.token", push?.token),
            ]
            return all.compactMap { name, secret in secret.map { (key + name, $0) } }
        }
    }
}
