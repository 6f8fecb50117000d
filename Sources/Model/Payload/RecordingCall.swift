/// The `data` of `cn.patrold.recording.call`: what an exchange or recorder says of one call, whether recorded or not.
///
/// Files and records of one recorder carry the same `device`. The event's id is `call/<callID>/<digest of this data>`: a
/// record sent again is the same event, and one sent again with other content (a longer duration, the file's name) is a
/// further event of the same call. Readers join by (`device`, `callID`); of several, later ones correct earlier ones.
package struct RecordingCall: Hashable, Sendable {
    /// Name of the recorder in the configuration.
    package var device: String
    /// The device's own identity of the call, or one derived from start and numbers where it gives none.
    package var callID: String
    package var direction: RecordingFile.Direction?
    package var caller: String?
    package var callee: String?
    /// The device's clock as read, RFC 3339; `+08:00` where the device named no zone.
    package var start: String?
    /// From the start to the answer, or to the end where nobody answered.
    package var ringSeconds: Double?
    /// From the answer to the end: what a recording of the call should last.
    package var talkSeconds: Double?
    package var answered: Bool
    /// The word of the device, such as `ANSWERED`, `NO ANSWER` or `NORMAL_CLEARING`.
    package var status: String?
    /// Name of the recording without folders.
    package var fileName: String?
    package var trunk: String?
    /// One sentence wherever a figure was not taken as it stood.
    package var note: String?

    package init(device: String, callID: String, answered: Bool = false) {
        self.device = device
        self.callID = callID
        self.answered = answered
    }

    package var json: JSON {
        .object(present: [
            ("device", .string(device)), ("callID", .string(callID)), ("direction", direction.map { .string($0.rawValue) }),
            ("caller", caller.map { .string($0) }), ("callee", callee.map { .string($0) }),
            ("start", start.map { .string($0) }), ("ringSeconds", ringSeconds.map { .number(String($0)) }),
            ("talkSeconds", talkSeconds.map { .number(String($0)) }), ("answered", .bool(answered)),
            ("status", status.map { .string($0) }), ("fileName", fileName.map { .string($0) }),
            ("trunk", trunk.map { .string($0) }), ("note", note.map { .string($0) }),
        ])
    }

    package init?(_ json: JSON) {
        guard let device = json["device"]?.string, let callID = json["callID"]?.string,
            let answered = json["answered"]?.bool
        else { return nil }
        self.init(device: device, callID: callID, answered: answered)
        direction = json["direction"]?.string.flatMap(RecordingFile.Direction.init(rawValue:))
        caller = json["caller"]?.string
        callee = json["callee"]?.string
        start = json["start"]?.string
        ringSeconds = json["ringSeconds"]?.double
        talkSeconds = json["talkSeconds"]?.double
        status = json["status"]?.string
        fileName = json["fileName"]?.string
        trunk = json["trunk"]?.string
        note = json["note"]?.string
    }
}

extension RecordingCall {
    /// Whether a file is this call's recording: the same device, and the same call or the same file name.
    ///
    /// File names are compared without their ending and in any case: a record beside the sound does not know whether
    /// that ends in `.wav` or `.mp3`.
    package func belongs(to file: RecordingFile) -> Bool {
        guard device == file.device else { return false }
        if let theirs = file.callID, theirs == callID { return true }
        guard let fileName else { return false }
        return Self.stem(fileName) == Self.stem(file.fileName)
    }

    private static func stem(_ name: String) -> String {
        let lower = name.lowercased()
        guard let dot = lower.lastIndex(of: "."), dot != lower.startIndex else { return lower }
        return String(lower[..<dot])
    }
}

/// Compares what the exchange says of a call's length with what the recording lasts.
///
/// - Parameter tolerance: the difference that is none.
/// - Returns: seconds by which the file is longer than the talk (negative: shorter), or nothing where it fits or one of
///   the two is not known.
package func durationFits(call: RecordingCall, file: RecordingFile, tolerance: Span = .seconds(2)) -> Double? {
    guard let talk = call.talkSeconds, let seconds = file.seconds else { return nil }
    let difference = ((seconds - talk) * 1000).rounded() / 1000
    return abs(difference) * 1_000_000 > Double(tolerance.microseconds) ? difference : nil
}
