import Model

/// One event as a human reads it in the log: time, position, what, where; no personal data.
struct EventLine {
    let language: Language
    /// Class name → Chinese label.
    let classLabels: [String: String]
    /// Channel key → name.
    let channelNames: [String: String]

    func text(_ stored: StoredEvent) -> String {
        let event = stored.event
        let short = event.type.hasPrefix(EventType.prefix) ? String(event.type.dropFirst(EventType.prefix.count)) : event.type
        let time = event.received.text().prefix(19).replacing("T", with: " ")
        let what = event.payload.flatMap { summary(short, $0) } ?? event.subject ?? ""
        return "\(time) #\(stored.position) \(label(short)) \(what)"
    }

    private func text(zh: String, en: String) -> String { language(zh: zh, en: en) }

    private func label(_ type: String) -> String {
        guard language == .zh else { return type }
        if let known = Self.labels[type] { return known }
        if type.hasPrefix("incident."), let action = IncidentAction(rawValue: String(type.dropFirst(9))) {
            return "事件·" + (Self.actions[action] ?? action.rawValue)
        }
        return type.hasPrefix("register.") ? "台账·" + type.dropFirst(9) : type
    }

    private func summary(_ type: String, _ data: JSON) -> String? {
        switch type {
        case "camera.alarm":
            guard let alarm = CameraAlarm(data) else { return nil }
            let name = language == .zh ? classLabels[alarm.alarmClass] ?? alarm.alarmClass : alarm.alarmClass
            let target = alarm.target.map { " " + $0 } ?? ""
            return "\(alarm.device) \(name)\(target) \(state(alarm.state))" + (alarm.repeats.map { " ×\($0 + 1)" } ?? "")
        case "camera.status":
            return CameraStatus(data).map { "\($0.device) \($0.status.rawValue)" }
        case "recording.file":
            return RecordingFile(data).map { file in
                let length = file.seconds.map { " \(Int($0.rounded()))s" } ?? ""
                return "\(file.device) \(file.format)\(length) \(file.bytes)B \(file.sha256.prefix(12))"
            }
        case "complaint.received", "complaint.closed":
            guard let channel = data["channel"]?.string, let number = data["number"]?.string else { return nil }
            let name = language == .zh ? channelNames[channel] ?? channel : channel
            return "\(name) \(number)" + (data["place"]?.string.map { " " + PersonalText.masked($0, PersonalWords(data)) } ?? "")
        case "recording.call":
            return RecordingCall(data).map { call in
                let length = call.talkSeconds.map { " \(Int($0.rounded()))s" } ?? ""
                return "\(call.device) \(PersonalText.replacingNumbers(inName: call.callID) { _ in "***" })\(length)"
            }
        case "patrol.visit":
            guard let visit = PatrolVisit(data) else { return nil }
            let state = visit.state == .done ? text(zh: "已巡", en: "done") : text(zh: "未巡", en: "missed")
            let spot = "\(visit.plan) \(visit.section) \(visit.spot) \(visit.camera)"
            return spot + " \(state)" + (visit.reason.map { ": " + $0 } ?? "")
        case "publication.suggested":
            return PublicationSuggestion(data).map { "\($0.outlet) \($0.published) \($0.title)" }
        case "publication.decided":
            return PublicationDecision(data).map { decision in
                let outcome = PublicationTable.state(decision.outcome == .confirmed ? .confirmed : .dismissed, language)
                return [outcome, decision.number, decision.by, decision.reason.map(PersonalText.masked)].compactMap { $0 }
                    .joined(separator: " ")
            }
        case "evidence.taken":
            return DeviceSnapshot(data).map { "\($0.device) \($0.bytes)B \($0.sha256.prefix(12)) \($0.by)" }
        case "feed.gap":
            return FeedGap(data).map { "\($0.feed) \($0.reason) \($0.state.rawValue)" }
        case "feed.quarantined":
            return "№\(data["number"]?.plainText ?? "") \(data["reason"]?.string ?? "")"
        default:
            if type.hasPrefix("incident."), let incident = IncidentEvent(data) { return line(incident) }
            if let record = RegisterRecord(data) { return "\(record.kind) \(record.id)" }
            return nil
        }
    }

    private func line(_ event: IncidentEvent) -> String {
        var parts = [event.incident]
        if let opening = event.opening {
            let channel = opening.channel.map { language == .zh ? channelNames[$0] ?? $0 : $0 }
            let name = opening.alarmClass.map { language == .zh ? classLabels[$0] ?? $0 : $0 }
            parts += [channel ?? opening.reference, name, opening.place.map(PersonalText.masked)].compactMap { $0 }
        }
        parts += [event.result, event.department, event.reason.map(PersonalText.masked)].compactMap { $0 }
        return parts.joined(separator: " ")
    }

    private func state(_ state: CameraAlarm.State) -> String {
        switch state {
        case .start: language(zh: "开始", en: "start")
        case .pulse: language(zh: "瞬时", en: "pulse")
        case .stop: language(zh: "结束", en: "stop")
        }
    }

    private static let labels = [
        "camera.alarm": "探头报警", "camera.status": "探头状态", "recording.file": "电话录音", "complaint.received": "投诉受理",
        "complaint.closed": "投诉办结", "patrol.visit": "视频巡查", "feed.gap": "信号中断", "feed.quarantined": "无法解析",
        "report.exported": "年报导出", "recording.call": "通话记录", "complaint.updated": "投诉更新",
        "complaint.merged": "投诉合并", "complaint.separated": "撤销合并", "outbox.queued": "待发回复",
        "outbox.tried": "发送结果", "personal.read": "查看个人信息", "publication.suggested": "建议登记报道",
        "publication.decided": "报道登记处理", "evidence.viewed": "证据·查看", "evidence.exported": "证据·导出",
        "evidence.attached": "证据·关联", "evidence.detached": "证据·取消关联", "evidence.transcribed": "证据·文字记录",
        "evidence.held": "证据·封存", "evidence.released": "证据·解除封存", "evidence.damaged": "证据·损坏",
        "evidence.scrubbed": "证据·例行核验", "evidence.taken": "证据·调取图像",
    ]

    private static let actions: [IncidentAction: String] = [
        .opened: "上报", .sighted: "再次发现", .verify: "核实", .file: "立案", .reject: "不予受理", .dispatch: "派遣",
        .reportBack: "处理反馈", .check: "核查", .close: "结案", .overdue: "超时", .note: "备注",
    ]
}
