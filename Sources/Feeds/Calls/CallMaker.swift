import Model

/// Makes of a record's values what they mean.
struct CallMaker {
    let device: String
    let spellings: CallSpellings

    /// - Throws: `CallReadingError` where neither the call nor its start can be told.
    func call(_ values: CallValues) throws(CallReadingError) -> RecordingCall {
        let start = values.first(.start, spellings, CallTime.text)
        let answer = values.first(.answer, spellings, CallTime.text)
        let end = values.first(.end, spellings, CallTime.text)
        var call = RecordingCall(device: device, callID: "")
        call.start = start ?? answer
        call.caller = values.first(.caller, spellings, Self.number)
        call.callee = values.first(.callee, spellings, Self.number)
        call.direction = values.first(.direction, spellings) { spellings.directions[CallSpellings.fold($0)] }
        call.status = values.first(.status, spellings).map { Self.short($0) }
        call.fileName = values.first(.fileName, spellings, Self.fileName)
        call.trunk = values.first(.trunk, spellings).map { Self.short($0) }
        takeLengths(values, answer: answer, end: end, &call)
        call.answered = isAnswered(call, answer: answer)
        if !call.answered { call.talkSeconds = call.talkSeconds.map { _ in 0 } }
        try identify(values.first(.callID, spellings), &call)
        return call
    }

    private func takeLengths(_ values: CallValues, answer: String?, end: String?, _ call: inout RecordingCall) {
        let total = values.first(.total, spellings, CallTime.seconds) ?? CallTime.between(call.start, end)
        call.ringSeconds = values.first(.ring, spellings, CallTime.seconds) ?? CallTime.between(call.start, answer)
        call.talkSeconds = values.first(.talk, spellings, CallTime.seconds) ?? CallTime.between(answer, end)
        if call.talkSeconds == nil, let total {
            call.talkSeconds = total - (call.ringSeconds.map { min($0, total) } ?? 0)
            if call.ringSeconds == nil { call.note = "the device tells one length only; it is taken for the talk" }
        } else if call.ringSeconds == nil, let total, let talk = call.talkSeconds, total >= talk {
            call.ringSeconds = ((total - talk) * 1000).rounded() / 1000
        }
    }

    private func isAnswered(_ call: RecordingCall, answer: String?) -> Bool {
        if let word = call.status.map(CallSpellings.fold) {
            if spellings.answered.contains(word) { return true }
            if spellings.unanswered.contains(word) { return false }
        }
        return answer != nil || (call.talkSeconds ?? 0) > 0
    }

    private func identify(_ own: String?, _ call: inout RecordingCall) throws(CallReadingError) {
        if let own {
            call.callID = Self.identity(own)
        }
        guard call.callID.isEmpty else { return }
        guard let start = call.start else {
            throw CallReadingError(reason: "the record names neither the call nor its start")
        }
        let text = [device, start, call.caller ?? "", call.callee ?? ""].joined(separator: "\n")
        call.callID = "derived-" + CallEvents.digest(Array(text.utf8))
    }

    /// A number without the name before it (`"Li" <1001>`, `Li<1001>`); nothing where the line did not show it.
    private static func number(_ raw: String) -> String? {
        var text = raw[...]
        if raw.hasSuffix(">"), let open = raw.lastIndex(of: "<") { text = raw[raw.index(after: open)...].dropLast() }
        let plain = text.filter { !$0.isWhitespace && $0 != "\"" }
        let hidden = ["", "0", "p", "s", "unknown", "<unknown>", "anonymous", "private", "unavailable"]
        return hidden.contains(plain.lowercased()) ? nil : String(plain).beginning(64)
    }

    /// The last part of a path or address.
    private static func fileName(_ raw: String) -> String? {
        let path = raw.prefix { $0 != "?" && $0 != "#" }
        let name = path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map { String($0) } ?? ""
        return name.isEmpty || name.utf8.count > 255 ? nil : name
    }

    private static func short(_ text: String) -> String { text.beginning(100) }

    /// Identities end up in event ids and subjects: no blanks, no control characters, at most 200 characters.
    static func identity(_ text: String) -> String {
        let plain = text.unicodeScalars.filter { $0.value > 0x20 && $0.value != 0x7F }
        return String(String.UnicodeScalarView(plain)).beginning(200)
    }
}

extension String {
    /// So many Unicode scalars of the beginning: what looks like one character may be long without end.
    func beginning(_ count: Int) -> String { String(String.UnicodeScalarView(unicodeScalars.prefix(count))) }
}
