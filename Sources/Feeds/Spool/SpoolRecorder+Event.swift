import Evidence
import Model
import Platform

extension SpoolRecorder {
    /// The event of one recording in the evidence store; a repeat of the same file gives the same id.
    func event(
        path: String, name: RecordingName, header: WAVHeader, stored: EvidenceStore.Stored, received: Timestamp
    ) -> Event {
        let fileName = Files.name(of: path)
        var recording = RecordingFile(
            device: self.name, fileName: fileName, sha256: stored.sha256, bytes: stored.bytes, format: header.format)
        recording.note = header.note
        recording.seconds = header.seconds
        recording.channels = header.channels
        recording.sampleRate = header.sampleRate
        recording.callID = name.callID
        recording.caller = name.caller
        recording.callee = name.callee
        recording.direction = name.direction
        return Event(
            source: "patrold:/feeds/" + self.name, id: stored.sha256 + "/" + fileName, type: EventType.recordingFile,
            subject: self.name, time: name.time, received: received, data: recording.json.bytes)
    }
}
