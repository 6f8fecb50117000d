import Feeds
import Foundation
import TestKit
import Testing

/// Another parser reads the same messages: libosipparser2, through a small C program that this test builds.
@Suite struct SIPOracleTests {
    private static let isInstalled = ["/usr/include/osipparser2/osip_parser.h", "/usr/bin/cc"].allSatisfy {
        FileManager.default.fileExists(atPath: $0)
    }

    /// Built for each test, so that its folder goes away with the test.
    private let oracle = isInstalled ? Oracle() : nil

    private struct Oracle: Sendable {
        let program: String
        let folder: TemporaryFolder

        init?() {
            guard let folder = try? TemporaryFolder() else { return nil }
            self.folder = folder
            program = folder.file("oracle")
            let build = runToEnd(
                "/usr/bin/cc", ["-O1", "-o", program, Fixtures.root + "/Tests/Foreign/gb28181_osip.c", "-losipparser2"])
            guard build?.status == 0 else { return nil }
        }

        /// Field → value; nothing where the library refuses the message.
        func fields(_ bytes: [UInt8]) -> [String: String]? {
            let path = folder.file(UUID().uuidString)
            guard FileManager.default.createFile(atPath: path, contents: Data(bytes)),
                let result = runToEnd(program, [], input: path), result.status == 0
            else { return nil }
            let pairs = result.output.split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1) }
            return Dictionary(pairs.map { (String($0[0]), $0.count > 1 ? String($0[1]) : "") }) { first, _ in first }
        }
    }

    private func ours(_ message: SIPMessage) -> [String: String] {
        var fields = ["body": String(message.body.count), "call-id": message.callID ?? ""]
        if let method = message.method { fields["method"] = method }
        if let status = message.status { fields["status"] = String(status) }
        fields["via.transport"] = message.via?.transport
        fields["via.host"] = message.via?.host
        fields["via.port"] = message.via?.port.map { String($0) } ?? ""
        fields["via.branch"] = message.via?.branch ?? ""
        for (name, address) in [("from", message.from), ("to", message.to)] {
            fields[name + ".user"] = address?.uri.user ?? ""
            fields[name + ".host"] = address?.uri.host
            fields[name + ".port"] = address?.uri.port.map { String($0) } ?? ""
            fields[name + ".tag"] = address?.tag ?? ""
        }
        fields["cseq.number"] = message.sequence.map { String($0.number) }
        fields["cseq.method"] = message.sequence?.method
        return fields
    }

    private func compare(_ bytes: [UInt8], _ name: String) throws {
        guard let theirs = oracle?.fields(bytes) else { return #expect(Bool(false), "the oracle refuses \(name)") }
        let message = try SIPParser.datagram(bytes)
        // The oracle keeps the blanks that pad a code.
        #expect(ours(message) == theirs.mapValues { $0.trimmingCharacters(in: .whitespaces) }, "\(name)")
    }

    @Test("our parser reads our fixtures as libosipparser2 does", .enabled(if: isInstalled, "needs libosip2-dev and cc"))
    func fixtures() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: Fixtures.root + "/Tests/Fixtures/sip").sorted() {
            try compare(try Fixtures.bytes("sip/" + name), name)
        }
    }

    @Test("libosipparser2 reads what we print as we do", .enabled(if: isInstalled, "needs libosip2-dev and cc"))
    func printed() throws {
        let peer = SIPPeer(.udp, host: "203.0.113.9", port: 40_000)
        for name in ["register.txt", "register-compact.txt", "message-folded.txt", "message-gbk-name.txt", "ipv6.txt"] {
            let message = try SIPParser.datagram(try Fixtures.bytes("sip/" + name))
            try compare(message.bytes, "printed " + name)
            try compare(message.answer(200, to: peer, tag: "t").bytes, "answer to " + name)
        }
    }

    @Test("recorded messages are read as libosipparser2 reads them", .enabled(if: isInstalled, "needs libosip2-dev and cc"))
    func recorded() throws {
        guard let folder = Fixtures.shared("fixtures/gb28181") else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".txt") {
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
            // Recordings were cut at the end of their text; a header without its empty line is not told from one.
            if !bytes.suffix(2).allSatisfy({ $0 == 0x0A }) { bytes += [0x0A, 0x0A] }
            guard (try? SIPParser.datagram(bytes)) != nil else { continue }
            try compare(bytes, name)
        }
    }
}

/// Runs a program to its end, for at most five minutes.
private func runToEnd(_ program: String, _ arguments: [String], input: String = "/dev/null") -> (status: Int32, output: String)? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardInput = FileHandle(forReadingAtPath: input)
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let limit = DispatchWorkItem { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    DispatchQueue.global().asyncAfter(deadline: .now() + 300, execute: limit)
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    limit.cancel()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
}
