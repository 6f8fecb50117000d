import Model

/// Single requests to one device: guarded against lock-out, bounded in time, with every failure as a sentence.
struct DeviceCalls: Sendable {
    let address: DeviceAddress
    let authentication: AuthenticationGuard
    /// After a refused password.
    let delay: Backoff
    let multi: CurlMulti
    let clock: any WallClock

    /// Sends a request and gives whatever the device answers, but for 401.
    ///
    /// - Parameter limit: seconds for the whole of it.
    func send(
        _ path: String, method: String = "GET", headers: [(name: String, value: String)] = [], body: [UInt8]? = nil,
        limit: Int = 9
    ) async throws(DeviceProblem) -> CurlResponse {
        if let problem = authentication.admit(address, at: clock.uptime()) { throw problem }
        var request = address.request(path, method: method, headers: headers, body: body)
        request.totalTimeout = .seconds(limit)
        request.connectTimeout = min(request.connectTimeout, .seconds(limit))
        let answer: CurlResponse
        do {
            answer = try await multi.send(request)
        } catch let error as CurlError {
            throw Self.problem(error, address)
        } catch {
            throw DeviceProblem(.unreachable, "the request was given up")
        }
        guard answer.status == 401 else {
            authentication.accepted(address)
            return answer
        }
        guard address.user != nil else {
            throw DeviceProblem(.refused, "the device asks for user and password, and none are configured; add both")
        }
        throw authentication.refused(
            address, at: clock.uptime(), delay: delay, lockedFor: ISAPILock.remaining(in: answer.body))
    }

    private static func problem(_ error: CurlError, _ address: DeviceAddress) -> DeviceProblem {
        switch error.code {
        case .unresolved: DeviceProblem(.unreachable, "the device's host name has no address; check it in the configuration")
        case .unreachable: DeviceProblem(.unreachable, "nobody listens at \(address.url); check address, port, cable and power")
        case .timedOut: DeviceProblem(.unreachable, "\(address.url) did not answer in time; check address, port and network")
        case .tls:
            DeviceProblem(
                .otherProtocol, "the device's certificate is not acceptable (\(error.detail)); name its authority or use http")
        case .broken, .tooLarge:
            DeviceProblem(.otherProtocol, "what answers at \(address.url) does not speak HTTP; check the port")
        case .badRequest: DeviceProblem(.unreachable, "the address \(address.url) cannot be used: \(error.detail)")
        case .cancelled, .failed: DeviceProblem(.unreachable, "the request failed: \(error.detail)")
        }
    }
}

/// Checks what a device answered for a picture.
enum JPEGAnswer {
    /// The picture from its first mark to its last (ITU-T T.81: FFD8, FFD9), or nothing.
    ///
    /// Some devices send a line end or blanks behind it; less than a kilobyte shows nothing.
    static func picture(_ body: [UInt8]) -> [UInt8]? {
        guard body.count >= 1024, body.starts(with: [0xFF, 0xD8, 0xFF]) else { return nil }
        let tail = max(0, body.count - 64)
        for end in stride(from: body.count, to: tail, by: -1) where body[end - 2] == 0xFF && body[end - 1] == 0xD9 {
            return Array(body[..<end])
        }
        return nil
    }
}
