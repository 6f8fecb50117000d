import CCurl

extension CurlTransfer {
    /// Makes libcurl's handle with everything the request says.
    ///
    /// - Throws: `CurlError` where libcurl does not take an option.
    func prepare(sockets: CurlSockets) throws(CurlError) -> UnsafeMutableRawPointer {
        guard let easy = curl_easy_init() else { throw CurlError(CURLE_FAILED_INIT, detail: "") }
        self.easy = easy
        var options = CurlOptions(easy)
        setCallbacks(easy, sockets)
        setTarget(&options)
        if let file = request.file {
            setFile(file, &options, easy)
        } else {
            setMethod(&options, easy)
        }
        setLimits(&options)
        setCredentials(&options)
        setTrust(&options)
        setMail(&options)
        if options.result != CURLE_OK {
            throw CurlError(code: .badRequest, detail: String(cString: curl_easy_strerror(options.result)))
        }
        return easy
    }

    private func setCallbacks(_ easy: UnsafeMutableRawPointer, _ sockets: CurlSockets) {
        // Unretained: the multi keeps the transfer as long as libcurl has its handle, and the sockets longer than that.
        let me = Unmanaged.passUnretained(self).toOpaque()
        let table = Unmanaged.passUnretained(sockets).toOpaque()
        curl_easy_set_write(easy, CURLOPT_WRITEFUNCTION, curlTakesBody)
        curl_easy_set_pointer(easy, CURLOPT_WRITEDATA, me)
        curl_easy_set_write(easy, CURLOPT_HEADERFUNCTION, curlTakesHeader)
        curl_easy_set_pointer(easy, CURLOPT_HEADERDATA, me)
        curl_easy_set_opensocket(easy, curlOpensSocket, table)
        curl_easy_set_closesocket(easy, curlClosesSocket, table)
        curl_easy_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    }

    private func setTarget(_ options: inout CurlOptions) {
        options.set(CURLOPT_URL, request.url)
        options.set(CURLOPT_PROTOCOLS_STR, request.file?.family.rawValue ?? "http,https")
        // An empty name is "no proxy", whatever the environment says.
        options.set(CURLOPT_PROXY, "")
        options.set(CURLOPT_HTTP_VERSION, 2)  // CURL_HTTP_VERSION_1_1
        options.set(CURLOPT_USERAGENT, "patrold")
        if let path = request.unixSocket { options.set(CURLOPT_UNIX_SOCKET_PATH, path) }
    }

    private func setMethod(_ options: inout CurlOptions, _ easy: UnsafeMutableRawPointer) {
        if request.method == "HEAD" {
            options.set(CURLOPT_NOBODY, 1)
        } else if let body = request.body ?? (request.method == "POST" || request.method == "PUT" ? [] : nil) {
            options.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body.count)
            body.withUnsafeBytes { bytes in
                // libcurl wants an address even for nothing.
                let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress) ?? UnsafeMutableRawPointer(errorText)
                options.keep(curl_easy_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start))
            }
            options.set(CURLOPT_CUSTOMREQUEST, request.method)
        } else if request.method != "GET" {
            options.set(CURLOPT_CUSTOMREQUEST, request.method)
        }
        // No "Expect: 100-continue": devices do not answer it and cost a second each.
        headerList = curl_slist_append(nil, "Expect:")
        for (name, value) in request.headers {
            headerList = curl_slist_append(headerList, value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        options.keep(curl_easy_set_list(easy, CURLOPT_HTTPHEADER, headerList))
    }

    private func setLimits(_ options: inout CurlOptions) {
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeout.milliseconds))
        options.set(CURLOPT_TIMEOUT_MS, isStream ? 0 : max(1, request.totalTimeout.milliseconds))
        if request.lowSpeedTime > .zero {
            options.set(CURLOPT_LOW_SPEED_LIMIT, 1)
            options.set(CURLOPT_LOW_SPEED_TIME, max(1, request.lowSpeedTime.milliseconds / 1000))
        }
        if isStream {
            // Thousands of streams: a receive buffer each, so a small one.
            options.set(CURLOPT_BUFFERSIZE, 4096)
            options.set(CURLOPT_TCP_KEEPALIVE, 1)
            options.set(CURLOPT_TCP_KEEPIDLE, 30)
            options.set(CURLOPT_TCP_KEEPINTVL, 10)
        }
        if request.bufferSize > 0 { options.set(CURLOPT_BUFFERSIZE, request.bufferSize) }
    }

    private func setCredentials(_ options: inout CurlOptions) {
        guard let credentials = request.credentials else { return }
        options.set(CURLOPT_USERNAME, credentials.user)
        options.set(CURLOPT_PASSWORD, credentials.password)
        // CURLAUTH_DIGEST is 2 and CURLAUTH_BASIC 1; of several libcurl takes the safest that the server offers,
        // and it answers a second 401 with giving up.
        options.set(CURLOPT_HTTPAUTH, credentials.permitsBasic ? 3 : 2)
    }

    private func setTrust(_ options: inout CurlOptions) {
        switch request.trust {
        case .system: break
        case .authority(let file): options.set(CURLOPT_CAINFO, file)
        case .insecure:
            options.set(CURLOPT_SSL_VERIFYPEER, 0)
            options.set(CURLOPT_SSL_VERIFYHOST, 0)
        }
    }
}

/// Sets options and remembers the first that was not taken.
struct CurlOptions {
    private let easy: UnsafeMutableRawPointer
    private(set) var result = CURLE_OK

    init(_ easy: UnsafeMutableRawPointer) {
        self.easy = easy
    }

    mutating func set(_ option: CURLoption, _ value: Int) { keep(curl_easy_set_long(easy, option, value)) }
    mutating func set(_ option: CURLoption, _ value: String) { keep(curl_easy_set_string(easy, option, value)) }
    mutating func set(_ option: CURLoption, offset: Int) { keep(curl_easy_set_offset(easy, option, curl_off_t(offset))) }

    mutating func keep(_ code: CURLcode) {
        if result == CURLE_OK { result = code }
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
