import Model
import Platform

/// Visits a mailbox: every mail that is new is fetched, becomes durable, is remembered, and only then marked or moved.
///
/// How far it has come is the mailbox's UIDVALIDITY and the last UID (RFC 3501 §2.3.1.1), never a flag: people may read
/// the mailbox too.
actor MailSource: PeriodicSource {
    private static let importing = BlockingQueue(label: "patrold.feeds.mail.import", qos: .utility)

    private let drop: MailDrop
    private let reading: MailReading
    private let importFile: MailDrop.ImportFile
    private let file: MarkFile
    private var mark = MailMark()
    private var isRestored = false
    /// Why a mail could not be marked or moved in this visit.
    private var unfinishable: (any Error)?
    /// Failed attempts at single mails.
    private var failures: [UInt32: Int] = [:]

    init(_ drop: MailDrop, importFile: @escaping MailDrop.ImportFile) {
        self.drop = drop
        self.importFile = importFile
        reading = MailReading(drop: drop)
        file = MarkFile(path: drop.mark)
    }

    func visit(_ desk: PeriodicDesk) async throws -> PeriodicVisit {
        if !isRestored {
            mark = await file.load().flatMap { MailMark($0) } ?? MailMark()
            isRestored = true
        }
        // A connection of its own, so that it is closed between the visits.
        let mailbox = IMAPMailbox(drop: drop, multi: CurlMulti(label: "patrold.feeds.mail", maxHostConnections: 1))
        let state = try await mailbox.state()
        if mark.validity != state.validity { mark = MailMark(validity: state.validity) }
        unfinishable = nil
        await finish(mailbox)
        var count = 0
        let (first, overflows) = mark.last.addingReportingOverflow(1)
        if !overflows, state.next > first {
            for entry in try await mailbox.list(from: first, validity: mark.validity) {
                try Task.checkCancellation()
                try await take(entry, mailbox, desk)
                count += 1
            }
        }
        if let unfinishable { throw unfinishable }
        return PeriodicVisit(detail: count == 0 ? "no new mail" : "\(count) new mails")
    }

    private func take(_ entry: IMAPMailbox.Entry, _ mailbox: IMAPMailbox, _ desk: PeriodicDesk) async throws {
        let (arrivals, isWhole) = try await arrivals(entry, mailbox, desk)
        try await desk.hand(arrivals)
        mark.last = entry.uid
        // What is not all here stays in the mailbox as it is, for people to read.
        if isWhole, drop.afterwards != .keep, mark.unfinished.count < 10_000 { mark.unfinished.append(entry.uid) }
        failures[entry.uid] = nil
        try await file.save(mark.json)
        await finish(mailbox)
    }

    private func arrivals(
        _ entry: IMAPMailbox.Entry, _ mailbox: IMAPMailbox, _ desk: PeriodicDesk
    ) async throws -> (arrivals: [Arrival], isWhole: Bool) {
        let isTooLong = entry.size > drop.sizeLimit
        let bytes: [UInt8]
        do {
            bytes = try await mailbox.fetch(entry.uid, validity: mark.validity, headerOnly: isTooLong)
            if !entry.isSeen { try await mailbox.mark(entry.uid, seen: false, validity: mark.validity) }
        } catch {
            try Task.checkCancellation()
            // A server that does not answer now says nothing about this mail.
            _ = try await mailbox.state()
            return (try giveUp(entry, error, desk), false)
        }
        let now = desk.clock.now()
        guard !isTooLong else {
            let sentence =
                "the mail is longer than \(drop.sizeLimit >> 20) MiB; only its header is kept here, it stays in the mailbox"
            return ([reading.unreadable(bytes, sentence, now)], false)
        }
        let (reading, importFile) = (reading, importFile)
        let arrivals = try await Self.importing.run {
            reading.read(bytes, arrived: entry.arrived ?? now, received: now, importFile: importFile)
        }
        return (arrivals, true)
    }

    /// One mail that cannot be fetched at the third attempt is passed over, and said so.
    private func giveUp(_ entry: IMAPMailbox.Entry, _ error: any Error, _ desk: PeriodicDesk) throws -> [Arrival] {
        failures[entry.uid, default: 0] += 1
        guard failures[entry.uid, default: 0] >= 3 else { throw error }
        let words = "UID \(entry.uid) of UIDVALIDITY \(mark.validity), \(entry.size) bytes\r\n"
        let sentence = "the mail server does not hand this mail out; read it there"
        return [reading.unreadable(Array(words.utf8), sentence, desk.clock.now())]
    }

    /// Marks or moves what is durable; what cannot be done now is done at the next visit, and keeps no mail waiting.
    private func finish(_ mailbox: IMAPMailbox) async {
        while let uid = mark.unfinished.first, unfinishable == nil {
            do {
                switch drop.afterwards {
                case .seen: try await mailbox.mark(uid, seen: true, validity: mark.validity)
                case .move(let folder): try await mailbox.move(uid, to: folder, validity: mark.validity)
                case .keep: break
                }
                mark.unfinished.removeFirst()
                try await file.save(mark.json)
            } catch {
                unfinishable = error
            }
        }
    }
}

/// How far a mail drop has come.
struct MailMark: Hashable {
    /// 0 before the first visit.
    var validity: UInt32 = 0
    /// The last mail that is durable here.
    var last: UInt32 = 0
    /// Mails that are durable and still to be marked or moved.
    var unfinished: [UInt32] = []

    init(validity: UInt32 = 0) {
        self.validity = validity
    }

    var json: JSON {
        ["validity": .int(validity), "last": .int(last), "unfinished": .array(unfinished.map { .int($0) })]
    }

    init?(_ json: JSON) {
        guard let validity = json["validity"]?.int.flatMap({ UInt32(exactly: $0) }),
            let last = json["last"]?.int.flatMap({ UInt32(exactly: $0) })
        else { return nil }
        self.validity = validity
        self.last = last
        unfinished = json["unfinished"]?.array?.compactMap { $0.int.flatMap { UInt32(exactly: $0) } } ?? []
    }
}
