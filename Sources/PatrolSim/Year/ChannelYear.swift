import Model
import Platform
import Synchronization

/// The year's complaints and their closings, each on the way by which its channel feeds: two interfaces of REST, GeoReport
/// v2, two web sites, files in a folder, tables in a mailbox; some are typed in by hand, some are posted by a program.
///
/// Nothing happens by itself: `advance` lets the channels know what had happened by then.
package final class ChannelYear: Sendable {
    /// How a complaint comes in.
    package enum Way: String, Hashable, Sendable, CaseIterable {
        case rest, open311, syndication, folder, mail, hand, post
    }

    private struct State {
        /// Everything up to this moment is on its way; nothing before the first advance.
        var reached: Timestamp?
        var mails = 0
        var news = 0
    }

    package let year: DemonstrationYear
    package let servers: ChannelServers
    /// Where files are dropped.
    package let folder: String
    /// The mailbox of the proposals; nothing where no mail server is installed, then their tables go into the folder.
    package let mail: DovecotServer?
    private let state = Mutex(State())

    /// Starts the servers; nothing has happened yet.
    ///
    /// - Parameter folder: takes `channels` and the mail server's files.
    /// - Throws: `SystemError` for a folder or the mail server, the system's error for a port.
    package static func start(folder: String, seed: UInt64 = 2021) async throws -> ChannelYear {
        // The mail server's processes are another user's.
        try Files.makeFolder(folder, mode: 0o755)
        try Files.makeFolder(folder + "/channels")
        var mail: DovecotServer?
        if DovecotServer.missing == nil {
            try Files.makeFolder(folder + "/mail", mode: 0o755)
            mail = try await DovecotServer.start(in: folder + "/mail", tls: true)
        }
        let servers = try await ChannelServers.start(window: 300, step: 200)
        return ChannelYear(DemonstrationYear(seed: seed), servers, folder + "/channels", mail)
    }

    private init(_ year: DemonstrationYear, _ servers: ChannelServers, _ folder: String, _ mail: DovecotServer?) {
        self.year = year
        self.servers = servers
        self.folder = folder
        self.mail = mail
    }

    package func stop() async {
        await servers.stop()
        mail?.kill()
    }

    /// For the configuration.
    package var connections: [SimulatedConnection] {
        guard let mail, let port = mail.tlsPort else { return servers.connections }
        var connection = SimulatedConnection(
            "proposal", url: "imaps://127.0.0.1:\(port)", user: DovecotServer.user, secretKey: "password",
            secret: DovecotServer.password)
        connection.authority = mail.certificate
        return servers.connections + [connection]
    }

    /// The way of a complaint: its channel's, but for every fortieth petition, which is told at the counter, and every
    /// third report of the media, which the television station's own program posts.
    package func way(of complaint: SimComplaint) -> Way {
        let number = Int(complaint.number.suffix(6)) ?? 0
        switch complaint.channel.key {
        case "city-digital", "huanghe-cloud": return .rest
        case "smart-kundulun": return .open311
        case "petition": return number.isMultiple(of: 40) ? .hand : .folder
        case "proposal": return mail == nil ? .folder : .mail
        case "media": return number.isMultiple(of: 3) ? .post : .syndication
        default: return .syndication
        }
    }

    /// What a channel knows anew: a complaint without its closing, or later with it.
    package struct Change: Sendable {
        package var time: Timestamp
        package var complaint: SimComplaint
    }

    /// Acceptances and closings after one moment and up to another, in order of time.
    package func changes(after: Timestamp?, upTo: Timestamp, _ ways: Set<Way>) -> [Change] {
        var changes: [Change] = []
        for complaint in year.complaints where ways.contains(way(of: complaint)) {
            var open = complaint
            open.closed = nil
            open.outcome = ""
            changes.append(Change(time: complaint.accepted, complaint: open))
            if let closed = complaint.closed { changes.append(Change(time: closed, complaint: complaint)) }
        }
        let first = after.map { $0 + Span(microseconds: 1) } ?? Timestamp(seconds: 0)
        return changes.filter { $0.time >= first && $0.time <= upTo }
            .enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }

    /// Lets the channels' servers, folder and mailbox know what had happened by a moment.
    ///
    /// - Returns: what people and programs have to send themselves: complaints that are typed in or posted, and closings of
    ///   what web sites told, which tell of none.
    /// - Throws: `SystemError` where a file cannot be written.
    package func advance(to time: Timestamp) throws -> [Change] {
        let before = state.withLock { state in
            defer { state.reached = time }
            return state.reached
        }
        for change in changes(after: before, upTo: time, [.rest, .open311, .syndication]) {
            let isClosing = change.complaint.closed != nil
            guard !isClosing || servers.tellsClosings(of: change.complaint.channel) else { continue }
            servers.tell(change.complaint, at: change.time)
            if change.complaint.channel.key == "media" { tellOtherNews(at: change.time) }
        }
        for (month, rows) in months(changes(after: before, upTo: time, [.folder])) { try drop(rows, of: month) }
        for (month, rows) in months(changes(after: before, upTo: time, [.mail])) { try send(rows, of: month) }
        return changes(after: before, upTo: time, [.hand, .post, .syndication]).filter { change in
            change.complaint.closed != nil || way(of: change.complaint) != .syndication
        }
    }

    /// The media write about other places too.
    private func tellOtherNews(at time: Timestamp) {
        let count = state.withLock { state in
            state.news += 1
            return state.news
        }
        if count.isMultiple(of: 4) { servers.tellNews("other-\(count)", "东河区一市场整治占道经营", at: time) }
    }

    // MARK: Tables of a month

    /// The last state of each complaint in each month, by month.
    private func months(_ changes: [Change]) -> [(month: String, rows: [SimComplaint])] {
        Dictionary(grouping: changes) { String(Day($0.time, in: .shanghai).description.prefix(7)) }
            .sorted { $0.key < $1.key }
            .map { month, changes in
                var last: [String: SimComplaint] = [:]
                for change in changes { last[change.complaint.number] = change.complaint }
                return (month, last.values.sorted { ($0.accepted, $0.number) < ($1.accepted, $1.number) })
            }
    }

    /// In turn a CSV file in the channel's encoding, a workbook, and a list of objects.
    private func drop(_ rows: [SimComplaint], of month: String) throws {
        for (channel, rows) in Dictionary(grouping: rows, by: \.channel).sorted(by: { $0.key.key < $1.key.key }) {
            let (bytes, suffix): ([UInt8], String) =
                switch (Int(month.suffix(2)) ?? 0) % 3 {
                case 1: (SimComplaint.file(rows, of: channel), "csv")
                case 2: (SimComplaint.workbook(rows), "xlsx")
                default: (SimComplaint.json(rows), "json")
                }
            try Files.writeThenRename(bytes, folder: folder, name: "\(channel.key)-\(month).\(suffix)")
        }
    }

    private func send(_ rows: [SimComplaint], of month: String) throws {
        let isWorkbook = (Int(month.suffix(2)) ?? 0).isMultiple(of: 2)
        let count = state.withLock { state in
            state.mails += 1
            return state.mails
        }
        guard let first = rows.first else { return }
        let mail = TableMail(
            id: "proposals-\(count)@example.cn", subject: "\(month) 提案交办",
            fileName: "提案-\(month)." + (isWorkbook ? "xlsx" : "csv"),
            table: isWorkbook ? SimComplaint.workbook(rows) : SimComplaint.file(rows, of: first.channel))
        try self.mail?.deliver(mail.bytes)
    }
}

extension SimComplaint {
    /// The rows as a workbook.
    static func workbook(_ complaints: [SimComplaint]) -> [UInt8] {
        SimWorkbook.bytes(header: header, rows: complaints.map(\.row))
    }

    /// The rows as a list of objects whose members are called as the columns.
    static func json(_ complaints: [SimComplaint]) -> [UInt8] {
        let objects = complaints.map { complaint in
            JSON.object(
                zip(header, complaint.row).filter { !$0.1.isEmpty }.map { JSON.Member($0.0, .string($0.1)) })
        }
        return JSON.array(objects).bytes
    }
}
