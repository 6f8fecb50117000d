import Model

// What we send to the device.
extension GB28181Session {
    /// Operators do not wait as long as SIP would.
    private static let orderLimit = Span.seconds(12)

    /// Sends a document and tells what SIP says to it.
    func send(_ body: [UInt8], _ done: @escaping @Sendable (DeviceProblem?) -> Void) {
        guard let platform, let registration, isRegistered(at: platform.clock.uptime()) else {
            done(
                DeviceProblem(
                    .unreachable,
                    "the device \(device.code) is not registered; check its SIP server address, its code and its password"))
            return
        }
        var request = platform.request("MESSAGE", to: device.code, at: registration.peer)
        request.headers.append(SIPHeader("content-type", "Application/MANSCDP+xml"))
        request.body = body
        platform.endpoint.request(request, to: registration.peer, limit: Self.orderLimit) { [code = device.code] outcome in
            done(Self.problem(outcome, code))
        }
    }

    /// Asks and collects the answer.
    ///
    /// - Parameter limit: how long all of it may take.
    func ask(
        _ command: String, of code: GB28181Code? = nil, more: String = "", limit: Span = .seconds(60), _ told: @escaping Asked
    ) {
        guard let feed else { return told(.failure(DeviceProblem(.unreachable, "the feed has ended"))) }
        let serial = nextSerial()
        asked[serial] = told
        questions.ask(command, serial: serial, limit: limit, at: feed.moment().uptime)
        send(GB28181Orders.query(command, serial: serial, of: code ?? device.code, more: more)) { [weak self] problem in
            guard let self else { return }
            guard let problem else {
                questions.taken(serial, at: feed.moment().uptime)
                return feed.settle()
            }
            questions.cancel(serial)
            asked.removeValue(forKey: serial)?(.failure(problem))
        }
        feed.settle()
    }

    private static func problem(_ outcome: SIPOutcome, _ code: GB28181Code) -> DeviceProblem? {
        switch outcome {
        case .answered(let answer):
            guard let status = answer.status, status >= 300 else { return nil }
            return DeviceProblem(.refused, "the device \(code) refuses (SIP \(status)); check what it permits its platform")
        case .timeout:
            return DeviceProblem(.unreachable, "the device \(code) does not answer; check its network and whether it runs")
        case .unreachable:
            return DeviceProblem(.unreachable, "the connection to the device \(code) is gone; it has to register again")
        }
    }
}

// What follows a registration.
extension GB28181Session {
    private static let surveyInterval = Span.minutes(10)

    /// Arms the device, subscribes to its alarms and asks what it is, one after the other.
    ///
    /// - Parameter isNew: whether the device began anew; a mere refresh asks for its facts only now and then.
    func bringUp(isNew: Bool) {
        round += 1
        let round = round
        // A device that began anew knows no subscription.
        if isNew { subscription = nil }
        let now = feed?.moment().uptime ?? .zero
        let surveys = isNew || surveyed.map { now - $0 >= Self.surveyInterval } ?? true
        if surveys { surveyed = now }
        send(GB28181Orders.control(serial: nextSerial(), of: device.code, GB28181Orders.setGuard)) { [weak self] _ in
            guard let self, self.round == round else { return }
            subscribe { [weak self] in
                guard let self, self.round == round, surveys else { return }
                survey(["Catalog", "DeviceInfo", "DeviceStatus"], round)
            }
        }
    }

    private func survey(_ commands: [String], _ round: Int) {
        guard self.round == round, let command = commands.first else { return }
        ask(command) { [weak self] result in
            guard let self else { return }
            if case .success(let answer) = result { learn(command, answer) }
            survey(Array(commands.dropFirst()), round)
        }
    }

    private func learn(_ command: String, _ answer: GB28181Answer) {
        switch command {
        case "Catalog": channels = answer.items
        case "DeviceInfo": information = answer.root
        case "DeviceStatus":
            guard let feed, let time = answer.root.value("DeviceTime").flatMap({ Timestamp($0, assuming: device.zone) })
            else { return }
            let now = feed.moment()
            feed.readClock(time - now.time, at: now)
        default: break
        }
    }
}
