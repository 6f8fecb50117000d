import Glibc

/// Where a password or token is kept; the value itself never stands in the settings.
package enum Secret: Hashable, Sendable {
    /// A name under `$CREDENTIALS_DIRECTORY`, where systemd puts `LoadCredential=`.
    case credential(String)
    /// A file that only the service's user (and its group) can read.
    case file(String)

    /// The folder that systemd made for this process, or nothing outside of systemd.
    package static var credentialsFolder: String? {
        getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) }
    }

    /// The secret without its trailing line end; read anew at each call, so that a changed password needs no restart.
    ///
    /// - Throws: `SecretError`, whose sentence says what to do and never holds the secret.
    package func read(credentials folder: String? = Secret.credentialsFolder) throws(SecretError) -> String {
        let path = try path(in: folder)
        let text: String
        do throws(TextFile.Failure) {
            text = try TextFile.read(path, limit: 1 << 16) { state throws(TextFile.Failure) in
                if state.st_mode & 0o007 != 0 { throw TextFile.Failure(number: -1, reason: "") }
            }
        } catch {
            throw failure(error, path: path)
        }
        let secret = trimmed(text)
        guard !secret.isEmpty else {
            throw SecretError(code: .empty, sentence: "the secret file \(path) is empty; write the secret into it")
        }
        return secret
    }

    func path(in folder: String?) throws(SecretError) -> String {
        switch self {
        case .file(let path): return path
        case .credential(let name):
            guard let folder else {
                throw SecretError(
                    code: .noCredentials,
                    sentence: "the credential \"\(name)\" was asked for, but CREDENTIALS_DIRECTORY is not set; "
                        + "start under systemd with LoadCredential=\(name):PATH, or use file: in the settings")
            }
            return folder + "/" + name
        }
    }

    private func failure(_ failure: TextFile.Failure, path: String) -> SecretError {
        if failure.number == -1 {
            return SecretError(
                code: .exposed,
                sentence: "the secret file \(path) is open to every user of this machine; run: chmod o= \(path)")
        }
        let code: SecretError.Code = failure.number == ENOENT ? .missing : .unreadable
        return SecretError(code: code, sentence: "the secret file \(path) cannot be read: \(failure.reason)")
    }

    private func trimmed(_ text: String) -> String {
        var text = text[...]
        // Swift sees CR LF as one character.
        while let last = text.last, last == "\n" || last == "\r\n" || last == "\r" { text.removeLast() }
        return String(text)
    }
}

/// Why a secret could not be had.
package struct SecretError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable {
        case noCredentials = "no-credentials"
        case missing, unreadable, exposed, empty
        /// A private key was expected.
        case notAKey = "not-a-key"
    }

    package let code: Code
    /// What, where, and what to do; without the secret.
    package let sentence: String

    package var description: String { sentence }
}
