import Feeds
import Foundation
import Model
import TestKit
import Testing

@Suite struct LargeTableTests {
    @Test("a long workbook is read row by row, every row once")
    func long() async throws {
        let rows = ProcessInfo.processInfo.environment["PATROLD_ROWS"].flatMap { Int($0) } ?? 5000
        let folder = try TemporaryFolder("patrold-large")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", Fixtures.root + "/Tests/Foreign/workbooks.py", "big", folder.file("big.xlsx"), String(rows),
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
        #expect(await eventually { !process.isRunning })
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.file("big.xlsx"))))
        let complaints = ComplaintImport(channels: [
            Channel(key: "petition", name: "信访"), Channel(key: "proposal", name: "提案"),
        ])
        var numbers: Set<String> = []
        let result = try complaints.read(bytes, received: Timestamp(seconds: 1_622_505_600)) { row in
            guard case .events(let events) = row.outcome else { return }
            numbers.formUnion(events.map(\.id))
        }
        #expect(result.rows == rows && result.refused.isEmpty && numbers.count == rows * 2)
        #expect(result.notes.map(\.row) == [1] && result.ignoredColumns == ["序号", "备注"])
    }
}
