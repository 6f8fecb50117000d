import Model

/// The commands that a mail drop sends to its mailbox, over libcurl (RFC 3501); one connection, one command at a time.
struct IMAPMailbox: Sendable {
    /// Where new mails begin.
    struct State: Hashable {
        /// Changes when the server numbers its mails anew.
        var validity: UInt32
        var next: UInt32
    }

    /// What a mail says of itself before it is fetched.
    struct Entry: Hashable {
        var uid: UInt32
        var size: Int
        var arrived: Timestamp?
        var isSeen: Bool
    }

    let drop: MailDrop
    let multi: CurlMulti

    /// Asks for the mailbox's numbers.
    func state() async throws -> State {
        let answer = try await send("/", "STATUS \(MailboxName.quoted(drop.mailbox)) (UIDVALIDITY UIDNEXT)")
        let line = String(decoding: answer.prefix(4096), as: UTF8.self)
        guard let validity = IMAPLine.number("UIDVALIDITY", in: line), let next = IMAPLine.number("UIDNEXT", in: line),
            let validity = UInt32(exactly: validity), let next = UInt32(exactly: next)
        else { throw PeriodicTrouble.failed("the mail server \(host) does not tell the numbers of the mailbox") }
        return State(validity: validity, next: next)
    }

    /// The mails from a number on, in order; deleted ones are left out.
    func list(from first: UInt32, validity: UInt32) async throws -> [Entry] {
        let answer = try await send(
            path(validity), "UID FETCH \(first):* (UID RFC822.SIZE INTERNALDATE FLAGS)", limit: 32 << 20)
        return answer.split(separator: 0x0A).compactMap { IMAPLine.entry(String(decoding: $0, as: UTF8.self)) }
            .filter { $0.uid >= first }.sorted { $0.uid < $1.uid }
    }

    /// A mail, or only its header.
    ///
    /// libcurl asks for `BODY[]`, which marks the mail as read; the caller takes the mark off again.
    func fetch(_ uid: UInt32, validity: UInt32, headerOnly: Bool = false) async throws -> [UInt8] {
        let path = path(validity) + "/;UID=\(uid)" + (headerOnly ? "/;SECTION=HEADER" : "")
        return try await send(path, nil, limit: headerOnly ? 1 << 20 : drop.sizeLimit + 4096)
    }

    func mark(_ uid: UInt32, seen: Bool, validity: UInt32) async throws {
        _ = try await send(path(validity), "UID STORE \(uid) \(seen ? "+" : "-")FLAGS.SILENT (\\Seen)")
    }

    /// Moves a mail to another folder, which is made where it is absent (RFC 6851, or copy and delete).
    func move(_ uid: UInt32, to folder: String, validity: UInt32) async throws {
        let name = MailboxName.quoted(folder)
        do {
            _ = try await send(path(validity), "UID MOVE \(uid) \(name)")
        } catch {
            _ = try? await send("/", "CREATE \(name)")
            if (try? await send(path(validity), "UID MOVE \(uid) \(name)")) != nil { return }
            do {
                _ = try await send(path(validity), "UID COPY \(uid) \(name)")
                _ = try await send(path(validity), "UID STORE \(uid) +FLAGS.SILENT (\\Deleted)")
                _ = try await send(path(validity), "UID EXPUNGE \(uid)")
            } catch {
                throw PeriodicTrouble.failed("a mail cannot be moved to the folder \(folder); make it, or configure seen")
            }
        }
    }

    /// Host and port.
    var host: String { String(drop.address.url.drop { $0 != "/" }.drop { $0 == "/" }) }

    private func path(_ validity: UInt32) -> String { "/\(MailboxName.path(drop.mailbox));UIDVALIDITY=\(validity)" }

    private func send(_ path: String, _ command: String?, limit: Int = 1 << 20) async throws -> [UInt8] {
        var request = drop.address.request(path, method: command ?? "GET")
        request.credentials?.permitsBasic = drop.permitsPlain
        request.totalTimeout = .seconds(300)
        request.responseLimit = limit
        do {
            return try await multi.send(request).body
        } catch let error as CurlError {
            throw trouble(error)
        }
    }

    private func trouble(_ error: CurlError) -> PeriodicTrouble {
        let detail = error.detail.lowercased()
        if ["access denied", "login denied", "authentication"].contains(where: { detail.contains($0) }) {
            return .refused("the mail server \(host) does not let the user in; check user and password")
        }
        if detail.contains("starttls") || detail.contains("ssl level") {
            return .refused("the mail server \(host) offers no encryption; use imaps, or permit a plain connection")
        }
        return PeriodicTrouble(error, asking: "the mail server \(host)")
    }
}

/// What is read from the lines of a mail server.
enum IMAPLine {
    /// A mail's numbers and flags from `* 3 FETCH (UID 5 RFC822.SIZE 900 INTERNALDATE "…" FLAGS (\Seen))`.
    static func entry(_ line: String) -> IMAPMailbox.Entry? {
        guard line.utf8.count < 4096, line.hasPrefix("* "), line.contains("FETCH ("), let uid = number("UID", in: line),
            let uid = UInt32(exactly: uid), uid > 0
        else { return nil }
        let flags = line.split(separator: "FLAGS (", maxSplits: 1).dropFirst().first.map { $0.prefix { $0 != ")" }.lowercased() }
        guard flags?.contains("\\deleted") != true else { return nil }
        let date = line.split(separator: "INTERNALDATE \"", maxSplits: 1).dropFirst().first.map { $0.prefix { $0 != "\"" } }
        return IMAPMailbox.Entry(
            uid: uid, size: number("RFC822.SIZE", in: line) ?? 0, arrived: date.flatMap { moment($0) },
            isSeen: flags?.contains("\\seen") ?? false)
    }

    /// The number after a word.
    static func number(_ word: String, in line: String) -> Int? {
        let words = line.split { $0 == " " || $0 == "(" || $0 == ")" || $0 == "\r" || $0 == "\n" }
        guard let index = words.firstIndex(where: { $0 == word }), index + 1 < words.count else { return nil }
        return Int(words[index + 1])
    }

    /// `05-Mar-2021 10:20:00 +0800`.
    private static func moment(_ text: Substring) -> Timestamp? {
        let words = text.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        return FeedDate.moment(words[0].split(separator: "-").joined(separator: " ") + " " + words[1])
    }
}
