import Model
import TestKit
import Testing

@testable import Settings

@Suite struct ChannelSettingsTests {
    private static let rest = """
        version: "1"
        channels:
          - key: a
            name: 甲
            verify_first: true
            feed:
              by: rest
              request: {path: /x, query: {from: "{since}"}}
              list: data.rows
              fields: {number: no, accepted: at}

        """

    private func wrong(_ text: String) throws -> [String] {
        let folder = try TemporaryFolder()
        var files = Settings.DataFiles()
        files.channels = try folder.write(text, to: "c.yaml")
        do throws(SettingsError) {
            _ = try Catalog.read(files)
            return []
        } catch {
            return error.problems.map { String($0.description.dropFirst(folder.path.utf8.count + 1)) }
        }
    }

    private func connection(_ text: String) -> [String] {
        complaints(smallFile + "channels:\n  connections:\n    - \(text)\n")
    }

    @Test("the seven channels between them use every way of feeding, and each has a limit")
    func ways() throws {
        let channels = try Catalog.read().channels
        #expect(Set(channels.map(\.feed.way)) == [.rest, .open311, .syndication, .mail, .folder])
        #expect(channels.allSatisfy { $0.limit != nil })
        let limits = Dictionary(uniqueKeysWithValues: channels.map { ($0.key, $0.limit) })
        #expect(limits["petition"] == Channel.Limit(60, .naturalDay, basis: "信访条例第三十三条"))
        #expect(limits["proposal"]??.unit == .month)
        #expect(Set(channels.map(\.reply.way)) == [.rest, .open311, .folder, .none])
    }

    @Test("a definition is read as it is written, with defaults for what it leaves out")
    func definition() throws {
        let channels = try Catalog.read().channels
        guard case .rest(let digital)? = channels.first?.feed, case .rest(let cloud) = channels[2].feed else {
            Issue.record("expected definitions by rest")
            return
        }
        guard case .cursor(_, _, 100, true) = digital.paging else {
            Issue.record("expected a cursor that lasts")
            return
        }
        #expect(digital.fields[.text].map(\.description) == ["description", "title"])
        #expect(digital.access?.login == nil && digital.overlap == .minutes(10) && digital.times == TimeSpelling(.civil))
        #expect(digital.requestTimes == digital.times && digital.longest == nil)
        #expect(cloud.paging == .window(size: 200) && cloud.longest == .days(7) && cloud.times.form == .milliseconds)
        #expect(cloud.access?.login?.lifetime == .minutes(30) && cloud.categories["违停"] == "0505")
        #expect(cloud.request.method == "POST" && cloud.request.places == ["since", "until", "size"])
    }

