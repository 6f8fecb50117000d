import Foundation
import Model
import Testing

@testable import Settings

@Suite("Patrols and video in the settings") struct PatrolTests {
    private func file(_ patrol: String, spots: String = "{name: 东口, section: 钢铁大街, camera: cam-1, preset: 7}") -> String {
        cameraFile(adding: "patrols:\n  - {name: morning, \(patrol)\(patrol.isEmpty ? "" : ", ")spots: [\(spots)]}\n")
    }

    private func patrol(_ text: String) throws -> Settings.Patrol {
        try #require(try Settings.parse(text: text, file: "p.yaml").patrols.first)
    }

    @Test("a plan is read with its days, hours, rounds and spots")
    func whole() throws {
        let text = file(
            "days: [mon, sun], hours: 22:00-06:00, every: 30m",
            spots: """
                {name: 东口, section: 钢铁大街, camera: cam-1, preset: 7, stay: 3m}, \
                {name: 西口, section: 钢铁大街, camera: cam-1, preset: none}
                """)
        let patrol = try patrol(text)
        #expect(patrol.name == "morning" && patrol.days == [1, 7])
        #expect(patrol.from == 22 * 60 && patrol.until == 6 * 60 && patrol.every == .minutes(30) && patrol.times.isEmpty)
        #expect(patrol.spots.map(\.name) == ["东口", "西口"] && patrol.spots.map(\.preset) == ["7", nil])
        #expect(patrol.spots.map(\.stay) == [.minutes(3), .seconds(30)])
        #expect(patrol.spots[0].section == "钢铁大街" && patrol.spots[0].camera == "cam-1")
    }

    @Test("times may be written plainly or between quotes, and days as words")
    func words() throws {
        let patrol = try patrol(file("days: workdays, hours: 07:30-24:00, times: [08:00, \"14:30\"]"))
        #expect(patrol.days == Set(1...5) && patrol.from == 450 && patrol.until == 1440)
        #expect(patrol.times == [480, 870] && patrol.every == nil)
        #expect(try self.patrol(file("days: weekend, every: 1h")).days == [6, 7])
        #expect(try self.patrol(file("every: 1h")).days == Set(1...7))
        #expect(try Settings.parse(text: smallFile, file: "p.yaml").patrols.isEmpty)
    }

    @Test(
        "each mistake is told where it stands and with what would be right",
        arguments: [
            ("hours: 8-18, every: 1h", "patrols[0].hours: expected working hours such as 07:30-22:00"),
            ("hours: 25:00-26:00, every: 1h", "patrols[0].hours: expected working hours"),
            ("hours: 08:60-10:00, every: 1h", "patrols[0].hours: expected working hours"),
            ("days: [monday], every: 1h", "patrols[0].days[0]: expected mon, tue"),
            ("days: never, every: 1h", "patrols[0].days: expected daily, workdays, weekend"),
            ("days: [], every: 1h", "patrols[0].days: expected at least one day"),
            ("", "patrols[0].every: missing; write every: 30m, or times"),
            ("every: 1h, times: [\"08:00\"]", "patrols[0].times: every and times contradict each other"),
            ("every: 10s", "patrols[0].every: expected a time from 1m to 1d"),
            ("hours: 08:00-10:00, every: 3h", "patrols[0].every: the working hours are shorter than that"),
            ("times: [8]", "patrols[0].times[0]: expected a time of the day such as \"08:00\""),
            ("times: []", "patrols[0].times: expected at least one time"),
            ("hours: 08:00-10:00, times: [\"10:00\"]", "patrols[0].times[0]: 10:00 is outside of the hours"),
            ("evry: 1h", "patrols[0].evry: unknown key; did you mean \"every\"?"),
        ])
    func plans(patrol: String, words: String) {
        let found = complaints(file(patrol))
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }

