import Model

/// Makes arrivals of a channel's records: complaints, changes, closings, and what could not be read.
package struct ChannelDecoder: Sendable {
    let channel: Channel
    package let definition: Channel.REST
    /// The adapter's word in quarantine, `rest` or `open311`.
    let adapter: String

    /// Nothing where the channel is not asked over HTTP for JSON.
    package init?(_ channel: Channel) {
        switch channel.feed {
        case .rest(let rest): definition = rest
        case .open311(let open311): definition = open311.rest
        default: return nil
        }
        self.channel = channel
        adapter = channel.feed.way.rawValue
    }

    var feedSource: String { "patrold:/feeds/" + channel.feedName }

    /// What records hold.
    struct Decoded {
        /// In the order of the records.
        var arrivals: [Arrival] = []
        /// Changes of complaints of which nothing is remembered; they are changes only where the journal knows some of the
        /// complaints.
        var doubtful: [Arrival] = []
        /// One sentence where any record was not understood.
        var flaw: String?
    }

    /// - Parameter memory: what was told of each number before, and which records are in quarantine already.
    func decode(_ records: [JSON], memory: inout ChannelMemory, received: Timestamp) -> Decoded {
        var decoded = Decoded()
        var flaws: [String] = []
        for (index, record) in records.enumerated() {
            switch ChannelRecord(record, channel: channel.key, definition: definition).outcome {
            case .ignored: continue
            case .unusable(let sentence):
                flaws.append(quarantine(record, index, sentence, &memory, &decoded, received))
            case .reading(let reading):
                take(reading, &memory, &decoded, received)
                if let sentence = reading.flaw {
                    flaws.append(quarantine(record, index, sentence, &memory, &decoded, received))
                }
            }
        }
        let more = flaws.count > 1 ? "; so are \(flaws.count - 1) more" : ""
        decoded.flaw = flaws.first.map { "schema: " + $0 + more }
        return decoded
    }

    private func take(
        _ reading: ChannelRecord.Reading, _ memory: inout ChannelMemory, _ decoded: inout Decoded, _ received: Timestamp
    ) {
        let complaint = reading.complaint
        let now = ChannelMemory.Told(digest: ComplaintEvents.digest(complaint), isClosed: reading.closing != nil)
        let before = memory.told(complaint.number)
        memory.tell(complaint.number, now)
        if before?.digest != now.digest {
            decoded.arrivals.append(.event(complaint.event(received: received)))
            let change = Arrival.event(ComplaintEvents.updated(complaint, updated: reading.updated, at: received))
            if before != nil {
                decoded.arrivals.append(change)
            } else if let updated = reading.updated, updated > complaint.accepted {
                decoded.doubtful.append(change)
            }
        }
        if let closing = reading.closing, before?.isClosed != true {
            decoded.arrivals.append(.event(closing.event(received: received)))
        }
    }

    private func quarantine(
        _ record: JSON, _ index: Int, _ sentence: String, _ memory: inout ChannelMemory, _ decoded: inout Decoded,
        _ received: Timestamp
    ) -> String {
        let place = definition.list.description.isEmpty ? "record \(index)" : "record \(index) of \(definition.list)"
        let reason = "\(place): \(sentence)"
        let bytes = record.bytes
        if memory.isNew(ComplaintEvents.digest(bytes)) {
            decoded.arrivals.append(.unreadable(unreadable(bytes, reason, received)))
        }
        return reason
    }

    func unreadable(_ bytes: [UInt8], _ reason: String, _ received: Timestamp) -> Unreadable {
        Unreadable(
            source: feedSource, adapter: adapter, reason: reason, contentType: "application/json", bytes: bytes,
            received: received)
    }

    /// Reads quarantined bytes again: a whole answer, or one record.
    ///
    /// - Returns: what is in it by this definition; the entry itself where that is still no event.
    package func replay(_ unreadable: Unreadable, received: Timestamp) -> [Arrival] {
        var memory = ChannelMemory()
        let answer = try? ChannelAnswer(unreadable.bytes, definition)
        let records = answer?.records ?? (try? JSON(parsing: unreadable.bytes)).map { [$0] } ?? []
        let arrivals = decode(records, memory: &memory, received: received).arrivals
        let hasEvent = arrivals.contains { if case .event = $0 { true } else { false } }
        return hasEvent ? arrivals : [.unreadable(unreadable)]
    }
}
