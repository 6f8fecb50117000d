import CCurl

/// Why a transfer gave no response; an HTTP status of any kind is a response and no error.
package struct CurlError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// The URL, method, header or file named in the request cannot be used.
        case badRequest = "bad-request"
        /// The host's name has no address.
        case unresolved
        /// Nobody listens, or there is no route.
        case unreachable
        /// A limit of time was passed.
        case timedOut = "timed-out"
        /// The certificate or the handshake is not acceptable.
        case tls
        /// The response is longer than permitted.
        case tooLarge = "too-large"
        /// The connection broke, or what came is no HTTP.
        case broken
        /// We gave the transfer up ourselves.
        case cancelled
        /// libcurl could not work (out of memory and the like).
        case failed
    }

    package let code: Code
    /// libcurl's sentence; holds no credentials.
    package let detail: String
    /// A server of files said no, and to what.
    package let file: CurlFileFailure?
    /// The last number that an FTP server answered, 0 where there is none.
    package let reply: Int

    package init(code: Code, detail: String, file: CurlFileFailure? = nil, reply: Int = 0) {
        self.code = code
        self.detail = detail
        self.file = file
        self.reply = reply
    }

    package var description: String { "\(code.rawValue): \(detail)" }

    init(_ result: CURLcode, detail: String, file: CurlFileFailure? = nil, reply: Int = 0) {
        let text = detail.isEmpty ? String(cString: curl_easy_strerror(result)) : detail
        self.init(code: Self.code(of: result), detail: text, file: file, reply: reply)
    }

    private static func code(of result: CURLcode) -> Code {
        switch result {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_FUNCTION_ARGUMENT, CURLE_SSL_CACERT_BADFILE: .badRequest
        case CURLE_COULDNT_RESOLVE_HOST: .unresolved
        case CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED: .unreachable
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
            .tls
        case CURLE_FILESIZE_EXCEEDED: .tooLarge
        case CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: .failed
        default: .broken
        }
    }
}
