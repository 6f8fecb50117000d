import Dispatch
import Foundation
import Platform
import Synchronization
import TestKit
import Testing

/// Collects what a watch reports; the mutex guards it.
private final class Seen: Sendable {
    private let changes = Mutex<[String: [DirectoryWatch.Change]]>([:])

    func add(_ folder: String, _ change: DirectoryWatch.Change) {
        changes.withLock { $0[folder, default: []].append(change) }
    }

    func of(_ folder: String) -> [DirectoryWatch.Change] { changes.withLock { $0[folder] ?? [] } }
}

@Suite struct DirectoryWatchTests {
    private let queue = DispatchQueue(label: "patrold.tests.watch")
    private let seen = Seen()

    private func makeWatch(_ folder: String) throws -> DirectoryWatch {
        let watch = try DirectoryWatch(queue: queue) { [seen] in seen.add($0, $1) }
        try queue.sync { try watch.watch(folder) }
        return watch
    }

    @Test("a file that is written shows as created and then closed")
    func written() async throws {
        let folder = try TemporaryFolder()
        let watch = try makeWatch(folder.path)
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("a.wav")))
        #expect(await eventually { seen.of(folder.path).contains(.closed("a.wav")) })
        #expect(seen.of(folder.path) == [.created("a.wav"), .closed("a.wav")])
        queue.sync { watch.cancel() }
    }

    @Test("a file that is renamed in shows as moved in")
    func movedIn() async throws {
        let folder = try TemporaryFolder()
        let other = try TemporaryFolder()
        let watch = try makeWatch(folder.path)
        try other.write("x", to: "录音.wav")
        try FileManager.default.moveItem(atPath: other.file("录音.wav"), toPath: folder.file("录音.wav"))
        #expect(await eventually { seen.of(folder.path).contains(.movedIn("录音.wav")) })
        queue.sync { watch.cancel() }
    }

    @Test("a new folder shows, and can be watched beside the first")
    func subfolder() async throws {
        let folder = try TemporaryFolder()
        let watch = try makeWatch(folder.path)
        try FileManager.default.createDirectory(atPath: folder.file("CH01"), withIntermediateDirectories: false)
        #expect(await eventually { seen.of(folder.path).contains(.folderAppeared("CH01")) })
        try queue.sync { try watch.watch(folder.file("CH01")) }
        try Data("x".utf8).write(to: URL(fileURLWithPath: folder.file("CH01/b.wav")))
        #expect(await eventually { seen.of(folder.file("CH01")).contains(.closed("b.wav")) })
        queue.sync { watch.cancel() }
    }

    @Test("a folder that goes away is reported once, and can be watched again when it is back", arguments: [false, true])
    func rearm(moved: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("spool")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        let watch = try makeWatch(path)
        if moved {
            try FileManager.default.moveItem(atPath: path, toPath: folder.file("elsewhere"))
        } else {
            try FileManager.default.removeItem(atPath: path)
        }
        #expect(await eventually { seen.of(path).contains(.gone) })
        queue.sync { #expect(!watch.isWatching(path)) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        try queue.sync { try watch.watch(path) }
        try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/c.wav"))
        #expect(await eventually { seen.of(path).contains(.closed("c.wav")) })
        #expect(seen.of(path).filter { $0 == .gone }.count == 1)
        queue.sync { watch.cancel() }
    }

    @Test("more events than the kernel keeps are reported as an overflow")
    func overflow() async throws {
        let text = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let limit = Int(text.filter(\.isNumber)) ?? 0
        guard (1...40_000).contains(limit) else { return }
        let folder = try TemporaryFolder()
        let watch = try makeWatch(folder.path)
        queue.suspend()
        // Each new file is two events: made and closed.
        for index in 0...(limit / 2 + 10) {
            close(open(folder.file(String(index)), O_WRONLY | O_CREAT, 0o600))
        }
        queue.resume()
        #expect(await eventually { seen.of("").contains(.overflow) })
        queue.sync { watch.cancel() }
    }

    @Test("a folder that does not exist is refused with its reason")
    func missing() throws {
        let watch = try DirectoryWatch(queue: queue) { _, _ in }
        queue.sync {
            #expect {
                try watch.watch("/nonexistent/spool")
            } throws: { ($0 as? SystemError)?.number == ENOENT }
            watch.cancel()
        }
    }
}
