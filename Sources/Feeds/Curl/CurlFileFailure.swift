import CCurl

/// What a server of files said no to; a closer word beside the code of a `CurlError`.
package enum CurlFileFailure: Hashable, Sendable {
    /// User, password or key are not accepted.
    case login
    /// Logged in, yet a folder or file may not be read.
    case denied
    /// There is no such folder or file.
    case notFound
    /// The server cannot begin in the middle of a file.
    case noOffset
    /// A command such as `DELE` or `rm` was refused.
    case command
    /// The server closed before everything was sent.
    case partial
    /// The server has no TLS, and it is required.
    case noTLS
    /// Nobody has vouched for the host's key.
    case hostKeyUnknown(fingerprint: String)
    /// Another key was vouched for than the host shows.
    case hostKeyChanged(fingerprint: String)

    init?(_ result: CURLcode) {
        switch result {
        case CURLE_LOGIN_DENIED: self = .login
        case CURLE_REMOTE_ACCESS_DENIED: self = .denied
        case CURLE_REMOTE_FILE_NOT_FOUND, CURLE_FTP_COULDNT_RETR_FILE: self = .notFound
        case CURLE_FTP_COULDNT_USE_REST, CURLE_RANGE_ERROR, CURLE_BAD_DOWNLOAD_RESUME: self = .noOffset
        case CURLE_QUOTE_ERROR: self = .command
        case CURLE_PARTIAL_FILE: self = .partial
        case CURLE_USE_SSL_FAILED: self = .noTLS
        default: return nil
        }
    }
}