    @Test(
        "each wrong definition has its sentence with line and key",
        arguments: [
            (
                "list: data.rows", "list: data..rows",
                "c.yaml:9:channels[0].feed.list: a name is expected, as in data.rows[0].text, found \"data..rows\""
            ),
            ("{since}", "{sinse}", "c.yaml:8:channels[0].feed.request.query.from: nothing fills {sinse}; did you mean {since}?"),
            (
                "{since}", "{token}",
                "c.yaml:8:channels[0].feed.request.query.from: nothing fills {token}; known here: {since}, {until},"
            ),
            ("number: no", "numer: no", "c.yaml:10:channels[0].feed.fields.numer: unknown field; did you mean \"number\"?"),
            ("number: no, ", "", "c.yaml:7:channels[0].feed.fields.number: missing; write the path of the complaint's number"),
            (
                "by: rest", "by: rset",
                "c.yaml:7:channels[0].feed.by: expected rest, open311, syndication, mail, folder, hand, found \"rset\""
            ),
            ("path: /x", "path: x", "c.yaml:8:channels[0].feed.request.path: expected a path that begins with \"/\""),
            ("path: /x", "path: /x, body: b", "c.yaml:8:channels[0].feed.request.body: a GET has no body; write method: POST"),
            (
                "path: /x", "path: /x, methode: PUT",
                "c.yaml:8:channels[0].feed.request.methode: unknown key; did you mean \"method\"?"
            ),
            ("list:", "paging: {by: page}\n      list:", "c.yaml:7:channels[0].feed.paging: paging by page needs {page}"),
            (
                "list:", "paging: {by: cursor}\n      list:",
                "c.yaml:9:channels[0].feed.paging.next: missing; write the path of the next cursor"
            ),
            (
                "list:", "times: {form: unix}\n      list:",
                "c.yaml:9:channels[0].feed.times.form: expected rfc3339, civil, day, compact, seconds, milliseconds, found"
            ),
            (
                "list:", "times: {form: civil, zone: \"8\"}\n      list:",
                "c.yaml:9:channels[0].feed.times.zone: expected Z or a distance from UTC"
            ),
            ("list:", "categories: {x: \"51\"}\n      list:", "c.yaml:9:channels[0].feed.categories.x: expected the four digits"),
            (
                "list:", "access: {name: A, value: x}\n      list:",
                "c.yaml:9:channels[0].feed.access.value: expected {token} within the value"
            ),
        ])
    func sentences(old: String, new: String, expected: String) throws {
        let found = try wrong(Self.rest.replacing(old, with: new, maxReplacements: 1))
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test(
        "limits and replies are checked too",
        arguments: [
            (
                "limit: {count: 15, unit: day}",
                "c.yaml:6:channels[0].limit.unit: expected urgent-hour, work-hour, work-day, natural-day, month, found \"d"
            ),
            ("reply: {by: open311}", "c.yaml:6:channels[0].reply.by: an open311 reply needs a feed by open311"),
            (
                "reply: {by: rest, request: {method: POST, path: /c}}",
                "c.yaml:6:channels[0].reply.request: nothing says which complaint is meant"
            ),
            (
                "feed: {by: mail, afterwards: delete}",
                "c.yaml:6:channels[0].feed.afterwards: expected seen, keep or {move: FOLDER}, found \"delete\""
            ),
        ])
    func others(line: String, expected: String) throws {
        let found = try wrong("version: \"1\"\nchannels:\n  - key: a\n    name: 甲\n    verify_first: true\n    \(line)\n")
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test("connections are read with their defaults")
    func connections() throws {
        let text =
            smallFile + """
                channels:
                  folder: drop
                  replies: replies
                  connections:
                    - {channel: smart-kundulun, url: "https://h/x/", token: {file: t}, tls: {ca: c.pem}, every: 5m, since: 2021-01-01}
                    - {channel: proposal, url: "imaps://mail.example.cn", user: u, password: {credential: mail}}

                """
        let settings = try Settings.parse(text: text, file: "/etc/x/p.yaml")
        #expect(settings.channels.folder == "/etc/x/drop" && settings.channels.replies == "/etc/x/replies")
        let connection = try #require(settings.channels.connections.first)
        #expect(connection.channel == "smart-kundulun" && connection.url == "https://h/x")
        #expect(connection.token == .file("/etc/x/t") && connection.tls.ca == "/etc/x/c.pem")
        #expect(connection.every == .minutes(5) && connection.since == Day("2021-01-01"))
        #expect(settings.channels.connections.last?.every == nil)
        let catalog = try Catalog.read(settings.files)
        let asked = catalog.channels.filter { $0.feed.isConnected }.map { channel in
            "\(channel.key) \(Settings.Connection(channel: channel.key, url: "x").interval(of: channel).microseconds / 1_000_000)"
        }
        #expect(
            asked == [
                "city-digital 60", "smart-kundulun 60", "huanghe-cloud 60", "civil-baotou 900", "proposal 300", "media 900",
            ])
        #expect(catalog.channels.first.map { connection.interval(of: $0) } == .minutes(5))
        #expect(settings.secrets.map(\.key) == ["channels.connections[0].token", "channels.connections[1].password"])
    }

    @Test(
        "each wrong connection has its sentence",
        arguments: [
            (
                "{channel: smart-kundlun, url: \"https://h\"}",
                "p.yaml:6:channels.connections[0].channel: the channel list has no \"smart-kundlun\"; did you mean \"smart"
            ),
            (
                "{channel: smart-kundulun, ulr: \"https://h\"}",
                "p.yaml:6:channels.connections[0].ulr: unknown key; did you mean \"url\"?"
            ),
            (
                "{channel: smart-kundulun, url: h}",
                "p.yaml:6:channels.connections[0].url: expected an address that begins with http:// or https://"
            ),
            (
                "{channel: smart-kundulun, url: \"imaps://h\"}",
                "p.yaml:6:channels.connections[0].url: the channel is fed by open311; begin with https:// or http://"
            ),
            (
                "{channel: proposal, url: \"https://h\", user: u, password: {file: p}}",
                "p.yaml:6:channels.connections[0].url: the channel is fed by mail; begin with imaps://"
            ),
            (
                "{channel: petition, url: \"https://h\"}",
                "p.yaml:6:channels.connections[0]: the channel \"petition\" has no server, its files are put into channels"
            ),
            (
                "{channel: city-digital, url: \"https://h\"}",
                "p.yaml:6:channels.connections[0]: token is missing, and the channel's definition needs it"
            ),
            ("{channel: huanghe-cloud, url: \"https://h\", user: u}", "p.yaml:6:channels.connections[0]: password is missing"),
            (
                "{channel: city-digital, url: \"https://h\", token: abc}",
                "p.yaml:6:channels.connections[0].token: a secret never stands in this file"
            ),
            (
                "{channel: media, url: \"http://h\", tls: {insecure: true}}",
                "p.yaml:6:channels.connections[0]: the url begins with http://"
            ),
            (
                "{channel: media, url: \"https://h\", every: 1ms}",
                "p.yaml:6:channels.connections[0].every: expected a time from 1s to 1d"
            ),
            (
                "{channel: media, url: \"https://h\", since: 2021}",
                "p.yaml:6:channels.connections[0].since: expected a day such as 2021-01-01"
            ),
        ])
    func wrongConnection(text: String, expected: String) {
        #expect(connection(text).contains { $0.hasPrefix(expected) }, "\(connection(text))")
    }

    @Test("a channel is connected once, and no device has the name of its feed")
    func names() {
        let twice =
            smallFile + """
                channels:
                  connections:
                    - {channel: media, url: "https://a"}
                    - {channel: media, url: "https://b"}

                """
        #expect(complaints(twice).contains { $0.contains("the channel \"media\" stands more than once") })
        let taken = cameraFile(
            ["name": "channel-media"], adding: "channels:\n  connections:\n    - {channel: media, url: \"https://a\"}\n")
        #expect(
            complaints(taken) == [
                "p.yaml:5:cameras[0].name: the name \"channel-media\" is that of a channel's feed; choose another"
            ])
    }
}
