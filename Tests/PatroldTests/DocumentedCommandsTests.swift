import Foundation
import Model
import TestKit
import Testing

/// What the documents say can be typed, opened and followed.
@Suite struct DocumentedCommandsTests {
    private let documents: [(file: String, text: String)]
    private let commands: CommandTree

    init() throws {
        let root = Fixtures.root
        let docs = try FileManager.default.subpathsOfDirectory(atPath: root + "/docs").filter { $0.hasSuffix(".md") }.sorted()
        let files = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"] + docs.map { "docs/" + $0 }
        documents = try files.map { ($0, try String(contentsOfFile: root + "/" + $0, encoding: .utf8)) }
        let dump = try Program.run(["--experimental-dump-help"])
        commands = CommandTree(try #require(try JSON(parsing: dump.output)["command"]))
    }

    @Test("every command line and option that the documents name is one that the program knows")
    func commandLines() {
        var seen = 0
        for (file, text) in documents {
            for line in DocumentText(text).commandLines {
                seen += 1
                #expect(commands.complaint(line) == nil, "\(file): \(line)")
            }
            for option in DocumentText(text).spans where option.hasPrefix("--") {
                let name = String(option.dropFirst(2).prefix { $0.isLetter || $0 == "-" })
                #expect(commands.options.contains(name), "\(file): \(option)")
            }
        }
        #expect(seen > 60, "only \(seen) command lines were found")
    }

    @Test(
        "what the program does not know is found",
        arguments: [
            "evidence lst", "evidence show HASH --personl", "device list\\|fly", "incident list --merged --every", "fly",
            "tail -x", "report trace CELL --yaer Y",
        ])
    func unknown(line: String) { #expect(commands.complaint(line) != nil) }

    @Test("every file of the repository that the documents name is there, and every link leads somewhere")
    func files() {
        let folders = ["Sources/", "Tests/", "docs/", "deploy/", "scripts/", "systemd/", "Benchmarks/"]
        var seen = 0
        for (file, text) in documents {
            let folder = (file as NSString).deletingLastPathComponent
            let named = DocumentText(text).spans.filter { span in
                folders.contains { span.hasPrefix($0) } && !span.contains { " <*{…".contains($0) }
            }
            let linked = DocumentText(text).links.map { (folder as NSString).appendingPathComponent($0) }
            for path in named + linked {
                seen += 1
                #expect(FileManager.default.fileExists(atPath: Fixtures.root + "/" + path), "\(file): \(path)")
            }
        }
        #expect(seen > 40, "only \(seen) paths were found")
    }
}

/// The words of a document that are code, and where it links to.
private struct DocumentText {
    private let text: String

    init(_ text: String) { self.text = text }

    private var parts: [String] { text.components(separatedBy: "\n```") }
    /// Blocks of code, each with its language in the first line.
    private var blocks: [String] { parts.enumerated().filter { $0.offset % 2 == 1 }.map(\.element) }
    private var prose: String { parts.enumerated().filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: "\n") }

    /// Code within lines.
    var spans: [String] {
        prose.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }
            .map { $0.element.replacingOccurrences(of: "\n", with: " ") }
    }

    /// Targets within the repository.
    var links: [String] {
        prose.matches(of: #/\]\(([^)#: ]+)/#).map { String($0.1) }
    }

    /// What follows `patrold`, in blocks, in spans, and in the tables of commands.
    var commandLines: [String] {
        let typed = blocks.flatMap { $0.components(separatedBy: "\n").dropFirst() }.compactMap { line -> String? in
            let code = line.components(separatedBy: " #")[0]
            guard let start = code.firstMatch(of: #/^(?:\.build/release/|sudo )?patrold (.+)/#)?.1 else { return nil }
            return String(start)
        }
        let inline = spans.filter { $0.hasPrefix("patrold ") }.map { String($0.dropFirst(8)) }
        let tables = prose.components(separatedBy: "\n## ").filter { $0.hasPrefix("Commands") || $0.hasPrefix("命令") }
            .flatMap { $0.components(separatedBy: "\n### ")[0].components(separatedBy: "\n") }
            .compactMap { $0.firstMatch(of: #/^\| `([^`]+)`/#).map { String($0.1) } }
        return typed + inline + tables
    }
}

/// The commands as the parser describes itself.
private struct CommandTree {
    private let name: String
    private let subcommands: [CommandTree]
    private let hasDefault: Bool
    private let own: Set<String>

    init(_ json: JSON) {
        name = json["commandName"]?.string ?? ""
        subcommands = (json["subcommands"]?.array ?? []).map { CommandTree($0) }
        hasDefault = json["defaultSubcommand"]?.string != nil
        own = Set((json["arguments"]?.array ?? []).flatMap { $0["names"]?.array ?? [] }.compactMap { $0["name"]?.string })
    }

    /// The options of this command and of all below it.
    var options: Set<String> { subcommands.reduce(own) { $0.union($1.options) } }

    /// What is wrong with a line, nothing where all of it is known.
    func complaint(_ line: String) -> String? {
        let words = line.replacingOccurrences(of: "\\|", with: "|").split { " []()，、".contains($0) }.map(String.init)
        return complaint(words[...])
    }

    private func complaint(_ words: ArraySlice<String>) -> String? {
        guard let word = words.first else { return nil }
        if word.hasPrefix("-") { return unknownOption(words) }
        if !subcommands.isEmpty {
            // ACTION, KIND and the like stand for words that a person chooses.
            let named = word.split(separator: "|").filter { $0.allSatisfy { $0.isLowercase || $0 == "-" } }
            for choice in named {
                guard let next = subcommands.first(where: { $0.name == choice }) else { return "\(name) has no \(choice)" }
                if let complaint = next.complaint(words.dropFirst()) { return complaint }
            }
            return nil
        }
        return unknownOption(words)
    }

    private func unknownOption(_ words: ArraySlice<String>) -> String? {
        let known = hasDefault || subcommands.isEmpty ? options : own
        for word in words.flatMap({ $0.split(separator: "|").map(String.init) }) where word.hasPrefix("-") && word != "-" {
            let option = word.drop { $0 == "-" }.prefix { $0.isLetter || $0 == "-" }
            if !known.contains(String(option)) { return "\(name) has no option \(word)" }
        }
        return nil
    }
}
