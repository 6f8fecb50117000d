import Crypto
import Evidence
import Foundation
import Model
import TestKit

/// A store in a folder of its own, items in it, and proofs from a tree that the test builds itself.
final class EvidenceBench {
    let folder: TemporaryFolder
    let store: EvidenceStore
    static let caller = "13800138000"
    static let start = Timestamp(seconds: 1_622_505_600)  // 2021-06-01T08:00:00+08:00

    init() throws {
        folder = try TemporaryFolder("evidence")
        store = EvidenceStore(folder: folder.file("evidence"))
    }

    /// A recording in the store and its event at a position, with the caller's number in all places where there may be one.
    func recording(
        _ content: [UInt8] = Array("RIFF sound".utf8), position: Position = 5, clock: String? = "2021-06-01T07:59:00+08:00"
    ) throws -> EvidenceItem {
        let sha256 = try store.store(content)
        let name = "20210601_075900_IN_\(Self.caller)_8001.wav"
        var file = RecordingFile(
            device: "recorder-1", fileName: name, sha256: sha256, bytes: Int64(content.count), format: "pcm")
        file.seconds = 21
        file.callID = "1571909237.191"
        file.caller = Self.caller
        file.callee = "8001"
        file.direction = .inbound
        return try item(EventType.recordingFile, file.json, id: sha256 + "/" + name, position: position, clock: clock)
    }

    /// A picture of an alarm in the store.
    func picture(_ content: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3], position: Position = 7) throws -> EvidenceItem {
        var alarm = CameraAlarm(device: "cam-1", state: .start, alarmClass: "roadside-stall", rawType: "stall")
        alarm.snapshot = try store.store(content)
        return try item(
            EventType.cameraAlarm, alarm.json, id: "a", position: position, clock: "2021-06-01T08:00:01+08:00")
    }

    private func item(_ type: String, _ data: JSON, id: String, position: Position, clock: String?) throws -> EvidenceItem {
        guard let item = EvidenceItem(stored(type, data, id: id, position: position, clock: clock)) else {
            throw Unexpected(text: "no item")
        }
        return item
    }

    func stored(_ type: String, _ data: JSON, id: String = "x", position: Position = 5, clock: String? = nil) -> StoredEvent {
        let event = Event(
            source: "patrold:/feeds/recorder-1", id: id, type: type, subject: "recorder-1", time: clock,
            received: Self.start, data: data.bytes)
        return StoredEvent(position: position, event: event, leaf: [])
    }

    /// The item with a proof in a tree of that many leaves, made by the recursion of RFC 6962, section 2.1.1.
    func copy(_ item: EvidenceItem, size: Int = 11) -> EvidenceCopy {
        let input = Array("event of \(item.sha256) and \(Self.caller)".utf8)
        var leaves = (0..<size).map { Tree.leaf(Array("leaf \($0)".utf8)) }
        let index = Int(item.position) - 1
        leaves[index] = Tree.leaf(input)
        return EvidenceCopy(
            item: item,
            inclusion: TreeInclusion(
                position: item.position, size: Position(size), input: input, leaf: leaves[index],
                path: Tree.path(index, leaves[...]), root: Tree.root(leaves[...])))
    }

    static func facts(personal: Bool = false) -> EvidenceExport.Facts {
        EvidenceExport.Facts(
            bureau: "昆都仑区城市管理综合执法局", maker: "wang", purpose: "行政处罚案件 昆城罚〔2021〕1号", made: start + .days(1),
            personal: personal, program: "patrold 0.1.0")
    }

    /// Runs a program in a folder; what it printed and how it ended.
    static func run(_ arguments: [String], in folder: String) throws -> (output: String, status: Int32) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (String(decoding: printed, as: UTF8.self), process.terminationStatus)
    }

    /// Changes one byte of a stored file, as a failing disk would: same length, same name.
    func flip(_ sha256: String, at offset: Int = 3) throws {
        let path = store.path(of: sha256)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[offset] ^= 1
        try bytes.write(to: URL(fileURLWithPath: path))
    }
}

struct Unexpected: Error { let text: String }

/// RFC 6962, section 2.1, read literally.
enum Tree {
    static func leaf(_ input: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: [0] + input)) }

    static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        if leaves.count == 1 { return leaves.first ?? [] }
        let middle = leaves.startIndex + half(leaves.count)
        return Array(SHA256.hash(data: [1] + root(leaves[..<middle]) + root(leaves[middle...])))
    }

    static func path(_ index: Int, _ leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
        if leaves.count == 1 { return [] }
        let half = half(leaves.count)
        let middle = leaves.startIndex + half
        return index < half
            ? path(index, leaves[..<middle]) + [root(leaves[middle...])]
            : path(index - half, leaves[middle...]) + [root(leaves[..<middle])]
    }

    private static func half(_ count: Int) -> Int {
        var half = 1
        while half * 2 < count { half *= 2 }
        return half
    }
}
