import Foundation
import Model
import TestKit
import Testing

/// Names and numbers planted in every way in, looked for in every way out, through the built program.
@Suite(.serialized, .timeLimit(.minutes(20)))
struct PersonalDataEndToEndTests {
    /// One reporter and what belongs to that person; each is found nowhere but where it was planted.
    private static let name = "欧阳植名"
    private static let mobile = "13955550001"
    private static let landline = "04725557788"
    private static let caller = "13766660002"
    private static let email = "ouyang.planted@example.com"
    private static let planted = [
        name, mobile, landline, "5557788", caller, email, "ouyang.planted", "139-5555-0001", "1395555", "1376666",
    ]
    /// The token of a program that may queue messages.
    fileprivate static let desk = "desk-token"
    private static let words = "我是\(name)，家里电话\(landline)，手机\(mobile)，邮箱\(email)，摊点占道"

    @Test("no log, tail, metric, page, answer, list, export or file holds a planted name or number")
    func nowhere() async throws {
        let site = try PlantedSite()
        let daemon = try await DaemonProcess(config: site.config, log: site.folder.file("daemon.log"))
        let answers = try await plant(site, daemon)
        try await settled(site)
        var found: [String: String] = ["answers": answers.joined(separator: "\n")]
        for (place, text) in try outputs(site) { found[place] = text }
        for (place, text) in try pages(daemon) { found[place] = text }
        for (place, text) in found { Self.expectClean(Array(text.utf8), place) }
        #expect(found["tail --json"]?.contains("***") == true && found["complaint list"]?.contains("P-1") == true)
        #expect(found["recording list"]?.contains("recorder-1") == true && found["outbox list"]?.contains("channel:") == true)
        try expectCleanFiles(site.folder.file("data"), besides: ["/evidence/"])
        try await withTheRole(site)
        #expect(daemon.stop() == 0)
        Self.expectClean(Array(daemon.logText.utf8), "the log")
        #expect(daemon.logText.contains("debug") || daemon.logText.count > 200, "the log is empty")
        try expectCleanFiles(site.folder.file("data"), besides: ["/evidence/"])
        #expect(try Program.run(["verify", "--config", site.config]).status == 0)
        let key = site.folder.file("data/personal.key")
        try FileManager.default.moveItem(atPath: key, toPath: site.folder.file("key"))
        for words in [["check"], ["check", "--json"], ["status"], ["status", "--json"]] {
            let said = try Program.run(words + ["--config", site.config]).output
            #expect(said.contains("the key for personal data"), "\(words): \(said)")
        }
        try FileManager.default.moveItem(atPath: site.folder.file("key"), toPath: key)
        #expect(try !Program.run(["check", "--config", site.config]).output.contains("the key for personal data"))
        // What the ledger is made of is what stands in the journal: made anew it is the same, and as clean.
        #expect(try Program.run(["rebuild", "--config", site.config]).status == 0)
        try expectCleanFiles(site.folder.file("data"), besides: ["/evidence/"])
    }

    // MARK: - In

