import Journal
import Model
import TestKit
import Testing

@testable import Ledger

@Suite("Evidence and its custody in the ledger") struct EvidenceRowsTests {
    let bench: LedgerBench
    private let start = LedgerBench.start
    private let one = String(repeating: "1", count: 64)
    private let two = String(repeating: "2", count: 64)

    init() throws {
        bench = try LedgerBench()
    }

    private func event(_ type: String, _ data: JSON, clock: String? = nil, received: Timestamp? = nil) -> Event {
        Event(
            source: "patrold:/feeds/cam-1", id: "x", type: type, time: clock, received: received ?? start, data: data.bytes)
    }

    private func alarm(_ snapshot: String?, device: String = "cam-1") -> Event {
        let alarm = CameraAlarm(device: device, state: .start, alarmClass: "stall", rawType: "stall", snapshot: snapshot)
        return event(EventType.cameraAlarm, alarm.json, clock: "2021-06-01T07:59:58+08:00")
    }

    private func visit(_ snapshot: String?) -> Event {
        let visit = PatrolVisit(
            plan: "p", round: "2021-06-01T08:00:00+08:00", spot: "a", section: "s", camera: "cam-2", state: .done,
            snapshot: snapshot)
        return event(EventType.patrolVisit, visit.json)
    }

    private func file(_ sha256: String) -> Event {
        let file = RecordingFile(device: "r-1", fileName: "1.wav", sha256: sha256, bytes: 44, format: "pcm")
        return event(EventType.recordingFile, file.json)
    }

    private func act(_ act: CustodyAct, _ sha256: String, reason: String? = nil, incident: String? = nil) -> Event {
        var custody = CustodyEvent(act, sha256, by: "wang")
        custody.reason = reason
        custody.incident = incident
        return custody.event(id: "x", received: start)
    }

    @Test("recordings, pictures of alarms and pictures of patrols are evidence; events without a file are none")
    func items() throws {
        try bench.apply(alarm(nil), alarm(one), visit(two), visit(nil), file(two), alarm("not a hash"))
        let rows = try bench.ledger.reader.evidence()
        #expect(rows.map(\.position) == [5, 3, 2] && rows.map(\.kind) == [.recording, .visit, .alarm])
        #expect(rows.map(\.device) == ["r-1", "cam-2", "cam-1"] && rows.map(\.bytes) == [44, nil, nil])
        #expect(rows[2].clock == start - .seconds(2) && rows[2].source == "patrold:/feeds/cam-1")
        #expect(try bench.ledger.reader.evidence(sha256: two).map(\.position) == [3, 5])
        #expect(try bench.ledger.reader.evidence(beginning: "22") == [two])
        #expect(try bench.ledger.reader.evidence(beginning: "%").isEmpty)
        #expect(try bench.difference(batch: 1) == nil)
    }

    @Test("a picture that an operator had taken is evidence of its camera; from outside it is none")
    func taken() throws {
        let taken = DeviceSnapshot(device: "cam-3", sha256: one, bytes: 7, by: "li", reason: "核实")
        try bench.apply(taken.event(received: start), event(EventType.evidenceTaken, taken.json))
        var foreign = taken.event(received: start)
        foreign.source = "urn:somebody"
        try bench.apply(foreign)
        let rows = try bench.ledger.reader.evidence()
        #expect(rows.map(\.position) == [2, 1] && rows.map(\.kind) == [.taken, .taken])
        #expect(rows.last?.device == "cam-3" && rows.last?.bytes == 7 && rows.last?.received == start)
        let item = try #require(bench.events.first.flatMap { EvidenceItem($0) })
        #expect(item.taker == "li" && item.note == "核实" && item.json(personal: false)["taker"]?.string == "li")
        // Looks at data and pictures move no figure.
        #expect(try bench.ledger.reader.snapshot { $0.position } == 0)
        #expect(try bench.difference(batch: 1) == nil)
    }

    @Test("the word snapshot is found wherever it stands, and nothing else is taken for it")
    func word() {
        for lead in 0..<40 {
            let text = "{" + String(repeating: " ", count: lead) + "\"snapshot\":1}"
            #expect(EvidenceRows.mayNamePicture(Array(text.utf8)), "after \(lead) blanks")
        }
        for text in ["", "{}", "snapsho", "{\"snapshop\":\"tohspans\"}", String(repeating: "snapsho ", count: 40)] {
            #expect(!EvidenceRows.mayNamePicture(Array(text.utf8)), "\(text)")
        }
    }

