/// What a transfer of `ftp`, `ftps` or `sftp` needs beyond what every request has.
package struct CurlFileOptions: Sendable {
    package enum Family: String, Sendable {
        case ftp, ftps, sftp
    }

    /// The only protocol that the transfer may speak, whatever its URL says.
    package var family: Family
    /// Plain FTP asks for TLS before it logs in and goes no further without (RFC 4217); `ftps` begins with TLS.
    package var requiresTLS: Bool
    /// The verb of a listing in place of `LIST`, such as `MLSD` (RFC 3659).
    package var listCommand: String?
    /// Where to begin, in bytes (`REST` of RFC 3659, the offset of SFTP).
    package var offset: Int64
    /// Transfers nothing: for the commands below alone.
    package var hasNoBody: Bool
    /// Commands of the protocol before the transfer, in the server's bytes; SFTP knows `rm "path"` and `rename`.
    package var commands: [[UInt8]]
    /// The same after the transfer; FTP is in the URL's folder then.
    package var closingCommands: [[UInt8]]
    /// PEM or OpenSSH file of the private key with which SFTP logs in; the password serves as its passphrase.
    package var privateKey: String?
    /// What SFTP believes about the host's key; without any word of it every key is refused.
    package var hostKeys: CurlHostKeys

    package init(
        _ family: Family, requiresTLS: Bool = false, listCommand: String? = nil, offset: Int64 = 0, hasNoBody: Bool = false,
        commands: [[UInt8]] = [], closingCommands: [[UInt8]] = [], privateKey: String? = nil,
        hostKeys: CurlHostKeys = CurlHostKeys()
    ) {
        self.family = family
        self.requiresTLS = requiresTLS
        self.listCommand = listCommand
        self.offset = offset
        self.hasNoBody = hasNoBody
        self.commands = commands
        self.closingCommands = closingCommands
        self.privateKey = privateKey
        self.hostKeys = hostKeys
    }
}

/// Which keys of an SSH host are believed; where both are given, both must agree.
package struct CurlHostKeys: Sendable, Hashable {
    /// A file as `ssh` keeps it (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"); it is read and never written.
    package var knownHosts: String?
    /// `SHA256:` and unpadded base64, as `ssh-keygen -l` shows it; the prefix may be missing.
    package var pin: String?

    package init(knownHosts: String? = nil, pin: String? = nil) {
        self.knownHosts = knownHosts
        self.pin = pin
    }

    func matchesPin(_ fingerprint: String) -> Bool {
        guard let pin else { return true }
        func bare(_ text: String) -> Substring {
            let rest = text.hasPrefix("SHA256:") ? text.dropFirst(7) : text[...]
            return rest.prefix { $0 != "=" }
        }
        return bare(pin) == bare(fingerprint)
    }
}
