import Model

/// The metadata of a recording session (SIPREC, RFC 7865) as a record of a call.
///
/// Recording servers drop it beside the sound under the same name. Identity is the communication session's, the sides
/// are the participants in the order in which they joined, the talk lasts from the session's start to its end.
enum SIPRECMetadata {
    private static let namespace = Array("urn:ietf:params:xml:ns:recording:1".utf8)

    /// Nothing where the bytes are no such document, or one that names no session.
    ///
    /// - Parameter fileName: of the sound.
    static func call(_ bytes: [UInt8], device: String, fileName: String?) -> RecordingCall? {
        guard isNamed(bytes), let root = try? XMLElement(parsing: bytes), root.name == "recording",
            let session = root["session"], let identity = session.attribute("session_id") ?? session.attribute("id")
        else { return nil }
        var call = RecordingCall(device: device, callID: CallMaker.identity(identity))
        guard !call.callID.isEmpty else { return nil }
        call.start = (session["start-time"]?.text ?? joined(root).first?.time).flatMap(CallTime.text)
        call.talkSeconds = CallTime.between(call.start, (session["stop-time"]?.text).flatMap(CallTime.text))
        call.answered = true
        call.status = root["datamode"]?.text.lowercased()
        call.fileName = fileName
        takeSides(root, &call)
        return call
    }

    private static func isNamed(_ bytes: [UInt8]) -> Bool {
        // The namespace stands in the root element; a document without it is another's.
        let head = bytes.prefix(4096)
        return head.indices.contains { head[$0] == namespace[0] && head[$0...].starts(with: namespace) }
    }

    private static func takeSides(_ root: XMLElement, _ call: inout RecordingCall) {
        var names: [String: String] = [:]
        var order: [String] = []
        for participant in root.children.prefix(1000) where participant.name == "participant" {
            let identity = participant.attribute("participant_id") ?? participant.attribute("id") ?? String(order.count)
            guard let aor = participant["nameID"]?.attribute("aor") else { continue }
            if names.updateValue(number(aor), forKey: identity) == nil { order.append(identity) }
        }
        let joinedFirst = joined(root).map(\.participant).filter { names[$0] != nil }
        let sides = unique(joinedFirst + order).compactMap { names[$0] }
        call.caller = sides.first
        call.callee = sides.count > 1 ? sides[1] : nil
        let labels = root.children.filter { $0.name == "stream" }.compactMap { $0["label"]?.text }.filter { !$0.isEmpty }
        var notes: [String] = []
        if sides.count > 2 { notes.append("\(sides.count) took part; the first two are named") }
        if !labels.isEmpty { notes.append("streams labelled " + labels.prefix(8).joined(separator: ", ").beginning(200)) }
        call.note = notes.isEmpty ? nil : notes.joined(separator: "; ")
    }

    /// Participants with the moment at which they joined, earliest first where the moments are told.
    private static func joined(_ root: XMLElement) -> [(participant: String, time: String?)] {
        let assocs = root.children.filter { $0.name == "participantsessionassoc" }.prefix(1000)
        let all = assocs.enumerated().map { index, assoc in
            (assoc.attribute("participant_id") ?? "", assoc["associate-time"]?.text, index)
        }
        func moment(_ text: String?) -> Timestamp { text.flatMap { Timestamp($0) } ?? Timestamp(microseconds: .max) }
        return all.sorted { (moment($0.1), $0.2) < (moment($1.1), $1.2) }.map { ($0.0, $0.1) }
    }

    private static func unique(_ words: [String]) -> [String] {
        var seen: Set<String> = []
        return words.filter { seen.insert($0).inserted }
    }

    /// `sip:1001@pbx.example;user=phone`, `tel:+8613…`: what stands between scheme and host.
    private static func number(_ aor: String) -> String {
        let rest = aor.firstIndex(of: ":").map { aor[aor.index(after: $0)...] } ?? aor[...]
        return String(rest.prefix { $0 != "@" && $0 != ";" && $0 != "?" }).beginning(64)
    }
}
