import Model
import TestKit
import Testing

@testable import Settings

@Suite struct CatalogTests {
    @Test("the data that the program carries loads, and each file has a version")
    func embedded() throws {
        let catalog = try Catalog.read()
        #expect(!catalog.versions.codes.isEmpty && !catalog.versions.channels.isEmpty)
        #expect(!catalog.versions.registers.isEmpty && !catalog.lifecycle.version.isEmpty)
    }

    @Test("ISAPI words have their meaning")
    func codes() throws {
        let words = try #require(try Catalog.read().alarmClasses["isapi"])
        #expect(words["fielddetection"]?.name == "intrusion" && words["fielddetection"]?.role == .alarm)
        #expect(words["shelteralarm"]?.status == .tampered && words["shelteralarm"]?.role == .status)
        #expect(words["videoloss"]?.status == .videoLoss)
        #expect(words["parking"]?.category == "0505")
        #expect(words["vmd"]?.label == "移动侦测")
        let catalog = try Catalog.read()
        #expect(catalog.classCategories == ["illegal-parking": "0505"])
        #expect(catalog.classLabels["intrusion"] == "区域入侵")
        #expect(catalog.alarmNames.contains("intrusion") && !catalog.alarmNames.contains("tamper"))
    }

    @Test("every event word of the recorded device descriptions has an entry")
    func recordedWords() throws {
        let words = try #require(try Catalog.read().alarmClasses["isapi"])
        let recorded = [
            "VMD", "softIO", "videoloss", "tamperdetection", "linedetection", "fielddetection", "IO", "objectsThrownDetection",
            "facedetection", "nicbroken", "ipconflict", "illaccess", "faceSnap", "diskfull", "diskerror", "regionExiting",
            "regionEntrance", "badvideo", "scenechangedetection", "WLSensor", "storageDetection", "recordingfailure",
            "whiteListFaceContrast", "faceContrastSuccess", "faceContrastFailure", "faceContrast", "videomismatch",
            "unattendedBaggage", "audioexception", "attendedBaggage", "PIR", "thermometry", "callhelp",
        ]
        #expect(recorded.filter { words[$0.lowercased()] == nil } == [])
    }

    @Test("one class name has one label's worth of meaning: the same role everywhere")
    func classRoles() throws {
        let classes = try Catalog.read().alarmClasses.values.flatMap(\.values)
        let roles = Dictionary(grouping: classes, by: \.name).mapValues { Set($0.map(\.role)) }
        #expect(roles.filter { $0.value.count > 1 }.isEmpty)
    }

    @Test("the category list holds five 大类 with their 小类, each code once")
    func categories() throws {
        let categories = try Catalog.read().categories
        #expect(categories.filter { $0.code.utf8.count == 2 }.count == 5)
        #expect(categories.filter { $0.code.utf8.count == 4 }.count == 19 + 5 + 6 + 10 + 14)
        #expect(Set(categories.map(\.code)).count == categories.count)
        #expect(categories.first { $0.code == "0504" }?.label == "店外经营")
    }

    @Test("the seven channels are there in the report's order, and names lead to one channel each")
    func channels() throws {
        let channels = try Catalog.read().channels
        #expect(
            channels.map(\.key) == [
                "city-digital", "smart-kundulun", "huanghe-cloud", "civil-baotou", "petition", "proposal", "media",
            ])
        let names = channels.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
        #expect(channels.filter { !$0.verifyFirst }.map(\.key) == ["city-digital", "proposal"])
    }

    @Test("each register counts by a day, identifies by a required field and has its own key")
    func registers() throws {
        let registers = try Catalog.read().registers
        #expect(
            registers.map(\.key) == [
                "application", "review", "lawsuit", "licence", "penalty", "coercion", "fee", "document", "publication",
                "followers",
            ])
        let application = try #require(registers.first)
        #expect(application.fields.first { $0.key == "outcome" }?.choices.count == 21)
        #expect(application.fields.first { $0.key == "applicant" }?.choices.map(\.key).first == "natural")
        #expect(registers.last?.identity == "date")
    }

    @Test("an override stands in for the whole file")
    func override() throws {
        let folder = try TemporaryFolder()
        var files = Settings.DataFiles()
        files.channels = try folder.write(
            "version: \"9\"\nchannels:\n  - {key: a, name: 甲, verify_first: true}\n", to: "c.yaml")
        let catalog = try Catalog.read(files)
        #expect(catalog.channels.map(\.key) == ["a"] && catalog.versions.channels == "9")
        #expect(catalog.registers.count == 10)
    }

    @Test(
        "a wrong data file names file, line and key",
        arguments: [
            ("channels: []\n", "version: missing"),
            ("version: \"1\"\nchannels:\n  - {key: a, name: b}\n", ":3:channels[0].verify_first: missing"),
            (
                "version: \"1\"\nchannels:\n  - {key: a, name: b, verify_first: true}\n  - {key: a, name: c, verify_first: true}\n",
                "the channel key \"a\" stands more than once"
            ),
        ])
    func wrong(text: String, part: String) throws {
        let folder = try TemporaryFolder()
        var files = Settings.DataFiles()
        files.channels = try folder.write(text, to: "c.yaml")
        let error = #expect(throws: SettingsError.self) { try Catalog.read(files) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("c.yaml:") == true)
    }

    @Test("a wrong register is refused: an identity that is no field, a year by a field that is no day, choices without choice")
    func wrongRegister() throws {
        let folder = try TemporaryFolder()
        var files = Settings.DataFiles()
        files.registers = try folder.write(
            """
            version: "1"
            registers:
              - key: a
                label: 甲
                identity: nummer
                counted_by: number
                fields:
                  - {key: number, label: 号, form: text, required: true, choices: {x: y}}

            """, to: "r.yaml")
        let error = #expect(throws: SettingsError.self) { try Catalog.read(files) }
        #expect(error?.problems.map(\.key) == ["registers[0].identity", "registers[0].counted_by", "registers[0].fields[0]"])
    }
}
