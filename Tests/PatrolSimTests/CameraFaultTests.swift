import Foundation
import PatrolSim
import TestKit
import Testing

/// Each fault does what its name says, seen from curl.
@Suite("Camera faults")
struct CameraFaultTests {
    /// Opens one stream, sets the fault, raises one alarm and waits until the condition holds for what curl got.
    private func sees(
        _ faults: CameraFault..., raising alarm: SimAlarm = SimAlarm(eventType: "parking"),
        until condition: @escaping (CurlStream) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let (server, camera) = try await oneCamera()
        let stream = try CurlStream(server.url(0))
        #expect(await eventually { camera.openStreams == 1 }, sourceLocation: sourceLocation)
        for fault in faults { camera.inject(fault) }
        camera.raise(alarm)
        #expect(await eventually { condition(stream) }, "got: \(stream.text)", sourceLocation: sourceLocation)
        await server.stop()
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    @Test("a part's Content-Length is the length of its body, to the byte")
    func honestLength() async throws {
        try await sees(until: { length(of: $0.text, body: body(of: $0.text)) == 0 })
    }

    @Test("Content-Length lies by the given number, or is not there")
    func lies() async throws {
        try await sees(.lieAboutLength(7), until: { length(of: $0.text, body: body(of: $0.text)) == 7 })
        try await sees(.lieAboutLength(-5), until: { length(of: $0.text, body: body(of: $0.text)) == -5 })
        try await sees(.noContentLength, until: { $0.count("</EventNotificationAlert>") == 1 && $0.count("Content-Length") == 0 })
    }

    @Test("a stalled camera sends nothing and keeps the connection; when it is well again it sends on")
    func stalls() async throws {
        let (server, camera) = try await oneCamera()
        let stream = try CurlStream(server.url(0))
        #expect(await eventually { camera.openStreams == 1 })
        camera.set(.stall)
        camera.raise(SimAlarm(eventType: "lost"))
        camera.clearFaults()
        camera.raise(SimAlarm(eventType: "parking"))
        #expect(await eventually { stream.count("parking</eventType>") == 1 })
        #expect(stream.count("lost") == 0 && stream.isRunning && camera.openStreams == 1)
        await server.stop()
    }

    @Test("heartbeats come at their interval and stop under noHeartbeat, while alarms go on")
    func heartbeats() async throws {
        let (server, camera) = try await oneCamera(heartbeat: .milliseconds(20))
        let stream = try CurlStream(server.url(0))
        #expect(await eventually { stream.count("videoloss</eventType>") > 3 })
        camera.set(.noHeartbeat)
        let beats = camera.tally.heartbeats
        camera.raise(SimAlarm(eventType: "parking"))
        #expect(await eventually { stream.count("parking</eventType>") == 1 })
        #expect(camera.tally.heartbeats == beats && camera.sentAlarms.count == 1)
        await server.stop()
    }

    @Test("a stream opened under hangAfterHeaders never gets a part, one opened after it does")
    func hangs() async throws {
        let (server, camera) = try await oneCamera(heartbeat: .seconds(600))
        camera.set(.hangAfterHeaders)
        let hanging = try CurlStream(server.url(0))
        #expect(await eventually { camera.openStreams == 1 })
        camera.clearFaults()
        let good = try CurlStream(server.url(0))
        #expect(await eventually { good.count("videoloss</eventType>") == 1 })
        camera.raise(SimAlarm(eventType: "parking"))
        #expect(await eventually { good.count("parking</eventType>") == 1 })
        #expect(hanging.bytes.isEmpty && hanging.isRunning)
        await server.stop()
    }

    @Test("a cut alarm stops half-way, the connection closes, and the fault is spent")
    func cuts() async throws {
        let (server, camera) = try await oneCamera()
        let stream = try CurlStream(server.url(0))
        #expect(await eventually { camera.openStreams == 1 })
        camera.set(.cutMidPart)
        camera.raise(SimAlarm(eventType: "parking"))
        #expect(await eventually { !stream.isRunning })
        #expect(stream.count("<EventNotificationAlert ") == 1 && stream.count("</EventNotificationAlert>") == 0)
        // The camera hears of the end of the connection after curl does.
        #expect(await eventually { camera.openStreams == 0 })
        #expect(camera.faults.isEmpty && camera.tally.written == 0)
        await server.stop()
    }

    @Test("faults of the text: ampersand, empty channel, IPv6, truncated XML, foreign bytes in the name, JSON")
    func texts() async throws {
        try await sees(.bareAmpersand, until: { $0.text.contains("<channelName>钢铁大街 A&B</channelName>") })
        try await sees(.emptyChannel, until: { $0.text.contains("<dynChannelID/>\r\n<channelID/>") })
        try await sees(.ipv6, until: { $0.text.contains("<ipv6Address>2001:db8::10</ipv6Address>") })
        try await sees(.truncatedXML, until: { $0.count("<EventNotificationAlert ") == 1 && $0.text.hasSuffix(cutEnd($0.text)) })
        try await sees(.gbkChannelName, until: { contains($0.bytes, [0xB8, 0xD6, 0xCC, 0xFA, 0xB4, 0xF3, 0xBD, 0xD6]) })
        try await sees(.json, until: { $0.text.contains("Content-Type: application/json") && $0.text.contains("\"parking\"") })
    }

    @Test("faults of the clock: no zone, lost plus, back in 2000")
    func clocks() async throws {
        try await sees(.lostClock(.noZone), until: { $0.text.contains("<dateTime>2021-06-01T08:00:00</dateTime>") })
        try await sees(.lostClock(.lostPlus), until: { $0.text.contains("<dateTime>2021-06-01T08:00:0008:00</dateTime>") })
        try await sees(.lostClock(.year2000), until: { $0.text.contains("<dateTime>2000-01-01T08:00:00+08:00</dateTime>") })
    }

    @Test("faults of the framing: dashes, garbage, duplicates, pictures")
    func framing() async throws {
        try await sees(.wrongBoundaryDashes(.none), until: { $0.text.hasPrefix("boundary\r\n") })
        try await sees(.wrongBoundaryDashes(.four), until: { $0.text.hasPrefix("----boundary\r\n") })
        try await sees(.garbage([0, 1, 2, 255]), until: { Array($0.bytes.prefix(12)) == [0, 1, 2, 255] + bytes("--bounda") })
        try await sees(.duplicateAlarm, until: { $0.count("</EventNotificationAlert>") == 2 })
        let jpeg = SimPicture.jpeg(comment: "1")
        let head = bytes("Content-Type: image/jpeg\r\nContent-Length: \(jpeg.count + 2)\r\n\r\n")
        try await sees(.picturePart(jpeg), until: { contains($0.bytes, head + jpeg) })
    }

    @Test("old firmware: the new path is 404, the old one streams; a refusing camera is always 401")
    func oldPathAndRefusal() async throws {
        let (server, camera) = try await oneCamera()
        camera.set(.notFoundOnNewPath)
        let (_, code) = try await status(server.url(0) + "/ISAPI/Event/notification/alertStream")
        #expect(code == "404")
        let stream = try CurlStream(server.url(0), path: "/Event/notification/alertStream")
        #expect(await eventually { camera.openStreams == 1 && stream.isRunning })
        camera.set(.refuse)
        #expect(try await status(server.url(0) + "/ISAPI/System/deviceInfo").code == "401")
        await server.stop()
    }

    @Test("a nonce that was forgotten is called stale, and curl gets in with the new one")
    func stale() async throws {
        let (server, camera) = try await oneCamera { $0.nonceLifetime = .zero }
        let url = server.url(0) + "/ISAPI/System/deviceInfo"
        let (_, output) = try await run("curl", ["-s", "-i", "--digest", "-u", "admin:right-1", url])
        #expect(String(decoding: output, as: UTF8.self).contains("stale=\"true\""))
        #expect(camera.tally.refused >= 2)
        await server.stop()
    }

    @Test("a camera that is switched off hangs up, and takes the same clients again when it is on")
    func power() async throws {
        let (server, camera) = try await oneCamera()
        let stream = try CurlStream(server.url(0))
        #expect(await eventually { camera.openStreams == 1 })
        camera.powerOff()
        #expect(await eventually { !stream.isRunning })
        #expect(try await status(server.url(0) + "/ISAPI/System/deviceInfo").code == "000")
        camera.powerOn()
        #expect(try await status(server.url(0) + "/ISAPI/System/deviceInfo").code == "200")
        await server.stop()
    }
}

/// The body of the only part.
private func body(of text: String) -> String {
    text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? ""
}

/// Content-Length minus the length of the body.
private func length(of text: String, body: String) -> Int? {
    guard body.hasSuffix("</EventNotificationAlert>\r\n"), let start = text.range(of: "Content-Length: ") else { return nil }
    return Int(text[start.upperBound...].prefix { $0.isNumber }).map { $0 - body.utf8.count }
}

/// The end of the text where a truncated document must stop: as long as Content-Length says, with no closing tag.
private func cutEnd(_ text: String) -> String {
    let body = body(of: text)
    let start = text.range(of: "Content-Length: ")
    let stated = start.flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) }
    return stated == body.utf8.count && !body.contains("</EventNotificationAlert>") ? body : "no"
}

private func contains(_ bytes: [UInt8], _ needle: [UInt8]) -> Bool {
    guard bytes.count >= needle.count else { return false }
    return (0...(bytes.count - needle.count)).contains { bytes[$0..<($0 + needle.count)].elementsEqual(needle) }
}
