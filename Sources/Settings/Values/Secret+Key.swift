extension Secret {
    /// The path of a private key's file, for a library that reads the file itself.
    ///
    /// The file is read once here, under the same rules as any secret: not open to every user, not empty.
    /// - Throws: `SecretError`, also where the file holds something else than a private key in PEM or OpenSSH form.
    package func keyFile(credentials folder: String? = Secret.credentialsFolder) throws(SecretError) -> String {
        let path = try path(in: folder)
        let text = try read(credentials: folder)
        if text.hasPrefix("-----BEGIN "), text.contains("PRIVATE KEY-----") { return path }
        if text.hasPrefix("PuTTY-User-Key-File-") {
            throw SecretError(
                code: .notAKey,
                sentence: "the key file \(path) is PuTTY's; run: puttygen \(path) -O private-openssh -o \(path).openssh, "
                    + "and name that file")
        }
        let what = text.hasPrefix("ssh-") || text.hasPrefix("ecdsa-") ? "holds the public key" : "holds no private key"
        throw SecretError(
            code: .notAKey,
            sentence: "the key file \(path) \(what); name the private one, which begins with -----BEGIN")
    }
}
