import Crypto
import Model
import Platform

/// A request that waits for its answer.
struct GB28181Sending {
    var bytes: [UInt8]
    var method: String
    var interval: Span
    var age = Span.zero
    /// The alarm's number, where it is one.
    var alarm: Int?
    /// Done again as a new request when nobody answered.
    var repeated: (@Sendable (GB28181Device) -> Void)?
}

/// An alarm with what the device gave it when it began.
struct RaisedAlarm: Sendable {
    var alarm: SimGB28181Alarm
    var number: Int
    var time: String
}

// What the device says of itself.
extension GB28181Device {
    /// Begins a request; the caller adds what is its own.
    func request(_ method: String, callID: String? = nil, toTag: String? = nil, fromTag: String? = nil) -> SimSIP {
        sequence += 1
        let realm = settings.platformCode.prefix(10)
        let here = "127.0.0.1:\(wire?.port ?? 0)"
        var message = SimSIP("\(method) sip:\(settings.platformCode)@\(realm) SIP/2.0")
        message.add("Via", "SIP/2.0/\(settings.transport.rawValue) \(here);rport;branch=z9hG4bK\(digits())")
        let from = Array("<sip:\(settings.code)@\(realm)>;tag=\(fromTag ?? digits())".utf8)
        message.headers.append(("From", settings.displayName.isEmpty ? from : settings.displayName + [0x20] + from))
        let user = method == "REGISTER" ? settings.code : settings.platformCode
        message.add("To", "<sip:\(user)@\(realm)>" + (toTag.map { ";tag=" + $0 } ?? ""))
        message.add("Call-ID", callID ?? (method == "REGISTER" ? self.callID : digits() + "@127.0.0.1"))
        message.add("CSeq", "\(sequence) \(method)")
        message.add("Max-Forwards", "70")
        return message
    }

    func digits() -> String { String(random.next(), radix: 16) }

    /// Sends until there is an answer.
    func send(
        _ message: SimSIP, alarm: Int? = nil, repeated: (@Sendable (GB28181Device) -> Void)? = nil
    ) {
        guard !has(.stalled), let branch = message.branch else { return }
        wire?.pieces = has(.smallPieces) ? 37 : nil
        let bytes = message.bytes(style)
        pending[branch] = GB28181Sending(
            bytes: bytes, method: message.method, interval: settings.t1, alarm: alarm, repeated: repeated)
        wire?.send(bytes)
        scheduleRepeat(branch)
    }

    private func scheduleRepeat(_ branch: String) {
        guard let waiting = pending[branch] else { return }
        again(after: waiting.interval) { device in
            guard var waiting = device.pending[branch] else { return }
            waiting.age = Span(microseconds: waiting.age.microseconds + waiting.interval.microseconds)
            guard waiting.age.microseconds < device.settings.t1.microseconds * 64 else {
                device.pending[branch] = nil
                waiting.repeated?(device)
                return
            }
            waiting.interval = Span(
                microseconds: min(waiting.interval.microseconds * 2, device.settings.t1.microseconds * 8))
            device.pending[branch] = waiting
            if device.settings.transport == .udp, !device.has(.stalled) {
                device.seen.withLock { $0.repeats += 1 }
                device.wire?.send(waiting.bytes)
            }
            device.scheduleRepeat(branch)
        }
    }

    func sendKeepalive() {
        var message = request("MESSAGE")
        document("Notify", "Keepalive", "<Status>OK</Status>", into: &message)
        send(message)
    }

    func send(_ alarm: SimGB28181Alarm) {
        if has(.garbage) { wire?.send(Array("\u{1}\u{2}garbage that is no SIP\r\n\r\n".utf8)) }
        alarms += 1
        let raised = RaisedAlarm(alarm: alarm, number: alarms, time: time())
        last = raised
        send(raised)
    }

    /// An alarm's number and time stay, however often it is sent.
    func send(_ raised: RaisedAlarm) {
        let alarm = raised.alarm
        let isDialog = alarm.way == .notifyInDialog
        var message = request(
            alarm.way == .message ? "MESSAGE" : "NOTIFY", callID: isDialog ? dialog?.callID : nil,
            toTag: isDialog ? SimSIP.parameter("tag", in: dialog?.platform) : nil, fromTag: isDialog ? dialog?.ourTag : nil)
        if alarm.way != .message {
            message.add("Event", "presence")
            message.add("Subscription-State", "active;expires=3600")
        }
        document("Notify", "Alarm", alarm.elements(at: raised.time), number: raised.number, alarm.source, into: &message)
        send(message, alarm: raised.number) { $0.send(raised) }
    }

    /// Civil time without a zone.
    private func time() -> String {
        let now = Timestamp(microseconds: SystemClock.realtimeMicroseconds())
        let told = has(.year2000) ? Timestamp(seconds: 946_656_000 + now.microseconds / 1_000_000 % 60) : now
        return String(told.text(in: .shanghai).prefix(19))
    }

    /// Puts a document into a message, in the encoding and under the label that the faults say.
    func document(
        _ root: String, _ command: String, _ elements: String, number: Int? = nil, _ source: String? = nil,
        into message: inout SimSIP
    ) {
        if number == nil { serial += 1 }
        let label = has(.gb18030LabelledUTF8) ? "UTF-8" : "GB2312"
        let text =
            "<?xml version=\"1.0\" encoding=\"\(label)\"?>\r\n<\(root)>\r\n<CmdType>\(command)</CmdType>\r\n"
            + "<SN>\(number ?? serial)</SN>\r\n<DeviceID>\(source ?? settings.code)</DeviceID>\r\n\(elements)\r\n</\(root)>\r\n"
        message.add("Content-Type", "Application/MANSCDP+xml")
        message.body = has(.utf8LabelledGB2312) ? Array(text.utf8) : GB18030.bytes(text) ?? Array(text.utf8)
    }
}

extension SimGB28181Alarm {
    func elements(at time: String) -> String {
        var text = "<AlarmPriority>\(priority)</AlarmPriority>"
        if let method { text += "<AlarmMethod>\(method)</AlarmMethod>" }
        if hasTime { text += "<AlarmTime>\(time)</AlarmTime>" }
        if !description.isEmpty { text += "<AlarmDescription>\(description)</AlarmDescription>" }
        let event = eventType.map { "<AlarmTypeParam><EventType>\($0)</EventType></AlarmTypeParam>" } ?? ""
        let typed = "<AlarmType>\(type)</AlarmType>"
        return switch place {
        case .info: text + "<Info>\(typed)\(event)</Info>"
        case .lowerInfo: text + "<info>\(typed)\(event)</info>"
        case .top: text + typed
        case .nowhere: text
        }
    }
}
