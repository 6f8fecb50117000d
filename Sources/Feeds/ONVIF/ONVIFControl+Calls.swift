import Model

// Calls.
extension ONVIFControl {
    func call(_ call: SOAPCall) async throws(DeviceProblem) -> SOAPAnswer {
        let now = clock.uptime()
        if state.withLock({ $0.clockRead.map { now - $0 > .minutes(5) } ?? true }) { try await readClock() }
        return try await exchange(call)
    }

    /// Without credentials; whoever answers this speaks ONVIF.
    private func readClock() async throws(DeviceProblem) {
        let endpoint = state.withLock { $0.access.deviceService }
        do throws(DeviceProblem) {
            let answer = try await exchange(.time(endpoint))
            let offset = answer.clockOffset(at: clock.now())
            state.withLock { state in
                state.clockOffset = offset
                // Asked for again as well: a camera may have been changed meanwhile.
                state.services = [:]
                state.profile = nil
                state.access.offset = offset ?? .zero
                state.clockRead = clock.uptime()
            }
        } catch {
            // Some guard even this; then their clock counts as ours.
            guard error.code == .refused || error.code == .unsupported else { throw error }
            state.withLock { $0.clockRead = clock.uptime() }
        }
    }

    private func exchange(_ call: SOAPCall) async throws(DeviceProblem) -> SOAPAnswer {
        var result = await send(state.withLock { $0.access.request(call, at: clock.now()) })
        if case .success(let response) = result, state.withLock({ $0.access.isChallenged(by: response, to: call) }) {
            result = await send(state.withLock { $0.access.request(call, at: clock.now()) })
        }
        switch ONVIFAccess.answer(result) {
        case .success(let answer): return answer
        case .failure(let trouble): throw DeviceProblem(trouble)
        }
    }

    private func send(_ request: CurlRequest) async -> Result<CurlResponse, CurlError> {
        await withCheckedContinuation { done in
            multi.send(request) { done.resume(returning: $0) }
        }
    }

    /// A JPEG, whole.
    func picture(_ url: String) async throws(DeviceProblem) -> [UInt8] {
        var request = state.withLock { $0.access.address.request("") }
        request.url = url
        request.totalTimeout = .seconds(20)
        switch await send(request) {
        case .failure(let error): throw DeviceProblem(.unreachable, "no picture from the camera: \(error.description)")
        case .success(let response):
            if response.status == 401 || response.status == 403 {
                throw DeviceProblem(.refused, "the camera refuses user or password for pictures (HTTP \(response.status))")
            }
            guard response.status == 200 else {
                throw DeviceProblem(.unreadable, "the camera answers HTTP \(response.status) where its picture should be")
            }
            guard let picture = Self.jpeg(response.body) else {
                throw DeviceProblem(.unreadable, "what the camera sends as a picture is no whole JPEG")
            }
            return picture
        }
    }

    /// From FFD8 to FFD9; bytes behind the end are padding.
    static func jpeg(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.starts(with: [0xFF, 0xD8]), bytes.count >= 4 else { return nil }
        var end = bytes.count
        while end > 4, bytes.count - end < 4096, bytes[end - 2] != 0xFF || bytes[end - 1] != 0xD9 { end -= 1 }
        return bytes[end - 2] == 0xFF && bytes[end - 1] == 0xD9 ? Array(bytes[..<end]) : nil
    }
}

extension DeviceProblem {
    /// What to change when a call of a camera was in vain.
    init(_ trouble: ONVIFTrouble) {
        switch trouble {
        case .unauthorized(let reason):
            self.init(
                .refused,
                "the camera refuses user or password (\(reason)); many need a user of their own for ONVIF, made in the camera")
        case .timedOut, .unreachable, .closed:
            self.init(.unreachable, "nobody answers there: \(trouble.text); check address, port and power")
        case .status(404), .status(405), .unreadable:
            self.init(
                .otherProtocol, "what answers there speaks no ONVIF (\(trouble.text)); check the port and switch ONVIF on")
        case .status(503): self.init(.busy, "the camera has no time now (HTTP 503); try again later")
        case .status(let status): self.init(.unsupported, "the camera cannot do this (HTTP \(status))")
        case .fault(let fault): self.init(.unsupported, "the camera cannot do this: \(fault.text)")
        }
    }
}
