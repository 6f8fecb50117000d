import Model

/// Makes of one mail what is to be delivered: the rows of its tables, or one complaint, or its quarantine.
struct MailReading {
    let drop: MailDrop

    /// - Parameters:
    ///   - arrived: when the mail server took the mail, which counts as its acceptance.
    ///   - received: now.
    func read(_ bytes: [UInt8], arrived: Timestamp, received: Timestamp, importFile: MailDrop.ImportFile) -> [Arrival] {
        let message = MIMEMessage(bytes)
        if let sentence = refusal(message) { return [unreadable(bytes, sentence, received)] }
        let tables = message.leaves.filter { $0.isTable(drop.tables) }
        guard tables.isEmpty else {
            if message.isTruncated || message.isCut {
                return [unreadable(bytes, "the mail with a table is cut off; ask its sender to send it again", received)]
            }
            return tables.flatMap { importFile($0.bytes, $0.tableName, received) }
        }
        if message.leaves.contains(where: \.isOldWorkbook) {
            return [unreadable(bytes, "the attachment is an XLS workbook; ask for it as XLSX or CSV", received)]
        }
        guard let complaint = complaint(message, bytes, arrived) else {
            return [unreadable(bytes, "the mail has neither subject, text nor table", received)]
        }
        return [
            .event(
                Event(
                    source: "patrold:/channels/" + drop.channel, id: complaint.number, type: EventType.complaintReceived,
                    subject: drop.channel + "/" + complaint.number, time: arrived.text(), received: received,
                    data: complaint.json.bytes))
        ]
    }

    /// Why nobody should take it, without a word of who sent it.
    private func refusal(_ message: MIMEMessage) -> String? {
        let header = message.header
        guard !header.fields.isEmpty else { return "what came is no mail: it has no header" }
        if MIMEParameters(header["content-type"]).value == "multipart/report" {
            return "the mail is the report of a mail server, no complaint; dismiss it"
        }
        let automatic = MIMEParameters(header["auto-submitted"]).value
        if automatic == "auto-replied" {
            return "the mail is an automatic reply, no complaint; dismiss it"
        }
        guard !drop.senders.isEmpty else { return nil }
        let from = header["from"].map { MailAddress.all(in: $0) } ?? []
        guard header.count("from") == 1, from.count == 1, from[0].isPermitted(by: drop.senders) else {
            return "the sender is not among the permitted ones; add the address to senders and replay the mail, or dismiss it"
        }
        return nil
    }

    private func complaint(_ message: MIMEMessage, _ bytes: [UInt8], _ arrived: Timestamp) -> Complaint? {
        let subject = message.header.text("subject")
        let text = Self.text(message.leaves)
        let files = message.leaves.filter { !$0.fileName.isEmpty && !$0.isText }.prefix(20).map { "附件:" + $0.fileName }
        let parts = [HTMLText.shortened(subject, to: 500), text].filter { !$0.isEmpty }
        guard !parts.isEmpty else { return nil }
        var complaint = Complaint(
            channel: drop.channel, number: Self.number(message, bytes), accepted: arrived,
            text: (parts + files).joined(separator: "\n"))
        let from = message.header["from"].flatMap { MailAddress.all(in: $0).first }
        complaint.reporter = from.flatMap { $0.name.isEmpty ? nil : $0.name }
        complaint.email = from?.address
        return complaint
    }

    /// Digest of the Message-ID, which a repeat of the same mail has too; of all bytes where it has none.
    private static func number(_ message: MIMEMessage, _ bytes: [UInt8]) -> String {
        let id = message.header.text("message-id").filter { !$0.isWhitespace }
        return FeedItem.digest(id.isEmpty ? ["mail", String(decoding: bytes, as: UTF8.self)] : ["message-id", id])
    }

    /// The first plain text with words in it, or else the first HTML without its markup.
    private static func text(_ leaves: [MIMEMessage.Leaf]) -> String {
        let bodies = leaves.filter { !$0.isAttachment }
        for leaf in bodies where leaf.type == "text/plain" {
            let text = lines(leaf.text)
            if !text.isEmpty { return HTMLText.shortened(text) }
        }
        for leaf in bodies where leaf.type == "text/html" {
            let text = HTMLText.plain(leaf.text)
            if !text.isEmpty { return HTMLText.shortened(text) }
        }
        return ""
    }

    /// Lines without blanks at their ends, at most one empty one between two, none around.
    private static func lines(_ text: String) -> String {
        var output: [Substring] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let trimmed = line.lastIndex { !$0.isWhitespace }.map { line[...$0] } ?? ""
            if trimmed.isEmpty, output.last?.isEmpty ?? true { continue }
            output.append(trimmed)
        }
        while output.last?.isEmpty == true { output.removeLast() }
        return output.joined(separator: "\n").filter { character in
            character == "\n" || character.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\t" }
        }
    }

    func unreadable(_ bytes: [UInt8], _ sentence: String, _ received: Timestamp) -> Arrival {
        .unreadable(
            Unreadable(
                source: drop.source, adapter: "mail", reason: sentence, contentType: "message/rfc822", bytes: bytes,
                received: received))
    }
}

extension MIMEMessage.Leaf {
    fileprivate var suffix: String {
        guard let dot = fileName.lastIndex(of: ".") else { return "" }
        return fileName[dot...].lowercased().filter { !$0.isWhitespace }
    }

    fileprivate var isText: Bool { type.hasPrefix("text/") }

    /// Whether it is a table, by its name's ending or, where it has none, by its type.
    fileprivate func isTable(_ endings: [String]) -> Bool {
        if !suffix.isEmpty { return endings.contains(suffix) }
        return type == "text/csv" || type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }

    /// The file's name without folders.
    fileprivate var tableName: String {
        guard !fileName.isEmpty else { return type == "text/csv" ? "attachment.csv" : "attachment.xlsx" }
        return String(fileName.split { $0 == "/" || $0 == "\\" }.last ?? Substring(fileName))
    }

    fileprivate var isOldWorkbook: Bool { [".xls", ".et"].contains(suffix) }
}
