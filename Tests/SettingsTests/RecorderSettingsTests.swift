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
        #expect(recorder.remote?.stableAfter == .seconds(10) && recorder.remote?.hostKey == nil && recorder.remote?.key == nil)
        let complaint = wrong("{name: rec-1, adapter: sftp, url: \"sftp://192.0.2.31/rec\"}")
        #expect(complaint.contains("known_hosts: missing") && complaint.contains("user: missing"))
        #expect(complaint.contains("password: missing") && complaint.contains("or key: {file: PATH}"))
    }

    @Test("a fingerprint serves in place of the known hosts, and a private key in place of a password")
    func keys() throws {
        let print = "SHA256:" + String(repeating: "aB+/", count: 10) + "123"
        let address = "name: rec-1, adapter: sftp, url: \"sftp://192.0.2.31/rec\", user: r, "
        let remote = try #require(
            try recorder("{\(address) host_key: \"\(print)\", key: {file: id_ed25519}, stable_after: 1m}").remote)
        #expect(remote.hostKey == print && remote.knownHosts == nil && remote.password == nil)
        #expect(remote.key == .file("/etc/x/id_ed25519") && remote.stableAfter == .minutes(1))
        for bad in ["16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", "SHA256:short", print + "=", String(print.dropFirst(7))] {
            let complaint = wrong("{\(address) host_key: \"\(bad)\", key: {credential: k}}")
            #expect(complaint.contains("expected SHA256: and 43 characters, as 'ssh-keygen -l -f KEY.pub' shows them"))
            #expect(!complaint.contains("known_hosts"))
        }
        #expect(wrong("{\(address) host_key: \"\(print)\", key: id_ed25519}").contains("key: "))
        #expect(
            wrong("{\(address) host_key: \"\(print)\", key: {file: k}, stable_after: 2h}").contains(
                "stable_after: expected a time"))
        let http = "{name: rec-1, adapter: http, url: \"http://h/\", key: {file: k}}"
        #expect(wrong(http).contains("unknown key"))
    }

    @Test("FTP begins in the clear and may go on only under TLS, if that is said")
    func explicitTLS() throws {
        let remote = try recorder(
            "{name: rec-1, adapter: ftp, url: \"ftp://192.0.2.30/rec\", tls: {required: true, ca: ca.pem}}"
        ).remote
        #expect(remote?.requiresTLS == true && remote?.tls.ca == "/etc/x/ca.pem")
        #expect(try recorder("{name: rec-1, adapter: ftp, url: \"ftp://192.0.2.30/rec\"}").remote?.requiresTLS == false)
        let plain = wrong("{name: rec-1, adapter: ftp, url: \"ftp://192.0.2.30/rec\", tls: {ca: ca.pem}}")
        #expect(plain.contains("add required: true, or write ftps://"))
        #expect(wrong("{name: r, adapter: http, url: \"https://h/\", tls: {required: true}}").contains("unknown key"))
    }

    @Test("an HTTP interface is asked by a template, and its answer is read where the configuration says")
    func query() throws {
        let recorder = try recorder(
            """
            {name: rec-1, adapter: http, url: "https://192.0.2.32/api?from={from:plain}&next={cursor}", token: {credential: t},
                 query: {window: 7d, items: data.calls, file: audio.url, name: id, size: bytes, time: "end", next: data.next}}
            """)
        let query = try #require(recorder.remote?.query)
        #expect(query.window == .days(7) && query.items.description == "data.calls" && query.file.description == "audio.url")
        #expect(query.fileName?.description == "id" && query.size?.description == "bytes" && query.time?.description == "end")
        #expect(query.next?.description == "data.next" && recorder.remote?.token == .credential("t"))
        let least = "{name: r, adapter: http, url: \"http://h/\", query: {items: $, file: url, size: size}}"
        #expect(try self.recorder(least).remote?.query?.window == .days(3))
    }

    @Test(
        "what is wrong with a query is said in a sentence",
        arguments: [
            ("http://h/?a={from}", "", "{from} is filled for a query only"),
            ("http://h/?a={start}", "query: {items: a, file: b, size: c}", "the url holds {start}; known: {from}"),
            ("http://h/?a={cursor}", "query: {items: a, file: b, size: c}", "{cursor} in the url and next belong together"),
            ("http://h/", "query: {items: a, file: b, size: c, next: d}", "{cursor} in the url and next belong together"),
            ("http://h/", "query: {file: b, size: c}", "query.items: missing; write where the list stands in an answer"),
            ("http://h/", "query: {items: a, size: c}", "query.file: missing; write where an item's address stands"),
            ("http://h/", "query: {items: a, file: b}", "write size or time"),
            ("http://h/", "query: {items: \"a[\", file: b, size: c}", "this is no place within an answer: a \"[\" is not closed"),
            ("http://h/", "query: {items: a, file: b, size: c, window: 0s}", "query.window: expected a time from"),
            ("http://h/", "query: {items: a, file: b, size: c, pages: 2}", "unknown key"),
            ("http://h/", "token: {credential: t}, user: u, password: {credential: p}", "token and user are two ways to log in"),
        ])
    func queryErrors(url: String, rest: String, sentence: String) {
        let complaint = wrong("{name: r, adapter: http, url: \"\(url)\", \(rest)}")
        #expect(complaint.contains(sentence), "\(complaint)")
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
            + "  - {name: s, adapter: sftp, url: \"sftp://h/\", user: u, known_hosts: /k, key: {file: /id}}\n"
            + "  - {name: h, adapter: http, url: \"http://h/\", token: {credential: t}}\n"
        let secrets = try Settings.parse(text: text, file: "p.yaml").secrets
        #expect(
            secrets.map(\.key) == [
                "recorders[0].password", "recorders[0].calls.push.token", "recorders[1].key", "recorders[2].token",
            ])
    }
}
