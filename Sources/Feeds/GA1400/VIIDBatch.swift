import Model

/// What one body comes to: the sights to deliver, the bytes for quarantine, and what each object is answered with once
/// all of that is durable.
struct VIIDBatch: Sendable {
    var sightings: [AlarmSighting] = []
    var entries: [VIIDAnswer.Entry] = []
    var unreadable: [(bytes: [UInt8], reason: String)] = []
    /// Set where the body could not be read as a whole; then it alone is the answer.
    var failure: VIIDAnswer.Entry?
    /// What this body adds to the device's tally.
    var tally = GA1400Tally()

    /// A body that is unreadable as a whole.
    static func unreadable(_ code: VIIDAnswer.Code, _ reason: String, _ bytes: [UInt8]) -> VIIDBatch {
        var batch = VIIDBatch()
        batch.unreadable = [(bytes, reason)]
        batch.failure = VIIDAnswer.Entry(id: "", code: code, sentence: reason)
        return batch
    }
}
