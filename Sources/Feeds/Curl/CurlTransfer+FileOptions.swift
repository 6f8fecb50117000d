import CCurl

extension CurlTransfer {
    /// What only FTP and SFTP know.
    func setFile(_ file: CurlFileOptions, _ options: inout CurlOptions, _ easy: UnsafeMutableRawPointer) {
        if file.requiresTLS || file.family == .ftps {
            options.set(CURLOPT_USE_SSL, 3)  // CURLUSESSL_ALL
            // vsftpd and others take data channels only under the TLS session of the control channel, and libcurl keeps
            // sessions by transfer: on a connection that another transfer opened the server would refuse (522).
            options.set(CURLOPT_FRESH_CONNECT, 1)
        }
        if let command = file.listCommand { options.set(CURLOPT_CUSTOMREQUEST, command) }
        if file.offset > 0 { options.set(CURLOPT_RESUME_FROM_LARGE, offset: Int(file.offset)) }
        if file.hasNoBody { options.set(CURLOPT_NOBODY, 1) }
        // One connection a control channel and passive data channels only: nobody connects to us.
        options.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, 30)
        commandLists = [
            setCommands(file.commands, CURLOPT_QUOTE, &options, easy),
            setCommands(file.closingCommands, CURLOPT_POSTQUOTE, &options, easy),
        ].compactMap { $0 }
        if file.family == .sftp { setSSH(file, &options, easy) }
    }

    private func setCommands(
        _ commands: [[UInt8]], _ option: CURLoption, _ options: inout CurlOptions, _ easy: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        for command in commands {
            // A line end would begin another command, a NUL would end this one early.
            guard !command.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else {
                options.keep(CURLE_URL_MALFORMAT)
                continue
            }
            list = curl_slist_append(list, command.map { CChar(bitPattern: $0) } + [0])
        }
        if list != nil { options.keep(curl_easy_set_list(easy, option, list)) }
        return list
    }

    private func setSSH(_ file: CurlFileOptions, _ options: inout CurlOptions, _ easy: UnsafeMutableRawPointer) {
        let me = Unmanaged.passUnretained(self).toOpaque()
        if let hosts = file.hostKeys.knownHosts {
            options.set(CURLOPT_SSH_KNOWNHOSTS, hosts)
            let function = unsafeBitCast(curlChecksKnownHost, to: UnsafeMutableRawPointer.self)
            options.keep(curl_easy_set_pointer(easy, CURLOPT_SSH_KEYFUNCTION, function))
            options.keep(curl_easy_set_pointer(easy, CURLOPT_SSH_KEYDATA, me))
        } else {
            let function = unsafeBitCast(curlChecksHostKey, to: UnsafeMutableRawPointer.self)
            options.keep(curl_easy_set_pointer(easy, CURLOPT_SSH_HOSTKEYFUNCTION, function))
            options.keep(curl_easy_set_pointer(easy, CURLOPT_SSH_HOSTKEYDATA, me))
        }
        if let key = file.privateKey {
            options.set(CURLOPT_SSH_PRIVATE_KEYFILE, key)
            options.set(CURLOPT_KEYPASSWD, request.credentials?.password ?? "")
            options.set(CURLOPT_SSH_AUTH_TYPES, 1)  // CURLSSH_AUTH_PUBLICKEY
        } else {
            options.set(CURLOPT_SSH_AUTH_TYPES, 2 | 8)  // CURLSSH_AUTH_PASSWORD and _KEYBOARD, never an agent's keys
        }
    }
}
