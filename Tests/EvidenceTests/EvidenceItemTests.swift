import Evidence
import Model
import Testing

@Suite("Items of evidence") struct EvidenceItemTests {
    let bench: EvidenceBench

    init() throws {
        bench = try EvidenceBench()
    }

    private func keys(_ item: EvidenceItem) -> [String] { item.marks.map(\.key) }

    @Test("events that name no file, or no hash, are no evidence")
    func none() throws {
        let alarm = CameraAlarm(device: "c", state: .start, alarmClass: "a", rawType: "a", snapshot: "../../etc/passwd")
        let file = RecordingFile(device: "r", fileName: "a.wav", sha256: "ab", bytes: 1, format: "pcm")
        #expect(EvidenceItem(bench.stored(EventType.cameraAlarm, alarm.json)) == nil)
        #expect(EvidenceItem(bench.stored(EventType.recordingFile, file.json)) == nil)
        #expect(EvidenceItem(bench.stored("org.example", ["snapshot": "x"])) == nil)
    }

    @Test("a recording's event tells of persons, a camera's own words do not")
    func personal() throws {
        var alarm = CameraAlarm(device: "c", state: .start, alarmClass: "a", rawType: "a", description: "field detection")
        alarm.snapshot = String(repeating: "a", count: 64)
        #expect(EvidenceItem(bench.stored(EventType.cameraAlarm, alarm.json))?.isPersonal == false)
        let item = try bench.recording()
        #expect(item.isPersonal)
        #expect(!item.json(personal: false).text.contains(EvidenceBench.caller))
        #expect(item.json(personal: true)["caller"]?.string == EvidenceBench.caller)
        #expect(item.json(personal: false)["standing"] == nil)
    }

    @Test("a camera without review number, day or published place is marked, one with all is not")
    func standing() throws {
        var item = try bench.picture()
        item.clockOffset = 200
        #expect(keys(item) == ["unknown-camera"])
        item.standing = CameraStanding()
        #expect(keys(item) == ["not-reviewed", "not-published"])
        item.standing = CameraStanding(reviewNumber: "昆城审〔2021〕3号", reviewDate: "2021-05-01", published: "2021-05-10 区政府网")
        #expect(keys(item).isEmpty)
        item.standing?.reviewDate = nil
        #expect(keys(item) == ["not-reviewed"])
    }

    @Test("an unknown, a wrong and a missing clock are marked")
    func clocks() throws {
        var item = try bench.recording()
        item.custody = transcribed(item)
        #expect(keys(item) == ["clock-unknown"])
        item.clockOffset = -90_500
        #expect(keys(item) == ["clock-off"])
        #expect(item.marks.first?.en == "The device's clock was 90.5 s behind.")
        #expect(item.marks.first?.zh == "设备时钟当时慢 90.5 秒。")
        item.clockOffset = 900
        #expect(keys(item).isEmpty)
        var silent = try bench.recording(clock: "nonsense")
        silent.custody = transcribed(silent)
        #expect(keys(silent) == ["no-device-time"])
    }

    private func transcribed(_ item: EvidenceItem) -> CustodyLog {
        var event = CustodyEvent(.transcribed, item.sha256, by: "li")
        event.transcript = item.sha256
        return CustodyLog([CustodyEntry(position: 1, received: EvidenceBench.start, event: event)])
    }

    @Test("a private header, a broken file, another length and a missing transcript are marked")
    func sound() throws {
        var item = try bench.recording()
        item.clockOffset = 0
        item.format = "private"
        item.difference = -4.5
        #expect(keys(item) == ["private-header", "duration-differs", "no-transcript"])
        item.format = "broken"
        #expect(keys(item) == ["broken", "duration-differs", "no-transcript"])
    }

    @Test("holds count apart by their names, attachments by their incidents, and the last transcript counts")
    func custody() throws {
        let sha256 = String(repeating: "a", count: 64)
        func entry(_ act: CustodyAct, _ change: (inout CustodyEvent) -> Void = { _ in }) -> CustodyEntry {
            var event = CustodyEvent(act, sha256, by: "wang")
            change(&event)
            return CustodyEntry(position: 1, received: EvidenceBench.start, event: event)
        }
        var entries = [
            entry(.held) { $0.reason = "court" }, entry(.held) { $0.reason = "audit" }, entry(.held) { $0.reason = "court" },
            entry(.attached) { $0.incident = "2021-1" }, entry(.attached) { $0.incident = "2021-2" },
            entry(.transcribed) { $0.transcript = sha256 }, entry(.transcribed), entry(.viewed),
        ]
        #expect(CustodyLog(entries).holds == ["court", "audit"])
        #expect(CustodyLog(entries).incidents == ["2021-1", "2021-2"])
        #expect(CustodyLog(entries).transcript == sha256)
        entries += [entry(.released) { $0.reason = "court" }, entry(.detached) { $0.incident = "2021-1" }]
        #expect(CustodyLog(entries).holds == ["audit"] && CustodyLog(entries).isHeld)
        #expect(CustodyLog(entries).incidents == ["2021-2"])
        entries += [entry(.released) { $0.reason = "audit" }, entry(.damaged)]
        #expect(!CustodyLog(entries).isHeld && CustodyLog(entries).wasDamaged)
    }

    @Test("a custody event reads as it was written, and only from its own source")
    func custodyEvent() throws {
        var event = CustodyEvent(.exported, String(repeating: "b", count: 64), by: "wang")
        event.at = EvidenceBench.start
        event.reason = "r"
        event.incident = "2021-1"
        event.purpose = "p"
        event.transcript = String(repeating: "c", count: 64)
        event.found = "missing"
        var made = event.event(id: "1", received: EvidenceBench.start)
        #expect(made.type == "cn.patrold.evidence.exported" && made.subject == event.sha256)
        let entry = CustodyEntry(StoredEvent(position: 3, event: made, leaf: []))
        #expect(entry?.event == event && entry?.position == 3)
        made.source = "urn:else"
        #expect(CustodyEntry(StoredEvent(position: 3, event: made, leaf: [])) == nil)
        #expect(CustodyEvent(.viewed, ["sha256": "../x", "by": "a"]) == nil)
    }
}