    @Test("custody is kept in order; views and exports of others' sources count for nothing")
    func custody() throws {
        var foreign = act(.viewed, one)
        foreign.source = "urn:else"
        try bench.apply(alarm(one), act(.viewed, one), foreign, act(.exported, one), act(.viewed, two))
        #expect(try bench.ledger.reader.custody(of: one) == [2, 4])
    }

    @Test("a hold lasts until it is released, and several are released apart")
    func holds() throws {
        let reader = bench.ledger.reader
        try bench.apply(alarm(one), act(.held, one, reason: "court"), act(.held, one, reason: "audit"))
        #expect(try reader.mustStay(one) && reader.evidence()[0].isHeld)
        try bench.apply(act(.released, one, reason: "court"))
        #expect(try reader.mustStay(one))
        var filter = EvidenceFilter()
        filter.heldOnly = true
        #expect(try reader.evidence(filter).count == 1)
        try bench.apply(act(.released, one, reason: "audit"))
        #expect(try !reader.mustStay(one))
        #expect(try reader.evidence(filter).isEmpty)
        #expect(try bench.difference(batch: 2) == nil)
    }

    @Test("what belongs to an incident must stay, and is listed by it")
    func attachments() throws {
        let reader = bench.ledger.reader
        try bench.apply(
            alarm(one), file(two), act(.attached, one, incident: "2021-1"), act(.attached, two, incident: "2021-1"),
            act(.attached, one, incident: "2021-2"), act(.detached, one, incident: "2021-1"))
        var filter = EvidenceFilter()
        filter.incident = "2021-1"
        #expect(try reader.evidence(filter).map(\.sha256) == [two])
        #expect(try reader.evidence(sha256: one).map(\.incidents) == [1])
        #expect(try reader.mustStay(one))
        try bench.apply(act(.detached, one, incident: "2021-2"))
        #expect(try !reader.mustStay(one))
    }

    @Test("the clock's offset is the one that was measured last before the item came")
    func offsets() throws {
        for (hours, offset) in [(0, 100), (2, -90_000)] as [(Int64, Int64)] {
            let status = CameraStatus(device: "cam-1", status: .timeSkew, clockOffset: offset)
            try bench.apply(event(EventType.cameraStatus, status.json, received: start + .hours(hours)))
        }
        let reader = bench.ledger.reader
        #expect(try reader.clockOffset(of: "cam-1", by: start - .seconds(1)) == nil)
        #expect(try reader.clockOffset(of: "cam-1", by: start + .hours(1)) == 100)
        #expect(try reader.clockOffset(of: "cam-1", by: start + .hours(3)) == -90_000)
        #expect(try reader.clockOffset(of: "cam-2", by: start + .hours(3)) == nil)
    }

    @Test("the store's files are walked once each in their order, within a range")
    func stored() throws {
        try bench.apply(file(two), alarm(two), alarm(one), alarm(String(repeating: "f", count: 64)))
        var found: [String] = []
        try bench.ledger.reader.forEachStored(from: "10000000", until: "f0000000") { sha256, bytes in
            found.append("\(sha256.prefix(1)) \(bytes.map { "\($0)" } ?? "-")")
        }
        #expect(found == ["1 -", "2 44"])
        found = []
        try bench.ledger.reader.forEachStored(from: "20000000", until: nil) { sha256, _ in found.append(String(sha256.prefix(1)))
        }
        #expect(found == ["2", "f"])
    }

    @Test("the last night's scrub is known")
    func scrubbed() throws {
        var report = ScrubReport(turn: 2, share: 3, shares: 30, files: 100, bytes: 5000, damaged: 1, missing: 0, finished: true)
        for damaged in [1, 0] {
            report.damaged = damaged
            var event = event(EventType.evidence("scrubbed"), report.json)
            event.source = CustodyEvent.source
            try bench.apply(event)
        }
        #expect(try bench.ledger.reader.lastScrub()?.report == report)
    }
}
