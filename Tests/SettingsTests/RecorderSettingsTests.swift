import Model
import Testing

@testable import Settings

@Suite struct RecorderSettingsTests {
    private func recorder(_ text: String) throws -> Settings.Recorder {
        let settings = try Settings.parse(text: smallFile + "recorders:\n  - " + text + "\n", file: "/etc/x/p.yaml")
        return try #require(settings.recorders.first)
    }

    private func wrong(_ text: String) -> String {
        complaints(smallFile + "recorders:\n  - " + text + "\n").joined(separator: "\n")
    }

    @Test("a watched folder needs its path only, and everything else has its default")
    func spool() throws {
        let recorder = try recorder("{name: rec-1, adapter: spool, folder: drop}")
        #expect(recorder.folder == "/etc/x/drop" && recorder.remote == nil && recorder.pair == nil)
        #expect(recorder.durationTolerance == .seconds(2) && recorder.headerless == .init(format: .alaw, rate: 8000))
        #expect(recorder.sidecars == [".xml"] && recorder.calls == Settings.Recorder.Calls())
        #expect(wrong("{name: rec-1, adapter: spool}").contains("recorders[0].folder: missing"))
    }

    @Test("a folder on another machine has an address of its adapter's kind")
    func remote() throws {
        let recorder = try recorder(
            """
            {name: rec-1, adapter: ftp, url: "ftps://192.0.2.30:990/rec", user: r, password: {credential: rec-1},
                 after: delete, every: 1m, encoding: gbk, tls: {ca: ca.pem}, headerless: {format: ulaw, rate: 6000}}
            """)
        let remote = try #require(recorder.remote)
        #expect(remote.url == "ftps://192.0.2.30:990/rec" && remote.user == "r" && remote.password == .credential("rec-1"))
        #expect(remote.after == .delete && remote.every == .minutes(1) && remote.encoding == .gbk)
        #expect(remote.tls.ca == "/etc/x/ca.pem" && recorder.headerless == .init(format: .ulaw, rate: 6000))
        #expect(wrong("{name: rec-1, adapter: ftp, url: \"http://192.0.2.30\"}").contains("begins with ftp:// or ftps://"))
        #expect(wrong("{name: rec-1, adapter: ftp, url: \"ftp://me@192.0.2.30\"}").contains("do not belong into the address"))
    }

    @Test("an SSH server is known by its key, and somebody logs in")
    func ssh() throws {
        let recorder = try recorder(
            "{name: rec-1, adapter: sftp, url: \"sftp://192.0.2.31/rec\", user: r, password: {file: pw}, known_hosts: known}")
        #expect(recorder.remote?.knownHosts == "/etc/x/known" && recorder.remote?.every == .seconds(30))
        let complaint = wrong("{name: rec-1, adapter: sftp, url: \"sftp://192.0.2.31/rec\"}")
        #expect(complaint.contains("known_hosts: missing") && complaint.contains("user: missing"))
    }

    @Test("an HTTP server lists its files as JSON where the configuration says so")
    func http() throws {
        let recorder = try recorder("{name: rec-1, adapter: http, url: \"http://192.0.2.32/list\", listing: json}")
        #expect(recorder.remote?.listing == .json && recorder.remote?.after == .keep)
        #expect(wrong("{name: rec-1, adapter: spool, folder: /x, listing: json}").contains("unknown key"))
    }

    @Test("calls are posted, read from a file, or both, beside the files")
    func calls() throws {
        let recorder = try recorder(
            """
            {name: rec-1, adapter: spool, folder: drop, pair: 1d, duration_tolerance: 3s, calls:
                 {push: {user: pbx, password: {credential: a}, token: {credential: b}, peers: [192.0.2.9],
                         fields: {callID: [my_id]}},
                  cdr: {path: Master.csv, format: asterisk-custom, columns: [src, dst]}}}
            """)
        let push = try #require(recorder.calls.push)
        #expect(push.user == "pbx" && push.password == .credential("a") && push.token == .credential("b"))
        #expect(push.peers == ["192.0.2.9"] && push.fields == ["callID": ["my_id"]])
        let cdr = try #require(recorder.calls.cdr)
        #expect(cdr.path == "/etc/x/Master.csv" && cdr.format == .asteriskCustom && cdr.columns == ["src", "dst"])
        #expect(recorder.pair == .days(1) && recorder.durationTolerance == .seconds(3))
    }

    @Test("a recorder without files has calls, and calls have a way")
    func none() throws {
        #expect(try recorder("{name: pbx, adapter: none, calls: {push: {peers: [192.0.2.9]}}}").adapter == .none)
        #expect(wrong("{name: pbx, adapter: none}").contains("neither files nor calls"))
        #expect(wrong("{name: pbx, adapter: none, calls: {}}").contains("neither files nor calls"))
        #expect(wrong("{name: pbx, adapter: none, folder: /x, calls: {push: {peers: [a]}}}").contains("unknown key"))
    }

    @Test("nobody posts calls without proving who it is")
    func proof() {
        #expect(wrong("{name: pbx, adapter: none, calls: {push: {fields: {caller: [who]}}}}").contains("anybody could post"))
        #expect(wrong("{name: pbx, adapter: none, calls: {push: {user: a}}}").contains("push.password: missing"))
        let complaint = wrong("{name: pbx, adapter: none, calls: {push: {token: geheim}}}")
        #expect(complaint.contains("a secret never stands in this file") && !complaint.contains("geheim"))
    }

    @Test("a field that no record has is named with those that there are")
    func field() {
        let complaint = wrong("{name: pbx, adapter: none, calls: {push: {peers: [a], fields: {color: [x]}}}}")
        #expect(complaint.contains("there is no such field; known: callID"))
    }

    @Test("one ending cannot be recording and record at once")
    func endings() {
        #expect(wrong("{name: r, adapter: spool, folder: /x, suffixes: [.xml]}").contains("a file is one or the other"))
    }

    @Test("recorders' secrets are checked with the others")
    func secrets() throws {
        let text =
            smallFile
            + "recorders:\n  - {name: r, adapter: ftp, url: \"ftp://h/\", user: u, password: {credential: f}, "
            + "calls: {push: {token: {credential: t}}}}\n"
        let secrets = try Settings.parse(text: text, file: "p.yaml").secrets
        #expect(secrets.map(\.key) == ["recorders[0].password", "recorders[0].calls.push.token"])
    }
}
