import Model

/// One row on its way to a complaint, with all that is wrong with it.
struct ComplaintRow {
    private typealias Field = ComplaintColumns.Field

    private let row: ImportTable.Row
    private let table: ImportTable
    private(set) var refused: [RefusedRow] = []

    init(_ row: ImportTable.Row, _ table: ImportTable) {
        self.row = row
        self.table = table
        if let first = row.surplus.first { refuse("", first, .surplusValue) }
    }

    /// The complaint, or nothing where channel, number or time are not usable.
    mutating func complaint(channels: [String: Channel], names: String) -> Complaint? {
        let channel = channel(channels, names)
        let number = number()
        let accepted = time(.accepted, required: true)
        let category = category()
        guard let channel, let number, let accepted else { return nil }
        var complaint = Complaint(channel: channel.key, number: number, accepted: accepted, text: value(.text) ?? "")
        complaint.place = value(.place)
        complaint.category = category
        complaint.reporter = value(.reporter)
        complaint.phone = value(.phone)
        return complaint
    }

    /// The closing, where the row has a closing time.
    mutating func closing(of complaint: Complaint?) -> ComplaintClosing? {
        guard let closed = time(.closed, required: false), let complaint else { return nil }
        guard closed >= complaint.accepted else {
            refuse(.closed, value(.closed) ?? "", .closedBeforeAccepted(complaint.accepted))
            return nil
        }
        return ComplaintClosing(
            channel: complaint.channel, number: complaint.number, closed: closed, outcome: value(.outcome))
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

    private mutating func channel(_ channels: [String: Channel], _ names: String) -> Channel? {
        guard let text = value(.channel) else {
            refuse(.channel, "", .missingChannel(names))
            return nil
        }
        guard let channel = channels[text.headerKey] else {
            refuse(.channel, text, .unknownChannel(names))
            return nil
        }
        return channel
    }

    private mutating func number() -> String? {
        guard let text = value(.number) else {
            refuse(.number, "", .missingNumber)
            return nil
        }
        let number = text.narrow
        guard number.utf8.count <= 200, number.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            refuse(.number, text, .badNumber)
            return nil
        }
        // What a spreadsheet makes of a long number: its last digits are lost.
        guard !isScientific(number) else {
            refuse(.number, text, .numberRounded)
            return nil
        }
        return number
    }

    private func isScientific(_ text: String) -> Bool {
        let parts = text.uppercased().split(separator: "E+", omittingEmptySubsequences: false)
        return parts.count == 2 && String(parts[1]).isDigits && parts[0].first?.isNumber == true
            && parts[0].allSatisfy { $0.isNumber || $0 == "." }
    }

    private mutating func time(_ field: ComplaintColumns.Field, required: Bool) -> Timestamp? {
        guard let text = value(field) else {
            if required { refuse(field, "", .missingTime) }
            return nil
        }
        guard let time = CivilTime.moment(text) else {
            refuse(field, text, .badTime)
            return nil
        }
        return time
    }

    private mutating func category() -> String? {
        guard let text = value(.category) else { return nil }
        let digits = text.narrow
        guard digits.isDigits, digits.utf8.count == 4 else {
            refuse(.category, text, .badCategory)
            return nil
        }
        return digits
    }

    private func value(_ field: ComplaintColumns.Field) -> String? { row[field.rawValue] }

    private mutating func refuse(_ field: ComplaintColumns.Field, _ value: String, _ message: Message) {
        refuse(table.header(field.rawValue), value, message)
    }

    private mutating func refuse(_ column: String, _ value: String, _ message: Message) {
        refused.append(RefusedRow(row: row.number, column: column, value: value, message: message))
    }
}
