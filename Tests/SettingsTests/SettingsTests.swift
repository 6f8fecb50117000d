import Model
import TestKit
import Testing

@testable import Settings

@Suite struct SettingsTests {
    @Test("the bureau's name alone is a valid file and everything else has its default")
    func defaults() throws {
        let settings = try Settings.parse(text: smallFile, file: "p.yaml")
        #expect(settings.bureau.name == "昆都仑区城市管理综合执法局")
        #expect(settings.bureau.district == "150203")
        #expect(settings.dataFolder == "/var/lib/patrold")
        #expect(settings.listen.http.description == "127.0.0.1:8311")
        #expect(settings.listen.socket == "/run/patrold/patrold.sock")
        #expect(settings.intake.limit == 16_777_216)
        #expect(settings.intake.mailbox == 10_000)
        #expect(settings.incidents.window == .minutes(10))
        #expect(settings.incidents.classes == nil)
        #expect(settings.report.form == .form2021)
        #expect(settings.log.level == .info)
        #expect(settings.cameras.isEmpty && settings.recorders.isEmpty && settings.sources.isEmpty)
    }

    @Test("every key is taken over")
    func everyKey() throws {
        let text =
            cameraFile(["url": "https://192.0.2.7/cam/1/"]) + #"""
                    channel: 2
                    channel_offset: 32
                    silence: 90s
                    quiet: 500ms
                    tls: {ca: ca.pem}
                sources:
                  - {name: pbx, source: "pbx:", scopes: [read, write], file: /etc/patrold/pbx.token}
                recorders:
                  - {name: rec-1, adapter: spool, folder: /srv/rec, stable: 3s, patience: 1m, suffixes: [.MP3],
                     depth: 0, patterns: ['(?<id>.*)\.mp3'], silence: 1d}
                data: {folder: data}
                listen: {http: "[::1]:0", socket: run/p.sock}
                intake: {limit: 512KiB, mailbox: 5000}
                channels: {folder: drop}
                incidents: {rules: "7", window: 1h, tolerance: 1m, classes: [intrusion], departments: [环卫, 市政]}
                report: {form: 2019, chapters: chapters.yaml}
                log: {level: debug}
                alive: 5s

                """#
        let settings = try Settings.parse(text: text, file: "/etc/x/p.yaml")
        let camera = try #require(settings.cameras.first)
        #expect(camera.url == "https://192.0.2.7/cam/1")
        #expect(camera.channel == 2 && camera.channelOffset == 32)
        #expect(camera.silence == .seconds(90) && camera.quiet == .milliseconds(500))
        #expect(camera.tls == Settings.TLS(ca: "/etc/x/ca.pem"))
        #expect(camera.password == .credential("cam-1"))
        let token = Secret.file("/etc/patrold/pbx.token")
        #expect(settings.sources == [.init(name: "pbx", prefix: "pbx:", scopes: [.read, .write], token: token)])
        let recorder = try #require(settings.recorders.first)
        #expect(recorder.stable == .seconds(3) && recorder.patience == .minutes(1) && recorder.silence == .days(1))
        #expect(recorder.suffixes == [".mp3"] && recorder.depth == 0 && recorder.patterns == [#"(?<id>.*)\.mp3"#])
        #expect(settings.dataFolder == "/etc/x/data" && settings.channels.folder == "/etc/x/drop")
        #expect(settings.listen.http == .init(host: "::1", port: 0) && settings.listen.socket == "/etc/x/run/p.sock")
        #expect(settings.intake.limit == 524_288 && settings.intake.mailbox == 5000)
        #expect(settings.incidents.classes == ["intrusion"] && settings.incidents.departments == ["环卫", "市政"])
        #expect(settings.incidents.rules == "7" && settings.incidents.window == .hours(1))
        #expect(settings.incidents.tolerance == .minutes(1))
        #expect(settings.report.form == .form2019 && settings.report.chapters == "/etc/x/chapters.yaml")
        #expect(settings.log.level == .debug && settings.alive == .seconds(5))
    }

    @Test("the secrets are listed with the keys that name them")
    func secrets() throws {
        let text = cameraFile(adding: "sources:\n  - {name: pbx, credential: pbx}\n")
        let secrets = try Settings.parse(text: text, file: "p.yaml").secrets
        #expect(secrets.map(\.key) == ["sources[0]", "cameras[0].password"])
        #expect(secrets.map(\.secret) == [.credential("pbx"), .credential("cam-1")])
    }

    @Test("a key without a value is as good as an absent one")
    func emptyValue() throws {
        let settings = try Settings.parse(text: smallFile + "intake:\nlog: ~\n", file: "p.yaml")
        #expect(settings.intake == Settings.Intake())
    }

    @Test("the example configurations parse and name every device", arguments: ["patrold.yaml", "first-camera.yaml"])
    func examples(name: String) throws {
        let settings = try Settings.read(path: Fixtures.root + "/deploy/" + name)
        #expect(!settings.cameras.isEmpty)
        #expect(settings.cameras.allSatisfy { !$0.place.isEmpty })
    }

    @Test("a missing file is named, with what is wrong")
    func missingFile() {
        let error = #expect(throws: SettingsError.self) { try Settings.read(path: "/nowhere/p.yaml") }
        #expect(error?.code == .unreadable)
        #expect(error?.description == "/nowhere/p.yaml: the file cannot be read: there is no such file")
    }

    @Test("a file that is not UTF-8 is refused")
    func notUTF8() throws {
        let folder = try TemporaryFolder()
        // GB18030 of 局.
        try writeBytes([0xbe, 0xd6], to: folder.file("p.yaml"))
        let error = #expect(throws: SettingsError.self) { try Settings.read(path: folder.file("p.yaml")) }
        #expect(error?.description.hasSuffix("it is not UTF-8; save it as UTF-8") == true)
    }

    @Test("lengths of time and sizes are read and written", arguments: ["500ms", "5s", "10m", "2h", "1d", "0s"])
    func durations(text: String) {
        #expect(Span(duration: text)?.durationText == text)
    }

    @Test("what is no length of time is none", arguments: ["", "5", "s", "-5s", "5 s", "1.5h", "5sec", "99999999999d"])
    func notDurations(text: String) {
        #expect(Span(duration: text) == nil)
    }
}
