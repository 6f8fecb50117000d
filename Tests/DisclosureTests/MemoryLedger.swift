import Ledger
import Model

/// A ledger in memory, for tests: what is put in is what a snapshot shows.
struct MemoryLedger: LedgerReading, LedgerSnapshot {
    struct Complaint {
        var channel: String
        var number: String
        var accepted: Timestamp
        var closed: Timestamp?
        var isRefused = false
    }

    var position: Position = 90_000
    var registers: [String: [LedgerRecord]] = [:]
    var complaints: [Complaint] = []
    var incidents: [Tally] = []
    var seen: [CameraRow] = []
    var blind: [GapRow] = []
    var patrols: [String: [Tally]] = [:]

    func snapshot<Value>(_ body: (any LedgerSnapshot) throws -> Value) throws -> Value { try body(self) }

    func records(of kind: String) throws -> [LedgerRecord] { registers[kind] ?? [] }

    func tallies(_ name: String, year: Int) throws -> [Tally] {
        let inYear = complaints.filter { Day($0.accepted, in: .shanghai).year == year }
        switch name {
        case "complaint.accepted":
            return count(inYear.map { [String(Day($0.accepted, in: .shanghai).description.prefix(7)), $0.channel, ""] })
        case "complaint.closed":
            return count(
                inYear.compactMap { complaint in
                    complaint.closed.map { [Day($0, in: .shanghai).description, complaint.channel, ""] }
                })
        case "incident.opened": return incidents
        default: return patrols[name] ?? []
        }
    }

    private func count(_ keys: [[String]]) -> [Tally] {
        var counts: [[String]: Int] = [:]
        for key in keys { counts[key, default: 0] += 1 }
        return counts.map { Tally(keys: $0.key, count: $0.value) }.sorted { $0.keys.joined() < $1.keys.joined() }
    }

    func refusedComplaints(from: Timestamp, until: Timestamp) throws -> [Tally] {
        count(
            complaints.filter { $0.isRefused && $0.accepted >= from && $0.accepted < until }
                .map { [String(Day($0.accepted, in: .shanghai).description.prefix(7)), $0.channel] })
    }

    func forEachComplaint(from: Timestamp, until: Timestamp, _ body: (ComplaintView) throws -> Void) throws {
        let leaf = Self.leaf(7)
        for (index, complaint) in complaints.enumerated() where complaint.accepted >= from && complaint.accepted < until {
            let texts = (Array(complaint.channel.utf8), Array(complaint.number.utf8))
            try texts.0.withUnsafeBufferPointer { channel in
                try texts.1.withUnsafeBufferPointer { number in
                    try leaf.withUnsafeBufferPointer { leaf in
                        try body(
                            ComplaintView(
                                channel: channel, number: number, accepted: complaint.accepted,
                                acceptedPosition: Position(1000 + index * 2), acceptedLeaf: leaf, closed: complaint.closed,
                                closedPosition: Position(1001 + index * 2), closedLeaf: leaf))
                    }
                }
            }
        }
    }

    func cameras() throws -> [CameraRow] { seen }

    func gaps(from: Timestamp, until: Timestamp) throws -> [GapRow] {
        blind.filter { $0.from < until && ($0.until ?? until) > from }
    }

    static func leaf(_ seed: UInt8) -> [UInt8] { (0..<32).map { seed &* 31 &+ $0 &* 17 } }
}

extension MemoryLedger {
    /// Adds a record; events are numbered by its place.
    mutating func add(_ kind: String, _ fields: [(String, String)]) {
        let place = registers[kind, default: []].count
        let record = RegisterRecord(
            kind: kind, id: fields.first?.1 ?? String(place), fields: fields.map { RegisterRecord.Field($0.0, $0.1) })
        let event = EventReference(position: Position(place + 1), leaf: Self.leaf(UInt8(truncatingIfNeeded: place)))
        registers[kind, default: []].append(LedgerRecord(record: record, events: [event]))
    }

    mutating func apply(
        _ number: String, _ applicant: String, received: String, answered: String? = nil, outcome: String? = nil
    ) {
        var fields = [("number", number), ("applicant", applicant), ("received", received)]
        if let answered { fields.append(("answered", answered)) }
        if let outcome { fields.append(("outcome", outcome)) }
        add("application", fields)
    }

    /// The bureau's year 2021 as published: 183 briefs, 317 news items, 165 penalties, 11427 complaints.
    static func published2021() -> MemoryLedger {
        var ledger = MemoryLedger()
        for index in 1...183 {
            ledger.add("publication", [("number", "B\(index)"), ("kind", "brief"), ("published", day(index * 2))])
        }
        for index in 1...317 {
            ledger.add("publication", [("number", "N\(index)"), ("kind", "news"), ("published", day(index))])
        }
        for index in 1...165 { ledger.add("penalty", [("number", "昆执罚决字〔2021〕\(index)号"), ("decided", day(index * 2))]) }
        ledger.add("followers", [("date", "2021-06-30"), ("count", "701")])
        ledger.add("followers", [("date", "2021-12-31"), ("count", "754")])
        ledger.add("followers", [("date", "2022-01-01"), ("count", "760")])
        for index in 1...7 {
            ledger.seen.append(
                CameraRow(
                    device: "cam-\(index)", since: Timestamp(seconds: 1_612_000_000),
                    event: EventReference(position: Position(index), leaf: leaf(UInt8(index)))))
        }
        ledger.complaints = (0..<11_427).map { index in
            let accepted = Timestamp(seconds: 1_609_430_400 + Int64(index) * 2759)
            let closed = index % 100 == 0 ? nil : accepted + .hours(30)
            return Complaint(channel: channels[index % 7].key, number: "2021-\(index)", accepted: accepted, closed: closed)
        }
        ledger.incidents = (1...12).flatMap { month in
            [
                Tally(keys: ["2021-\(month < 10 ? "0" : "")\(month)", "camera", "0501"], count: 20 + month),
                Tally(keys: ["2021-\(month < 10 ? "0" : "")\(month)", "city-digital", "0102"], count: 40 - month),
            ]
        }
        return ledger
    }

    private static func day(_ number: Int) -> String {
        Day(number: 18_628 + Int64((number - 1) % 365)).description
    }

    static let channels = [
        Channel(key: "city-digital", name: "包头市数字化城管指挥调动系统"), Channel(key: "smart-kundulun", name: "智慧昆都仑"),
        Channel(key: "yellow-river-cloud", name: "黄河云"), Channel(key: "civilized-baotou", name: "文明包头网"),
        Channel(key: "petition", name: "信访行风"), Channel(key: "proposal", name: "人大政协提案"),
        Channel(key: "media", name: "电视电台媒体"),
    ]

    static let bureau = "昆都仑区城市管理综合执法局"
}
