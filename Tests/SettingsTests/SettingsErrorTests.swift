import TestKit
import Testing

@testable import Settings

@Suite struct SettingsErrorTests {
    @Test(
        "each wrong value has its sentence with file, line and key",
        arguments: [
            ("bureu: {name: x}\n", "p.yaml:4:bureu: unknown key; did you mean \"bureau\"?"),
            ("listen: {htpt: \"127.0.0.1:1\"}\n", "p.yaml:4:listen.htpt: unknown key; did you mean \"http\"?"),
            ("log:\n  colour: red\n", "p.yaml:5:log.colour: unknown key; known here: level"),
            (
                "listen:\n  http: localhost\n",
                "p.yaml:5:listen.http: expected HOST:PORT such as 127.0.0.1:8311, found \"localhost\""
            ),
            (
                "listen: {http: \"a:70000\"}\n",
                "p.yaml:4:listen.http: expected HOST:PORT such as 127.0.0.1:8311, found \"a:70000\""
            ),
            ("intake: {limit: 16 Mb}\n", "p.yaml:4:intake.limit: expected a size such as 512KiB or 16MiB, found \"16 Mb\""),
            ("intake: {limit: 4GiB}\n", "p.yaml:4:intake.limit: expected a size from 1024 to 1073741824 bytes, found \"4GiB\""),
            ("intake: {mailbox: 0}\n", "p.yaml:4:intake.mailbox: expected a whole number from 1000 to 1000000, found \"0\""),
            ("intake: [1]\n", "p.yaml:4:intake: expected keys with values below this key"),
            ("cameras: {name: x}\n", "p.yaml:4:cameras: expected a list, each item after a \"-\""),
            ("data: {folder: [a]}\n", "p.yaml:4:data.folder: expected a text"),
            ("alive: 5\n", "p.yaml:4:alive: expected a length of time such as 5s, 10m, 2h or 1d, found \"5\""),
            ("alive: 2h\n", "p.yaml:4:alive: expected a time from 1s to 1h, found \"2h\""),
            (
                "log: {level: debgu}\n",
                "p.yaml:4:log.level: expected trace, debug, info, notice, warning, error, critical, found \"debgu\"; "
                    + "did you mean \"debug\"?"
            ),
            ("report: {form: 2020}\n", "p.yaml:4:report.form: expected 2019, 2021, found \"2020\"; did you mean \"2021\"?"),
            (
                "incidents: {classes: [intrusoin]}\n",
                "p.yaml:4:incidents.classes[0]: the code list has no alarm class \"intrusoin\"; did you mean \"intrusion\"?"
            ),
            ("codes_file: /nowhere/c.yaml\n", "/nowhere/c.yaml: the file cannot be read: there is no such file"),
        ])
    func sentence(addition: String, expected: String) {
        #expect(complaints(smallFile + addition).contains(expected), "\(complaints(smallFile + addition))")
    }

    @Test(
        "each wrong camera value has its sentence",
        arguments: [
            ("name", "Cam 1", "p.yaml:5:cameras[0].name: expected a name of at most 64 of a-z, 0-9"),
            (
                "adapter", "ispai",
                "p.yaml:6:cameras[0].adapter: expected isapi, isapi-push, onvif, onvif-push, dahua, gb28181, ga1400, mqtt, "
                    + "found \"ispai\"; did you mean \"isapi\"?"
            ),
            ("url", "192.0.2.7", "p.yaml:7:cameras[0].url: expected an address that begins with http:// or https://"),
            ("url", "http://h:x", "p.yaml:7:cameras[0].url: expected an address such as http://192.0.2.7:80, found"),
            ("url", "http://h/?a=b", "p.yaml:7:cameras[0].url: expected an address such as http://192.0.2.7:80"),
            ("url", "http://:80", "p.yaml:7:cameras[0].url: expected an address such as http://192.0.2.7:80"),
            ("user", "~", "p.yaml:5:cameras[0].user: missing; write the device's user name"),
            ("password", "{}", "p.yaml:9:cameras[0].password: expected one of credential: NAME and file: PATH"),
            (
                "password", "{credentail: x}",
                "p.yaml:9:cameras[0].password.credentail: unknown key; did you mean \"credential\"?"
            ),
            ("place", "\"\"", "p.yaml:10:cameras[0].place: expected a text"),
        ])
    func camera(key: String, value: String, expected: String) {
        let found = complaints(cameraFile([key: value]))
        #expect(found.contains { $0.hasPrefix(expected) }, "\(found)")
    }

