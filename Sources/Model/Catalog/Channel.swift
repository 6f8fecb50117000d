/// One complaint channel of the versioned channel list (`channels.yaml`).
package struct Channel: Hashable, Sendable {
    /// Stable key used in events and tallies.
    package var key: String
    /// The name as the report prints it.
    package var name: String
    /// Other spellings that import files use for it.
    package var aliases: [String]
    /// Whether a complaint of this channel is verified on site before it may be filed.
    package var verifyFirst: Bool
    /// Until when a complaint has to be closed; nothing where the channel sets no limit.
    package var limit: Limit?
    /// How its complaints come in; files and typing in by hand are open to every channel.
    package var feed: Feed
    /// How often its server is asked where the connection does not say; nothing means every minute.
    package var every: Span?
    /// How a closing is told to it.
    package var reply: Reply

    package init(
        key: String, name: String, aliases: [String] = [], verifyFirst: Bool = true, limit: Limit? = nil, feed: Feed = .hand,
        reply: Reply = .none
    ) {
        self.key = key
        self.name = name
        self.aliases = aliases
        self.verifyFirst = verifyFirst
        self.limit = limit
        self.feed = feed
        self.reply = reply
    }

    /// Name of the feed that fetches this channel's complaints, `channel-<key>`; it shares one space with cameras and
    /// recorders.
    package var feedName: String { "channel-" + key }

    /// The source of every event about this channel's complaints, whichever way they came.
    package var source: String { "patrold:/channels/" + key }
}

extension Channel {
    /// A statutory limit in the field's own units, counted from the acceptance; the calendar makes a moment of it.
    package struct Limit: Hashable, Sendable {
        /// The units in which limits are set (GB/T 30428.8, 信访, 提案).
        package enum Unit: String, Hashable, Sendable, CaseIterable {
            case urgentHour = "urgent-hour"
            case workHour = "work-hour"
            case workDay = "work-day"
            case naturalDay = "natural-day"
            case month
        }

        package var count: Int
        package var unit: Unit
        /// Where the limit is written, for the page that shows it.
        package var basis: String?

        package init(_ count: Int, _ unit: Unit, basis: String? = nil) {
            self.count = count
            self.unit = unit
            self.basis = basis
        }
    }

    /// How complaints come in.
    package enum Feed: Hashable, Sendable {
        /// An HTTP interface that answers JSON is asked again and again.
        case rest(REST)
        /// The same with Open311 GeoReport v2.
        case open311(Open311)
        /// RSS or Atom.
        case syndication(Syndication)
        /// A mailbox, with tables attached or the complaint in the text.
        case mail(Mail)
        /// Files in the watched folder.
        case folder
        /// Typed in only.
        case hand

        /// The words of `feed.by`.
        package enum Way: String, Hashable, Sendable, CaseIterable {
            case rest, open311, syndication, mail, folder, hand
        }

        package var way: Way {
            switch self {
            case .rest: .rest
            case .open311: .open311
            case .syndication: .syndication
            case .mail: .mail
            case .folder: .folder
            case .hand: .hand
            }
        }

        /// Whether there is a server that a connection of the settings names.
        package var isConnected: Bool { ![.folder, .hand].contains(way) }
    }

    /// How a closing is told to the channel.
    package enum Reply: Hashable, Sendable {
        case rest(RESTReply)
        /// The update of Open311 servers: a form to this path below the interface's own.
        case open311(path: String)
        /// A CSV file a closing, in the folder of replies.
        case folder
        case none

        /// The words of `reply.by`.
        package enum Way: String, Hashable, Sendable, CaseIterable {
            case rest, open311, folder, none
        }

        package var way: Way {
            switch self {
            case .rest: .rest
            case .open311: .open311
            case .folder: .folder
            case .none: .none
            }
        }
    }

    /// An RSS or Atom document whose entries are complaints.
    package struct Syndication: Hashable, Sendable {
        /// Of the document, after the connection's address.
        package var path: String
        /// An entry counts where one of these words stands in its title or text; empty means every entry.
        package var keywords: [String]

        package init(path: String = "", keywords: [String] = []) {
            self.path = path
            self.keywords = keywords
        }
    }

    /// A mailbox that a channel writes to.
    package struct Mail: Hashable, Sendable {
        /// What becomes of a mail once all of it is durable here.
        package enum Afterwards: Hashable, Sendable {
            case seen, keep
            /// It goes to this folder of the account.
            case move(String)
        }

        /// The IMAP folder.
        package var mailbox: String
        /// Senders whose mails are read, addresses or `@domain`, in lower case; empty means all.
        package var senders: [String]
        package var afterwards: Afterwards

        package init(mailbox: String = "INBOX", senders: [String] = [], afterwards: Afterwards = .seen) {
            self.mailbox = mailbox
            self.senders = senders
            self.afterwards = afterwards
        }
    }

    /// An interface of Open311 GeoReport v2 that we ask.
    package struct Open311: Hashable, Sendable {
        /// By which time the server lets us ask.
        package enum Window: String, Hashable, Sendable, CaseIterable {
            /// `updated_after` and `updated_before`, which many servers add.
            case updated
            /// `start_date` and `end_date` of the specification: the time of the request; closings are found by reading
            /// the last 90 days again now and then.
            case requested
        }

        /// After the connection's address, before `requests.json`.
        package var path: String
        package var jurisdiction: String?
        package var window: Window
        /// Service code or service name → 大类+小类.
        package var categories: [String: String]
        package var overlap: Span

        package init(
            path: String = "", jurisdiction: String? = nil, window: Window = .updated, categories: [String: String] = [:],
            overlap: Span = .minutes(10)
        ) {
            self.path = path
            self.jurisdiction = jurisdiction
            self.window = window
            self.categories = categories
            self.overlap = overlap
        }
    }
}
