import Model

/// What a reader may ask of a ledger, whichever engine holds it.
///
/// Contract: `snapshot` gives one consistent state; all answers within it belong to its `position`. Rows come in
/// a fixed order (by time, then identity), so that two reads of one position give the same bytes.
package protocol LedgerReading: Sendable {
    func snapshot<Value>(_ body: (any LedgerSnapshot) throws -> Value) throws -> Value
}

/// One consistent state of the ledger.
package protocol LedgerSnapshot {
    /// The last journal position that can touch a figure; the report names it.
    var position: Position { get }

    /// The records of a register as they stand, voided ones left out, by the counting day and then id.
    func records(of kind: String) throws -> [LedgerRecord]

    /// The running counts of that name and year.
    ///
    /// - `complaint.accepted`: by month (`2021-03`), channel, category (or empty).
    /// - `complaint.closed`: `year` is that of acceptance; by closing day (`2021-03-05`), channel, empty.
    /// - `incident.opened`: by month, origin (`camera`, `feed`, `patrol` or a channel's key), category or alarm class.
    /// - `recording.received`: by month, device, empty.
    /// - `patrol.done`, `patrol.missed`: by the day on which the round was due (`2021-03-05`), plan, road section.
    func tallies(_ name: String, year: Int) throws -> [Tally]

    /// Walks the complaints accepted in `from..<until`, by acceptance, channel and number.
    func forEachComplaint(from: Timestamp, until: Timestamp, _ body: (ComplaintView) throws -> Void) throws

    /// How many of the complaints accepted in `from..<until` were refused afterwards (不予受理): by month of acceptance
    /// (`2021-03`) and channel. They count as accepted all the same.
    func refusedComplaints(from: Timestamp, until: Timestamp) throws -> [Tally]

    /// The cameras that have ever been heard, by name.
    func cameras() throws -> [CameraRow]

    /// The gaps that overlap `from..<until`, by start and feed.
    func gaps(from: Timestamp, until: Timestamp) throws -> [GapRow]
}

/// Where in the journal a fact stands, and its leaf hash (32 bytes).
package struct EventReference: Hashable, Sendable {
    package let position: Position
    package let leaf: [UInt8]

    package init(position: Position, leaf: [UInt8]) {
        self.position = position
        self.leaf = leaf
    }
}

/// A register's record as it stands, with every event that made it so, oldest first.
package struct LedgerRecord: Hashable, Sendable {
    package let record: RegisterRecord
    package let events: [EventReference]

    package init(record: RegisterRecord, events: [EventReference]) {
        self.record = record
        self.events = events
    }
}

/// One running count.
package struct Tally: Hashable, Sendable {
    package let keys: [String]
    package let count: Int

    package init(keys: [String], count: Int) {
        self.keys = keys
        self.count = count
    }
}

/// A complaint as it stands; the buffers are valid only during the call that lends them.
package struct ComplaintView {
    package let channel: UnsafeBufferPointer<UInt8>
    package let number: UnsafeBufferPointer<UInt8>
    package let accepted: Timestamp
    package let acceptedPosition: Position
    /// 32 bytes.
    package let acceptedLeaf: UnsafeBufferPointer<UInt8>
    /// When it was closed, with the event that says so; nothing while it is open.
    package let closed: Timestamp?
    package let closedPosition: Position
    package let closedLeaf: UnsafeBufferPointer<UInt8>

    package init(
        channel: UnsafeBufferPointer<UInt8>, number: UnsafeBufferPointer<UInt8>, accepted: Timestamp,
        acceptedPosition: Position, acceptedLeaf: UnsafeBufferPointer<UInt8>, closed: Timestamp?,
        closedPosition: Position, closedLeaf: UnsafeBufferPointer<UInt8>
    ) {
        self.channel = channel
        self.number = number
        self.accepted = accepted
        self.acceptedPosition = acceptedPosition
        self.acceptedLeaf = acceptedLeaf
        self.closed = closed
        self.closedPosition = closedPosition
        self.closedLeaf = closedLeaf
    }
}

/// A camera, and the event that first showed it alive.
package struct CameraRow: Hashable, Sendable {
    package let device: String
    package let since: Timestamp
    package let event: EventReference

    package init(device: String, since: Timestamp, event: EventReference) {
        self.device = device
        self.since = since
        self.event = event
    }
}

/// Minutes in which a feed was blind; `until` is nothing while it still is.
package struct GapRow: Hashable, Sendable {
    package let feed: String
    package let from: Timestamp
    package let until: Timestamp?
    package let reason: String
    package let events: [EventReference]

    package init(feed: String, from: Timestamp, until: Timestamp?, reason: String, events: [EventReference]) {
        self.feed = feed
        self.from = from
        self.until = until
        self.reason = reason
        self.events = events
    }
}
