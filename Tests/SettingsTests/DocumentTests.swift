import Foundation
import TestKit
import Testing

@testable import Settings

@Suite struct DocumentTests {
    private static let documents =
        ["README.md", "README.zh-CN.md", "CONTRIBUTING.md"]
        + ((try? FileManager.default.contentsOfDirectory(atPath: Fixtures.root + "/docs")) ?? []).filter { $0.hasSuffix(".md") }
        .sorted().map { "docs/" + $0 }

    private static func blocks(_ file: String) throws -> [String] {
        let text = try String(contentsOfFile: Fixtures.root + "/" + file, encoding: .utf8)
        return text.components(separatedBy: "```yaml\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
    }

    @Test("every configuration shown in the documents is valid", arguments: documents)
    func shown(file: String) throws {
        for block in try Self.blocks(file) {
            #expect(complaints(block.hasPrefix("bureau:") ? block : smallFile + block) == [], "\(block)")
        }
    }

    @Test("the documents do show configurations")
    func count() throws {
        let counts = try Dictionary(uniqueKeysWithValues: Self.documents.map { ($0, try Self.blocks($0).count) })
        #expect(counts["README.md"] ?? 0 >= 1 && counts["README.zh-CN.md"] ?? 0 >= 1 && counts["docs/feeds.md"] ?? 0 >= 18)
        #expect(counts["docs/evidence.md"] ?? 0 >= 2 && counts["docs/open311.md"] ?? 0 >= 1)
    }

    @Test("every key of the example, misspelt, is found in its line and its right spelling suggested")
    func misspelt() throws {
        let text = try String(contentsOfFile: Fixtures.root + "/deploy/patrold.yaml", encoding: .utf8)
        var lines = text.components(separatedBy: "\n")
        var tried = 0
        for (index, line) in lines.enumerated() {
            guard let key = line.firstMatch(of: #/^[ -]*([a-z_]{3,}):/#)?.1 else { continue }
            tried += 1
            lines[index] = line.replacingOccurrences(of: key + ":", with: key.dropLast() + ":")
            let found = complaints(lines.joined(separator: "\n"))
            lines[index] = line
            let suggestion = found.contains { $0.hasPrefix("p.yaml:\(index + 1):") && $0.hasSuffix("did you mean \"\(key)\"?") }
            #expect(suggestion, "\(line): \(found)")
        }
        #expect(tried > 30)
    }
}
