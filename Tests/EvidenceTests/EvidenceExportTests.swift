import Evidence
import Foundation
import Model
import Platform
import TestKit
import Testing

@Suite("Exporting evidence") struct EvidenceExportTests {
    let bench: EvidenceBench
    private let python = Fixtures.root + "/Tests/Foreign/evidence_folder.py"

    init() throws {
        bench = try EvidenceBench()
    }

    private func text(_ name: String, in folder: String = "out") throws -> String {
        String(decoding: try Files.read(bench.folder.file(folder + "/" + name)), as: UTF8.self)
    }

    private func export(
        _ items: [EvidenceItem], to folder: String = "out", personal: Bool = false
    ) throws -> [String] {
        try EvidenceExport(bench.store, EvidenceBench.facts(personal: personal)).write(
            items.map { bench.copy($0) }, to: bench.folder.file(folder))
    }

    @Test("the folder holds the file, its metadata, custody log, transcript, proof, certificate and sums")
    func contents() throws {
        var item = try bench.recording()
        var transcribed = CustodyEvent(.transcribed, item.sha256, by: "li")
        transcribed.transcript = try bench.store.store(Array("甲:您好。".utf8))
        item.custody = CustodyLog([CustodyEntry(position: 9, received: EvidenceBench.start, event: transcribed)])
        let name = "20210601T075900-recorder-1-recording-\(item.sha256.prefix(8)).wav"
        #expect(
            try export([item])
                == [
                    name, "SHA256SUMS", "certificate.html", "custody.json", "metadata.json", "proof.json", "transcript.txt",
                ].sorted())
        #expect(try text(name) == "RIFF sound")
        #expect(try text("transcript.txt") == "甲:您好。")
        let metadata = try JSON(parsing: text("metadata.json"))
        #expect(metadata["file"]?.string == name && metadata["maker"]?.string == "wang")
        #expect(metadata["item"]?["position"]?.int == 5 && metadata["item"]?["bytes"]?.int == 10)
        #expect(try JSON(parsing: text("custody.json"))["entries"]?.array?.count == 1)
        #expect(try Files.list(bench.folder.path).contains { $0.contains(".part-") } == false)
    }

    @Test("another machine verifies the folder with sha256sum alone, and one changed byte is seen")
    func sums() throws {
        _ = try export([try bench.recording(), try bench.picture()])
        let good = try EvidenceBench.run(["sha256sum", "-c", "SHA256SUMS"], in: bench.folder.file("out"))
        #expect(good.status == 0 && !good.output.contains("FAILED"), "\(good.output)")
        for folder in try Files.list(bench.folder.file("out")) where folder != "SHA256SUMS" {
            let inner = try EvidenceBench.run(["sha256sum", "-c", "SHA256SUMS"], in: bench.folder.file("out/" + folder))
            #expect(inner.status == 0, "\(inner.output)")
            try Files.writeDurably(Array("{}".utf8), to: bench.folder.file("out/\(folder)/custody.json"))
        }
        let bad = try EvidenceBench.run(["sha256sum", "-c", "SHA256SUMS"], in: bench.folder.file("out"))
        #expect(bad.status != 0 && bad.output.contains("custody.json: FAILED"))
    }

    @Test("an independent program verifies the inclusion from nothing but the folder", arguments: [1, 2, 5, 8, 11])
    func independent(position: Int) throws {
        _ = try export([try bench.recording(position: Position(position))], personal: true)
        let verified = try EvidenceBench.run(["python3", python, "."], in: bench.folder.file("out"))
        #expect(verified.output == "verified\n" && verified.status == 0)
        _ = try export([try bench.recording(position: Position(position))], to: "masked")
        #expect(try EvidenceBench.run(["python3", python, "."], in: bench.folder.file("masked")).output == "verified leaf\n")
    }

    @Test("a proof of another tree is refused by the independent program")
    func forged() throws {
        let item = try bench.picture()
        let good = bench.copy(item)
        var root = good.inclusion.root
        root[0] ^= 1
        let forged = EvidenceCopy(
            item: item,
            inclusion: TreeInclusion(
                position: item.position, size: good.inclusion.size, input: good.inclusion.input, leaf: good.inclusion.leaf,
                path: good.inclusion.path, root: root))
        _ = try EvidenceExport(bench.store, EvidenceBench.facts()).write([forged], to: bench.folder.file("out"))
        let verified = try EvidenceBench.run(["python3", python, "."], in: bench.folder.file("out"))
        #expect(verified.status == 1 && verified.output == "the path does not lead to the root\n")
    }

    @Test("the same items, purpose and time give the same bytes")
    func deterministic() throws {
        let items = [try bench.recording(), try bench.picture()]
        let names = try export(items)
        #expect(try export(items, to: "again") == names)
        for name in names { #expect(try text(name) == text(name, in: "again")) }
    }

    @Test("without the right to personal data no file holds the caller's number in any form, with it all is there")
    func personal() throws {
        var item = try bench.recording()
        var exported = CustodyEvent(.exported, item.sha256, by: "wang")
        exported.purpose = "回复 \(EvidenceBench.caller)"
        item.custody = CustodyLog([CustodyEntry(position: 9, received: EvidenceBench.start, event: exported)])
        for name in try export([item]) {
            #expect(try !text(name).contains(EvidenceBench.caller), "\(name)")
            #expect(!name.contains(EvidenceBench.caller))
        }
        let proof = try JSON(parsing: text("proof.json"))
        #expect(proof["input"] == nil && proof["withheld"] != nil)
        _ = try export([item], to: "full", personal: true)
        #expect(try text("certificate.html", in: "full").contains("<td>\(EvidenceBench.caller)</td>"))
        #expect(try text("metadata.json", in: "full").contains(EvidenceBench.caller))
        let input = try JSON(parsing: text("proof.json", in: "full"))["input"]?.string.flatMap { Data(base64Encoded: $0) }
        #expect(String(decoding: try #require(input), as: UTF8.self).contains(EvidenceBench.caller))
        // A picture tells of nobody, so its proof is whole in any case.
        _ = try export([try bench.picture()], to: "picture")
        #expect(try JSON(parsing: text("proof.json", in: "picture"))["input"] != nil)
    }

    @Test("the certificate states hash, method, times, maker, purpose, position, leaf, root and path, and has no scripts")
    func certificate() throws {
        let item = try bench.picture()
        let copy = bench.copy(item)
        _ = try export([item])
        let page = try text("certificate.html")
        for needed in [
            item.sha256, "cam-1", "2021-06-01 08:00:01", "2021-06-01 08:00:00", "2021-06-02 08:00:00", "wang", "昆城罚〔2021〕1号",
            "昆都仑区城市管理综合执法局", "#7", "@page", "电子证据说明", "配置中没有该探头",
        ] { #expect(page.contains(needed), "\(needed)") }
        for hash in copy.inclusion.path + [copy.inclusion.leaf, copy.inclusion.root] {
            #expect(page.contains(hash.map { String(format: "%02x", $0) }.joined()))
        }
        #expect(!page.lowercased().contains("<script") && !page.contains("http"))
    }

    @Test("what people typed cannot break out of the certificate")
    func escaped() throws {
        var facts = EvidenceBench.facts()
        facts.purpose = "<script>alert(1)</script> & \"quoted\""
        _ = try EvidenceExport(bench.store, facts).write([bench.copy(try bench.picture())], to: bench.folder.file("out"))
        #expect(try text("certificate.html").contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot;"))
    }

    @Test("a damaged, a missing file and a folder in use are refused, and nothing is left behind")
    func refused() throws {
        let item = try bench.recording()
        try bench.flip(item.sha256)
        #expect { try export([item]) } throws: { ($0 as? EvidenceError)?.code == .damaged }
        try Files.remove(bench.store.path(of: item.sha256))
        #expect { try export([item]) } throws: { ($0 as? EvidenceError)?.code == .missing }
        #expect(try Files.list(bench.folder.path) == ["evidence"])
        _ = try export([try bench.picture()])
        #expect { try export([try bench.picture()]) } throws: { ($0 as? EvidenceError)?.code == .occupied }
        let other = try bench.picture()
        let wrong = EvidenceCopy(item: other, inclusion: bench.copy(try bench.recording()).inclusion)
        #expect {
            try EvidenceExport(bench.store, EvidenceBench.facts()).write([wrong], to: bench.folder.file("x"))
        } throws: { ($0 as? EvidenceError)?.code == .unproven }
    }

    @Test("an exported name never leaves its folder, whatever the device is called")
    func names() throws {
        let sha256 = try bench.store.store([0xFF, 0xD8, 0xFF])
        var alarm = CameraAlarm(device: "../../etc\n/cam", state: .pulse, alarmClass: "a", rawType: "a")
        alarm.snapshot = sha256
        let item = try #require(EvidenceItem(bench.stored(EventType.cameraAlarm, alarm.json)))
        let names = try export([item])
        #expect(names.contains("20210601T080000-------etc--cam-alarm-\(sha256.prefix(8)).jpg"))
    }
}
