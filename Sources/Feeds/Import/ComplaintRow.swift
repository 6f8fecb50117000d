import Model
import Tables

/// One row on its way to a complaint, with all that is wrong with it.
struct ComplaintRow {
    private typealias Field = ComplaintColumns.Field

    private let row: ImportTable.Row
    private let table: ImportTable
    private(set) var refused: [RefusedRow] = []

    init(_ row: ImportTable.Row, _ table: ImportTable) {
        self.row = row
        self.table = table
        if let first = row.surplus { refuse("", first, .surplusValue) }
    }

    /// The complaint, or nothing where channel, number or time are not usable.
    mutating func complaint(_ channels: ChannelNames, default other: Channel?) -> Complaint? {
        let channel = channel(channels, other)
        let number = number()
        let accepted = time(.accepted, required: true)
        let category = category()
        let text = text(.text, limit: 100_000) ?? ""
        guard let channel, let number, let accepted else { return nil }
        var complaint = Complaint(channel: channel.key, number: number, accepted: accepted, text: text)
        complaint.place = self.text(.place, limit: 2000)
        complaint.category = category
        takePoint(&complaint)
        complaint.media = media()
        complaint.reporter = self.text(.reporter, limit: 500)
        complaint.phone = phone()
        complaint.email = email()
        return complaint
    }

    /// The closing, where the row has a closing time.
    mutating func closing(of complaint: Complaint?) -> ComplaintClosing? {
        guard let closed = time(.closed, required: false), let complaint else { return nil }
        guard closed >= complaint.accepted else {
            refuse(.closed, row[Field.closed.rawValue]?.text ?? "", .closedBeforeAccepted(complaint.accepted))
            return nil
        }
        return ComplaintClosing(
            channel: complaint.channel, number: complaint.number, closed: closed, outcome: text(.outcome, limit: 20_000))
    }

    /// Refuses a number that an earlier row of the file has: of the two only one could become an event.
    mutating func checkOnce(_ complaint: Complaint, _ seen: inout [String: Int]) {
        let identity = complaint.channel + "/" + complaint.number
        if let earlier = seen[identity] {
            refuse(.number, complaint.number, .repeatedIdentity(row: earlier))
        } else {
            seen[identity] = row.number
        }
    }

    private mutating func channel(_ channels: ChannelNames, _ other: Channel?) -> Channel? {
        guard let name = text(.channel, limit: 500) else {
            if let other, row[Field.channel.rawValue] == nil { return other }
            if row[Field.channel.rawValue] == nil { refuse(.channel, "", .missingChannel(channels.list)) }
            return nil
        }
        guard let channel = channels[name] else {
            refuse(.channel, name, .unknownChannel(channels.list, channels.nearest(to: name)))
            return nil
        }
        return channel
    }