    /// Returns every answer got.
    private func plant(_ site: PlantedSite, _ daemon: DaemonProcess) async throws -> [String] {
        var answers: [String] = []
        func post(_ path: String, _ body: String, _ type: String, token: String? = "test-token") throws -> Int {
            let client = try #require(PlainHTTPClient(port: daemon.port))
            var headers = ["Content-Type": type]
            headers["Authorization"] = token.map { "Bearer " + $0 }
            let answer = try #require(client.request("POST", path, headers, body: Array(body.utf8)))
            answers.append(answer.body)
            return answer.status
        }
        let structured = "application/cloudevents+json"
        for (id, type, data) in Self.events {
            let event: JSON = [
                "specversion": "1.0", "id": .string(id), "source": .string("urn:test:planted"), "type": .string(type),
                "datacontenttype": "application/json", "data": data,
            ]
            #expect(try post("/v1/events", event.text, structured, token: Self.desk) == 200, "\(id): \(answers.last ?? "")")
        }
        let again = Self.events[0]
        let repeated: JSON = [
            "specversion": "1.0", "id": .string(again.id), "source": "urn:test:planted", "type": .string(again.type),
            "datacontenttype": "application/json", "data": again.data,
        ]
        #expect(try post("/v1/events", repeated.text, structured) == 200)
        #expect((try? JSON(parsing: answers.last ?? ""))?["duplicate"]?.int == 1, "the same fact again is no second fact")
        // What is malformed goes to quarantine, or is refused with a problem.
        _ = try post("/v1/events", "{\"reporter\":\"\(Self.name)\",\"phone\":\"\(Self.mobile)", structured)
        _ = try post(
            "/v1/events", "[{\"id\":\"\(Self.mobile)\",\"source\":\"\(Self.name)\"}]", "application/cloudevents-batch+json")
        _ = try post("/v1/incidents/\(Self.mobile)/\(Self.email)", "{\"reason\":\"\(Self.name)\"}", "application/json")
        _ = try post("/v1/nothing/\(Self.mobile)", "{}", "application/json")
        let form =
            "service_code=0504&address_string=%E9%92%A2%E9%93%81%E5%A4%A7%E8%A1%97&api_key=app-key&first_name="
            + Self.encoded(Self.name) + "&phone=\(Self.mobile)&email=" + Self.encoded(Self.email) + "&description="
            + Self.encoded(Self.words)
        let urlencoded = "application/x-www-form-urlencoded"
        #expect(
            (200...201).contains(try post("/open311/v2/requests.json", form, urlencoded, token: nil)), "\(answers.last ?? "")")
        let bad = "service_code=\(Self.mobile)&lat=\(Self.landline)&api_key=app-key&first_name=" + Self.encoded(Self.name)
        #expect(try post("/open311/v2/requests.json", bad, urlencoded, token: nil) >= 400)
        let call =
            "callid=c-1&start=2021-03-05+10%3A20%3A30&src=\(Self.caller)&dst=8001&billsec=1&disposition=ANSWERED"
            + "&recordingfile=20210305_102030_IN_\(Self.caller)_8001.wav"
        #expect(try post("/push/calls/recorder-1", call, urlencoded) == 200, "\(answers.last ?? "")")
        #expect(try post("/push/calls/recorder-1", "{\"src\":\"\(Self.caller)\",", "application/json") == 200)
        try plantFiles(site)
        try await plantByCommand(site)
        return answers
    }

    /// Ready events, as programs post them.
    private static var events: [(id: String, type: String, data: JSON)] {
        var complaint = Complaint(
            channel: "smart-kundulun", number: "P-1", accepted: Timestamp(seconds: 1_614_910_830), text: words)
        complaint.place = "钢铁大街\(name)家门口"
        complaint.reporter = name
        complaint.phone = mobile
        complaint.email = email
        var update = ComplaintUpdate(complaint.name, text: "又来了，请回电139-5555-0001找\(name)", note: "\(name)催办")
        update.phone = landline
        var file = RecordingFile(
            device: "recorder-9", fileName: "5557788-\(caller).wav", sha256: String(repeating: "0a", count: 32), bytes: 44,
            format: "pcm")
        file.caller = caller
        let closing = ComplaintClosing(
            channel: "smart-kundulun", number: "P-1", closed: Timestamp(seconds: 1_614_996_000), outcome: "已回访\(name) \(mobile)")
        let message = OutboxMessage(
            message: "m-1", recipient: "webhook:nobody", kind: OutboxMessage.complaintClosed, subject: "smart-kundulun/P-1",
            body: closing.json)
        return [
            ("P-1", EventType.complaintReceived, complaint.json), ("P-1/2", EventType.complaintUpdated, update.json),
            (file.sha256 + "/" + file.fileName, EventType.recordingFile, file.json),
            ("P-1/closed", EventType.complaintClosed, closing.json), ("m-1", EventType.outboxQueued, message.json),
        ]
    }

    private func plantFiles(_ site: PlantedSite) throws {
        let header = "渠道,编号,受理时间,内容,地点,诉求人,电话\n"
        let good = "智慧昆都仑,F-1,2021-03-05 10:20,\(Self.words),钢铁大街,\(Self.name),\(Self.mobile)\n"
        let broken = "智慧昆都仑,F-2,\(Self.mobile),\(Self.words),钢铁大街,\(Self.name),\(Self.mobile)\n"
        let nowhere = "\(Self.name),F-3,2021-03-05,\(Self.words),钢铁大街,\(Self.name),\(Self.mobile)\n"
        try site.folder.write(header + good + broken + nowhere, to: "in/complaints-\(Self.caller).csv")
        for (name, bytes) in [
            ("20210305_102030_IN_\(Self.caller)_8001.wav", WAVFile.silence(seconds: 1)), ("5557788-\(Self.caller).wav", [0x52]),
        ] {
            #expect(FileManager.default.createFile(atPath: site.folder.file("spool/" + name), contents: Data(bytes)))
        }
        try site.folder.write("<recording><broken \(Self.name) \(Self.caller)", to: "spool/20210305_\(Self.caller).xml")
        try site.folder.write(header + broken, to: "bad.csv")
    }

    private func plantByCommand(_ site: PlantedSite) async throws {
        let added = try Program.run([
            "complaint", "add", "--channel", "petition", "--number", "C-1", "--text", Self.words, "--reporter", Self.name,
            "--phone", Self.mobile, "--email", Self.email, "--place", "青年路", "--config", site.config,
        ])
        #expect(added.status == 0, "\(added.errors)")
        Self.expectClean(Array((added.output + added.errors).utf8), "complaint add")
        let imported = try Program.run(["import", "complaints", site.folder.file("bad.csv"), "--config", site.config])
        Self.expectClean(Array((imported.output + imported.errors).utf8), "import complaints")
        let opened = try await eventually(within: 180) { try self.incident(site, of: "C-1") != nil }
        #expect(opened)
        let id = try #require(try incident(site, of: "C-1"))
        for words in [
            ["verify", "--result", "exists"], ["file"], ["dispatch", "--department", "市容科"], ["report-back"],
            ["check", "--result", "pass"], ["close", "--reason", "已电话答复\(Self.name)（\(Self.mobile)）"],
        ] {
            let moved = try Program.run(["incident", words[0], id] + words.dropFirst() + ["--config", site.config])
            #expect(moved.status == 0, "\(words): \(moved.errors)")
            Self.expectClean(Array((moved.output + moved.errors).utf8), "incident \(words[0])")
        }
    }

    private func incident(_ site: PlantedSite, of number: String) throws -> String? {
        try Self.lines(["incident", "list", "-n", "500", "--json", "--config", site.config])
            .first { $0["reference"]?.string == number }?["id"]?.string
    }

    private static func lines(_ words: [String]) throws -> [JSON] {
        try Program.run(words).output.split(separator: "\n").compactMap { try? JSON(parsing: String($0)) }
    }

    /// Waits until everything planted has come through.
    private func settled(_ site: PlantedSite) async throws {
        let isThere = try await eventually(within: 180) {
            let recordings = try Self.lines(["recording", "list", "--json", "--config", site.config])
            let complaints = try Self.lines(["complaint", "list", "--json", "--config", site.config])
            let quarantine = try Self.lines(["quarantine", "list", "--json", "--config", site.config])
            let outbox = try Self.lines(["outbox", "list", "--json", "--config", site.config])
            return recordings.contains { $0["state"]?.string == "complete" } && complaints.count >= 4 && quarantine.count >= 4
                && outbox.contains { $0["state"]?.string == "delivered" && $0["subject"]?.string == "petition/C-1" }
        }
        #expect(isThere, "record and recording find each other though the number in their names is replaced")
    }

    // MARK: - Out

    private func outputs(_ site: PlantedSite) throws -> [String: String] {
        var found: [String: String] = [:]
        func take(_ words: String...) throws {
            let outcome = try Program.run(words + ["--config", site.config])
            found[words.filter { !$0.contains("/") }.joined(separator: " ")] = outcome.output + outcome.errors
        }
        try take("tail", "-n", "1000")
        try take("tail", "-n", "1000", "--json")
        for list in ["incident", "complaint", "recording", "outbox", "quarantine", "device", "evidence"] {
            try take(list, "list")
            try take(list, "list", "--json")
        }
        found["tail --json"] = found["tail -n 1000 --json"]
        try take("status")
        try take("status", "--json")
        try take("check")
        try take("complaint", "similar", "--days", "366")
        for number in ["P-1", "F-1", "C-1"] {
            try take("complaint", "show", number)
            try take("complaint", "show", number, "--json")
        }
        for row in try Self.lines(["incident", "list", "-n", "500", "--json", "--config", site.config]) {
            guard let id = row["id"]?.string else { continue }
            try take("incident", "show", id)
            try take("incident", "show", id, "--json")
        }
        for row in try Self.lines(["quarantine", "list", "--json", "--config", site.config]) {
            try take("quarantine", "show", row["number"]?.plainText ?? "0")
        }
        let last = try Program.run(["tail", "-n", "1", "--json", "--config", site.config]).json?["position"]?.int ?? 0
        #expect(last > 20)
        found["events"] = try Program.run(["event", "show", "--config", site.config] + (1...last).map { String($0) }).output
        _ = try Program.run(["export", "--year", "2021", "--out", site.folder.file("export"), "--config", site.config])
        try expectCleanFiles(site.folder.file("export"))
        for row in try Self.lines(["evidence", "list", "--json", "--config", site.config]) {
            guard let hash = row["sha256"]?.string, row["device"]?.string == "recorder-1" else { continue }
            try take("evidence", "show", hash)
            let out = site.folder.file("copy-" + hash.prefix(8))
            let copied = try Program.run([
                "evidence", "export", hash, "--out", out, "--purpose", "核查\(Self.mobile)", "--config", site.config,
            ])
            #expect(copied.status == 0, "\(copied.errors)")
            try expectCleanFiles(out)
        }
        return found
    }

    private func pages(_ daemon: DaemonProcess) throws -> [String: String] {
        var found: [String: String] = [:]
        let paths = [
            "/", "/metrics", "/livez", "/readyz", "/v1/status", "/v1/events?limit=1000", "/v1/incidents",
            "/open311/v2/requests.json?api_key=app-key", "/open311/v2/requests.xml?api_key=app-key",
            "/v1/incidents/\(Self.mobile)x",
        ]
        for path in paths {
            let client = try #require(PlainHTTPClient(port: daemon.port))
            let answer = try #require(client.request("GET", path, ["Authorization": "Bearer test-token"]), "\(path)")
            // A caller's own address is told back to nobody but him.
            found["GET " + path] = path.contains(Self.mobile) ? "" : answer.body
            #expect(answer.status == 200 || path.contains(Self.mobile), "\(path): \(answer.body)")
        }
        return found
    }

    private func expectCleanFiles(_ path: String, besides: [String] = []) throws {
        let names = try #require(FileManager.default.enumerator(atPath: path)).compactMap { $0 as? String }
        var looked = 0
        for name in names where !besides.contains(where: { ("/" + name).contains($0) }) {
            Self.expectClean(Array(name.utf8), "the name of a file")
            guard let bytes = FileManager.default.contents(atPath: path + "/" + name) else { continue }
            Self.expectClean([UInt8](bytes), name)
            looked += 1
        }
        #expect(looked > 0, "nothing was looked at in \(path)")
    }

    private static func expectClean(_ bytes: [UInt8], _ place: String) {
        let data = Data(bytes)
        for word in planted {
            guard let found = data.range(of: Data(word.utf8)) else { continue }
            let around = data[max(0, found.lowerBound - 120)..<min(data.count, found.upperBound + 60)]
            Issue.record("\(place) holds \(word): …\(String(decoding: around, as: UTF8.self))…")
        }
    }

    // MARK: - With the role

    /// Who gives a reason reads all of it, and that stands in the journal.
    private func withTheRole(_ site: PlantedSite) async throws {
        let refused = try Program.run(["complaint", "show", "P-1", "--personal", "--config", site.config])
        #expect(refused.status == 64)
        let reason = ["--personal", "--reason", "复核", "--by", "reviewer", "--config", site.config]
        for number in ["F-1", "C-1"] {
            let shown = try Program.run(["complaint", "show", number] + reason).output
            for word in [Self.name, Self.mobile, Self.landline] { #expect(shown.contains(word), "\(number): \(word)") }
        }
        #expect(try Program.run(["complaint", "show", "C-1"] + reason).output.contains("已电话答复\(Self.name)（\(Self.mobile)）"))
        let first = try Program.run(["complaint", "show", "P-1", "--json"] + reason).output
        for word in [Self.words, "钢铁大街\(Self.name)家门口", "请回电139-5555-0001找\(Self.name)", "已回访\(Self.name) \(Self.mobile)"] {
            #expect(first.contains(word), "\(word)")
        }
        let rows = try Self.lines(["quarantine", "list", "--json", "--config", site.config]).compactMap {
            $0["number"]?.plainText
        }
        var raw = ""
        for number in rows {
            #expect(try Program.run(["quarantine", "show", number, "--personal", "--config", site.config]).status == 64)
            raw += try Program.run(["quarantine", "show", number] + reason).output
        }
        #expect(raw.contains(Self.name) && raw.contains(Self.caller))
        let evidence = try Self.lines(["evidence", "list", "--device", "recorder-1", "--json", "--config", site.config])
        let files = try evidence.compactMap { $0["sha256"]?.string }.map {
            try Program.run(["evidence", "show", $0] + reason).output
        }
        #expect(files.contains { $0.contains("20210305_102030_IN_\(Self.caller)_8001.wav") })
        let call = try #require(
            try Self.lines(["recording", "list", "--json", "--config", site.config]).compactMap { $0["callPosition"]?.plainText }
                .first)
        #expect(try Program.run(["event", "show", call] + reason).output.contains(Self.caller))
        // The channel that the complaint came from is told all of the outcome.
        let told = try FileManager.default.subpathsOfDirectory(atPath: site.folder.file("replies")).compactMap {
            FileManager.default.contents(atPath: site.folder.file("replies/" + $0))
        }
        #expect(told.contains { String(decoding: $0, as: UTF8.self).contains("已电话答复\(Self.name)") })
        let readings = try Self.lines(["tail", "-n", "1000", "--type", "personal.read", "--json", "--config", site.config])
        let what = readings.compactMap { $0["data"]?["what"]?.string }
        #expect(readings.allSatisfy { $0["data"]?["by"]?.string == "reviewer" })
        #expect(what.contains("complaint smart-kundulun/P-1") && what.contains("events \(call)"))
        for number in rows { #expect(what.contains("quarantine \(number)")) }
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}

/// A folder with a configuration that has every way in.
private struct PlantedSite {
    let folder: TemporaryFolder
    let config: String

    init() throws {
        folder = try TemporaryFolder()
        for name in ["in", "spool", "replies"] {
            try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
        }
        config = try writeConfiguration(
            folder,
            """
              - {name: citizens-app, scopes: [open311], channel: smart-kundulun, file: api-key}
              - {name: desk, scopes: [write, operate], file: desk}
            open311: {contact: 热线 12345}
            log: {level: debug}
            channels: {folder: in, replies: replies}
            recorders:
              - name: recorder-1
                adapter: spool
                folder: spool
                stable: 200ms
                patience: 0s
                calls: {push: {token: {file: token}}}
            """)
        for (name, secret) in [("api-key", "app-key"), ("desk", PersonalDataEndToEndTests.desk)] {
            try folder.write(secret + "\n", to: name)
            chmod(folder.file(name), 0o600)
        }
    }
}

private enum WAVFile {
    /// Sound of 8 kHz and 16 bits that is silent.
    static func silence(seconds: Int) -> [UInt8] {
        func number(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
        let data = [UInt8](repeating: 0, count: 16000 * seconds)
        let format = number(1, 2) + number(1, 2) + number(8000, 4) + number(16000, 4) + number(2, 2) + number(16, 2)
        let chunks = Array("WAVEfmt ".utf8) + number(16, 4) + format + Array("data".utf8) + number(data.count, 4) + data
        return Array("RIFF".utf8) + number(chunks.count, 4) + chunks
    }
}
