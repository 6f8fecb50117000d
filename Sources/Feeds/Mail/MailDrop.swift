import Model

/// A mailbox into which a channel's mails are dropped, as configured.
package struct MailDrop: Sendable {
    /// What becomes of a mail in the mailbox once all of it is durable here.
    package enum Afterwards: Hashable, Sendable {
        /// It is marked as read.
        case seen
        /// It goes to this folder of the account, which is made where it is absent.
        case move(String)
        /// It stays as it was.
        case keep
    }

    /// Takes the rows of a CSV or XLSX attachment: its bytes, its file name, and when the mail was fetched.
    ///
    /// What cannot be read must be among the arrivals as unreadable, so that nothing is lost. May block.
    package typealias ImportFile = @Sendable (_ bytes: [UInt8], _ name: String, _ received: Timestamp) -> [Arrival]

    /// Name of the feed.
    package var name: String
    /// `imaps://HOST[:PORT]`, or `imap://` for STARTTLS, with user and password.
    package var address: DeviceAddress
    /// Lets `imap://` go without encryption: everybody on the way sees the password and the mails.
    package var permitsPlain = false
    package var mailbox = "INBOX"
    /// Key of the channel whose complaints the mails are.
    package var channel: String
    /// Who may drop mails, such as `clerk@example.cn` or `@example.cn`; empty means everybody.
    ///
    /// A `From` is easily forged: this keeps stray mail out, not an attacker.
    package var senders: [String] = []
    /// Endings of attachments that are tables, in lower case with their dot.
    package var tables = [".csv", ".xlsx"]
    package var afterwards = Afterwards.seen
    /// Longest mail that is fetched, in bytes.
    package var sizeLimit = 25 << 20
    package var every = Span.minutes(5)
    /// File in which it is kept how far it has come; nothing means in memory.
    package var mark: String?

    package init(name: String, address: DeviceAddress, channel: String) {
        self.name = name
        self.address = address
        self.channel = channel
    }

    package var source: String { "patrold:/feeds/" + name }

    /// The feed that visits it.
    package func feed(
        in surroundings: FeedSurroundings, lookEvery: Span = .seconds(1), importFile: @escaping ImportFile
    ) -> PeriodicFeed {
        feed(
            PeriodicProfile(name: name, adapter: "mail", every: every), in: surroundings, lookEvery: lookEvery,
            importFile: importFile)
    }

    /// The same with pauses of the caller's choice.
    package func feed(
        _ profile: PeriodicProfile, in surroundings: FeedSurroundings, lookEvery: Span = .seconds(1),
        importFile: @escaping ImportFile
    ) -> PeriodicFeed {
        PeriodicFeed(
            profile, source: MailSource(self, importFile: importFile), in: surroundings, lookEvery: lookEvery)
    }

    /// Reads a quarantined mail again, with the senders as they are configured now; the entry itself where it is still
    /// not acceptable.
    package func replay(_ unreadable: Unreadable, received: Timestamp, importFile: ImportFile) -> [Arrival] {
        let arrivals = MailReading(drop: self).read(
            unreadable.bytes, arrived: unreadable.received, received: received, importFile: importFile)
        if case .unreadable? = arrivals.first, arrivals.count == 1 { return [.unreadable(unreadable)] }
        return arrivals
    }
}