    private mutating func number() -> String? {
        guard let cell = row[Field.number.rawValue] else {
            refuse(.number, "", .missingNumber)
            return nil
        }
        // What a spreadsheet makes of a long number: its last digits are lost.
        if TextValue.isRounded(cell) {
            if case .number = cell {
                refuse(.number, cell.text, .numberCellRounded)
            } else {
                refuse(.number, cell.text, .numberRounded)
            }
            return nil
        }
        if let day = TextValue.day(cell) {
            refuse(.number, cell.text, .numberIsDate(day))
            refused[refused.count - 1].isLost = true
            return nil
        }
        guard let text = text(.number, limit: 10_000) else { return nil }
        let number = text.narrow
        guard number.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            refuse(.number, text, .numberLines)
            return nil
        }
        guard number.utf8.count <= 200 else {
            refuse(.number, text, .numberTooLong)
            return nil
        }
        return number
    }

    private mutating func time(_ field: ComplaintColumns.Field, required: Bool) -> Timestamp? {
        guard let cell = row[field.rawValue] else {
            if required { refuse(field, "", .missingTime) }
            return nil
        }
        if !required, Self.isOpen(cell) { return nil }
        switch CivilTime.read(cell, serials: table.serials) {
        case .success(let reading): return reading.moment
        case .failure(let problem):
            refuse(field, cell.text.trimmed, .date(problem, isDay: false))
            return nil
        }
    }

    /// What clerks write where there is no closing yet.
    private static func isOpen(_ cell: TableCell) -> Bool {
        guard case .text(let text) = cell, text.utf8.count < 40 else { return false }
        return ["/", "-", "--", "—", "——", "–", "无", "未办结", "未结", "办理中", "在办", "处理中"].contains(text.narrow.trimmed)
    }

    private mutating func category() -> String? {
        guard let text = text(.category, limit: 1000) else { return nil }
        let digits = text.narrow
        guard digits.isDigits, digits.utf8.count == 4 else {
            if case .number = row[Field.category.rawValue], digits.isDigits, digits.utf8.count == 3 {
                refuse(.category, text, .categoryLostZero(digits))
            } else {
                refuse(.category, text, .badCategory)
            }
            return nil
        }
        return digits
    }

    private mutating func phone() -> String? {
        if let cell = row[Field.phone.rawValue], TextValue.isRounded(cell) {
            refuse(.phone, cell.text, .phoneRounded)
            return nil
        }
        return text(.phone, limit: 200)
    }

    private mutating func email() -> String? {
        guard let text = text(.email, limit: 1000) else { return nil }
        let parts = text.narrow.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !text.contains(where: \.isWhitespace) else {
            refuse(.email, text, .badEmail)
            return nil
        }
        return text.narrow
    }

    private mutating func media() -> String? {
        guard let text = text(.media, limit: 2000) else { return nil }
        let lower = text.lowercased()
        guard lower.hasPrefix("http://") || lower.hasPrefix("https://"), !text.contains(where: \.isWhitespace) else {
            refuse(.media, text, .badMedia)
            return nil
        }
        return text
    }

    private mutating func takePoint(_ complaint: inout Complaint) {
        let latitude = degrees(.latitude, limit: 90)
        let longitude = degrees(.longitude, limit: 180)
        let given = [Field.latitude, .longitude].filter { row[$0.rawValue] != nil }
        if given.count == 1 { refuse(given[0] == .latitude ? .longitude : .latitude, "", .halfAPoint) }
        guard let latitude, let longitude else { return }
        (complaint.latitude, complaint.longitude) = (latitude, longitude)
    }

    private mutating func degrees(_ field: ComplaintColumns.Field, limit: Int) -> Double? {
        guard let text = text(field, limit: 200) else { return nil }
        guard let number = PlainNumber(text.narrow), let value = Double(number.plain) else {
            refuse(field, text, .badDegrees)
            return nil
        }
        guard abs(value) <= Double(limit) else {
            refuse(field, text, field == .latitude && abs(value) <= 180 ? .degreesSwapped : .degreesOut(limit))
            return nil
        }
        return value
    }

    /// A field's text, nothing where it is blank or refused.
    private mutating func text(_ field: ComplaintColumns.Field, limit: Int) -> String? {
        guard let cell = row[field.rawValue] else { return nil }
        switch TextValue.read(cell, limit: limit) {
        case .success(let text): return text
        case .failure(let problem):
            refuse(field, String(cell.text.prefix(200)), problem.message)
            return nil
        }
    }

    private mutating func refuse(_ field: ComplaintColumns.Field, _ value: String, _ message: Message) {
        refuse(table.name(field.rawValue), value, message)
    }

    private mutating func refuse(_ column: String, _ value: String, _ message: Message) {
        refused.append(RefusedRow(row: row.number, column: column, value: value, message: message))
    }
}

/// The channels under all their names.
struct ChannelNames: Sendable {
    private let table: [String: Channel]
    private let names: [String]
    /// For sentences.
    let list: String

    init(_ channels: [Channel]) {
        var table: [String: Channel] = [:]
        for channel in channels {
            for name in [channel.key, channel.name] + channel.aliases where table[name.headerKey] == nil {
                table[name.headerKey] = channel
            }
        }
        self.table = table
        names = channels.flatMap { [$0.name, $0.key] + $0.aliases }
        list = channels.map(\.name).joined(separator: "、")
    }

    subscript(name: String) -> Channel? { table[name.headerKey] }

    func nearest(to name: String) -> String? { Nearness.nearest(to: name, among: names) }
}
