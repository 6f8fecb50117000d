import Foundation
import Glibc
import Logging
import TestKit
import Testing

@testable import Platform

/// What systemd and journald hear from us, over real datagram sockets.
@Suite
struct SystemdTests {
    @Test("a log message reaches journald with its text, priority and native fields")
    func journaldFields() throws {
        let folder = try TemporaryFolder()
        let listener = try DatagramListener(folder.file("journal.sock"))
        var log = Logger(label: "test") { _ in JournaldLogHandler(socketPath: folder.file("journal.sock")) }
        log[metadataKey: "feed"] = "cam-1"
        log.warning("feed is blind", metadata: ["state": "silent", "clock offset": "3"])
        let fields = try listener.next().split(separator: "\n")
        #expect(fields.contains("PRIORITY=4"))
        #expect(fields.contains("PATROL_FEED=cam-1"))
        #expect(fields.contains("PATROL_STATE=silent"))
        #expect(fields.contains("PATROL_CLOCK_OFFSET=3"))
        #expect(fields.contains { $0.hasPrefix("MESSAGE=feed is blind") })
    }

    @Test("a value with a newline travels in journald's binary form")
    func binaryForm() {
        var datagram: [UInt8] = []
        JournaldLogHandler.append("MESSAGE", "a\nb", to: &datagram)
        #expect(datagram == Array("MESSAGE\n".utf8) + [3, 0, 0, 0, 0, 0, 0, 0] + Array("a\nb\n".utf8))
    }

    @Test("readiness and status reach the socket that systemd names, as a path or as an abstract name", arguments: [false, true])
    func notifies(abstract: Bool) throws {
        let folder = try TemporaryFolder()
        let name = abstract ? "@patrold-test-\(UUID().uuidString)" : folder.file("notify.sock")
        let listener = try DatagramListener(name)
        let notify = SystemdNotify(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "30000000"])
        #expect(notify.watchdogMicroseconds == 30_000_000)
        notify.ready()
        #expect(try listener.next() == "READY=1")
        notify.status("position 7\nREADY=0")
        #expect(try listener.next() == "STATUS=position 7READY=0")
        notify.watchdog()
        #expect(try listener.next() == "WATCHDOG=1")
    }

    @Test("the watchdog of another process is not ours, and without a socket nothing is sent")
    func notOurs() {
        #expect(SystemdNotify(environment: ["WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"]).watchdogMicroseconds == nil)
        SystemdNotify(environment: [:]).ready()
    }
}

/// A bound datagram socket that a test reads.
private final class DatagramListener {
    private let descriptor: Int32

    init(_ name: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(2 + bytes.count)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(bound == 0)
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func next() throws -> String {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        try #require(count > 0)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