    @Test("a secret that stands in the file, or in an address, is refused and not repeated")
    func secretInFile() {
        let inPassword = complaints(cameraFile(["password": "hunter2"]))
        let sentence = "a secret never stands in this file; write {credential: NAME} or {file: PATH}"
        #expect(inPassword == ["p.yaml:9:cameras[0].password: " + sentence])
        let inAddress = complaints(cameraFile(["url": "http://admin:hunter2@192.0.2.7"]))
        #expect(inAddress.count == 1 && !inAddress.joined().contains("hunter2"))
    }

    @Test("two feeds of one name are refused, also across cameras and recorders")
    func sameNames() {
        let text = cameraFile(adding: "recorders:\n  - {name: cam-1, adapter: spool, folder: /r}\n")
        #expect(complaints(text) == ["p.yaml:12:recorders[0].name: the name \"cam-1\" is taken already; give each its own"])
    }

    @Test(
        "each wrong recorder value has its sentence",
        arguments: [
            ("patterns: ['(']", "recorders[0].patterns[0]: this is not a regular expression"),
            ("suffixes: [wav]", "recorders[0].suffixes[0]: expected a file name's ending such as .wav, found \"wav\""),
            ("depth: 9", "recorders[0].depth: expected a whole number from 0 to 8, found \"9\""),
        ])
    func recorder(addition: String, expected: String) {
        let found = complaints(smallFile + "recorders:\n  - {name: r, adapter: spool, folder: /r, \(addition)}\n")
        #expect(found.count == 1 && found[0].hasPrefix("p.yaml:5:" + expected), "\(found)")
    }

    @Test("contradictions about TLS are refused")
    func tls() {
        #expect(complaints(cameraFile(adding: "    tls: {insecure: true}\n")).first?.contains("begins with http://") == true)
        let both = cameraFile(["url": "https://h"], adding: "    tls: {insecure: true, ca: c.pem}\n")
        #expect(complaints(both).first?.contains("contradict") == true)
    }

    @Test("all problems are reported at once, in the order of the file")
    func allAtOnce() {
        let found = complaints("bureau: {district: x}\nlisten: {htp: y}\nalive: 1\ncameras: 3\n")
        let places = found.map { String($0.prefix { $0 != " " }) }
        #expect(
            places == [
                "p.yaml:1:bureau.name:", "p.yaml:1:bureau.district:", "p.yaml:2:listen.htp:", "p.yaml:3:alive:",
                "p.yaml:4:cameras:",
            ])
    }

    @Test(
        "a value that is looked at twice is complained about once",
        arguments: ["incidents: [1]\n", "incidents: {classes: 1}\n"])
    func once(addition: String) {
        #expect(complaints(smallFile + addition).count == 1)
    }

    @Test("what is not YAML is told with the line at which reading stopped")
    func syntax() {
        let error = #expect(throws: SettingsError.self) { try Settings.parse(text: "a: 1\nb: [1,\n", file: "p.yaml") }
        #expect(error?.code == .syntax)
        #expect(error?.problems.first?.line ?? 0 >= 2)
        let list = #expect(throws: SettingsError.self) { try Settings.parse(text: "- a\n", file: "p.yaml") }
        #expect(list?.description == "p.yaml:1: expected keys with values, such as \"bureau:\"")
    }

    @Test("a key that stands twice is refused")
    func twice() {
        let found = complaints(smallFile + "alive: 5s\nalive: 6s\n")
        #expect(found.count == 1 && found.first?.contains("more than once") == true, "\(found)")
    }

    @Test("suggestions allow one slip in a short word and none that is far off")
    func suggestions() {
        #expect(Suggestion.nearest(to: "nmae", among: ["name", "place"]) == "name")
        #expect(Suggestion.nearest(to: "recoders", among: ["recorders", "cameras"]) == "recorders")
        #expect(Suggestion.nearest(to: "colour", among: ["level"]) == nil)
        #expect(Suggestion.distance("kitten", "sitting") == 3)
        #expect(Suggestion.distance("", "ab") == 2)
    }
}
