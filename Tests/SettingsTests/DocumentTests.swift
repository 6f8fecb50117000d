import Foundation
import TestKit
import Testing

@testable import Settings

@Suite struct DocumentTests {
    @Test(
        "every configuration shown in the documents is valid",
        arguments: [("README.md", 1), ("README.zh-CN.md", 1), ("docs/feeds.md", 4)])
    func shown(file: String, atLeast: Int) throws {
        let text = try String(contentsOfFile: Fixtures.root + "/" + file, encoding: .utf8)
        let blocks = text.components(separatedBy: "```yaml\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
        #expect(blocks.count >= atLeast)
        for block in blocks {
            #expect(complaints(block.hasPrefix("bureau:") ? block : smallFile + block) == [], "\(block)")
        }
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
