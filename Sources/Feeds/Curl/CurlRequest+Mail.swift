import CCurl

extension CurlRequest {
    /// Whether the URL is of a mailbox; then `method` is an IMAP command, or `GET` for what the URL names.
    var isMail: Bool { url.hasPrefix("imap://") || url.hasPrefix("imaps://") }
}

extension CurlTransfer {
    /// Lets the transfer speak IMAP: encrypted from the start or by STARTTLS, unless the credentials permit less.
    func setMail(_ options: inout CurlOptions) {
        guard request.isMail else { return }
        options.set(CURLOPT_PROTOCOLS_STR, "imap,imaps")
        // CURLUSESSL_TRY and CURLUSESSL_ALL.
        options.set(CURLOPT_USE_SSL, request.credentials?.permitsBasic == true ? 1 : 3)
        // CURLAUTH_BASIC, its default: anything else would leave SASL mechanisms out that the server has.
        options.set(CURLOPT_HTTPAUTH, 1)
    }
}