    @Test(
        "each mistake in a spot is told where it stands",
        arguments: [
            (
                "{name: a, section: s, camera: cam-2, preset: 1}",
                "spots[0].camera: there is no camera \"cam-2\"; did you mean \"cam-1\"?"
            ),
            ("{name: a, section: s, camera: cam-1}", "spots[0].preset: missing; write the preset's number"),
            ("{name: a, camera: cam-1, preset: 1}", "spots[0].section: missing; write the road section"),
            ("{name: a/b, section: s, camera: cam-1, preset: 1}", "spots[0].name: expected a name of at most 100 bytes"),
            ("{name: a, section: s, camera: cam-1, preset: 1, stay: 2h}", "spots[0].stay: expected a time from 0s to 1h"),
            ("", "spots: a patrol without spots sees nothing"),
            (
                "{name: a, section: s, camera: cam-1, preset: 1}, {name: a, section: s, camera: cam-1, preset: 2}",
                "spots[1].name: the plan has a spot \"a\" already"
            ),
        ])
    func spots(spots: String, words: String) {
        let found = complaints(file("every: 1h", spots: spots))
        #expect(found.count == 1 && found[0].contains(words), "\(found)")
    }

    @Test("two plans of one name are told apart, and a plan needs spots")
    func names() {
        let spot = "spots: [{name: a, section: s, camera: cam-1, preset: 1}]"
        let twice = cameraFile(adding: "patrols:\n  - {name: a, every: 1h, \(spot)}\n  - {name: a, every: 2h, \(spot)}\n")
        #expect(complaints(twice).map { $0.contains("there is a patrol \"a\" already") } == [true])
        let none = cameraFile(adding: "patrols: [{name: a, every: 1h}]\n")
        #expect(complaints(none).map { $0.contains("patrols[0].spots: missing") } == [true])
    }

    @Test("every key of a plan, misspelt, is found in its line and its right spelling suggested")
    func misspelt() {
        let plan = """
            patrols:
              - name: morning
                days: workdays
                hours: 07:30-22:00
                every: 30m
                spots:
                  - name: 民族路口东
                    section: 钢铁大街
                    camera: cam-1
                    preset: "1"
                    stay: 3m

            """
        #expect(complaints(cameraFile(adding: plan)).isEmpty)
        var lines = plan.components(separatedBy: "\n")
        let first = cameraFile().components(separatedBy: "\n").count
        for (index, line) in lines.enumerated() {
            guard let key = line.firstMatch(of: #/^[ -]*([a-z_]{3,}):/#)?.1 else { continue }
            lines[index] = line.replacing(key + ":", with: key.dropLast() + ":", maxReplacements: 1)
            let found = complaints(cameraFile(adding: lines.joined(separator: "\n")))
            lines[index] = line
            let isTold = found.contains {
                $0.hasPrefix("p.yaml:\(first + index):") && $0.hasSuffix("did you mean \"\(key)\"?")
            }
            #expect(isTold, "\(line): \(found)")
        }
    }

    /// What reading the key `video` of a camera gives and complains about.
    private func video(_ text: String) throws -> (Settings.Video?, [String]) {
        let findings = Findings(file: "p.yaml")
        let section = try Document.section("video: \(text)\n", findings: findings)
        let video = Settings.video(of: section)
        section.finish()
        return (video, findings.problems.map(\.description))
    }

    @Test("a camera's video is read with its address, pictures and period")
    func videos() throws {
        let (video, found) = try video("{rtsp: 'rtsp://192.0.2.7:554/Streaming/Channels/101', snapshot: true, every: 2m}")
        #expect(found.isEmpty)
        #expect(video == .init(rtsp: "rtsp://192.0.2.7:554/Streaming/Channels/101", snapshot: true, every: .minutes(2)))
        #expect(try self.video("{snapshot: true}").0 == .init(snapshot: true))
        #expect(try self.video("~").0 == nil)
        #expect(try self.video("{rtsp: 'rtsp://[2001:db8::7]/a?b=c'}").1.isEmpty)
    }

    @Test(
        "what is no stream's address, or looks too often, is told",
        arguments: [
            ("{rtsp: http://192.0.2.7/}", "video.rtsp: expected an address that begins with rtsp://"),
            ("{rtsp: 'rtsp://a:b@192.0.2.7/'}", "video.rtsp: user and password do not belong"),
            ("{rtsp: 'rtsp://192.0.2.7:0/'}", "video.rtsp: expected an address such as rtsp://"),
            ("{rtsp: 'rtsp:///x'}", "video.rtsp: expected an address such as rtsp://"),
            ("{snapshot: true, every: 10s}", "video.every: expected a time from 1m to 1d"),
            ("{}", "video: nothing to look at"), ("{snapshot: false}", "video: nothing to look at"),
            ("{snapshots: true}", "video.snapshots: unknown key; did you mean \"snapshot\"?"),
        ])
    func badVideos(text: String, words: String) throws {
        let found = try video(text).1
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }
}
