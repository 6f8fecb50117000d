import Feeds
import Model
import PatrolSim
import TestKit
import Testing

/// Alarms from the device to the journal, and the answer back.
@Suite struct GB28181AlarmTests {
    @Test(
        "an alarm becomes an event, is answered 200 after it is durable, then confirmed by our own message",
        arguments: [
            GB28181DeviceSettings.Transport.udp, .tcp,
        ])
    func alarm(transport: GB28181DeviceSettings.Transport) async throws {
        let site = try GB28181Site()
        let device = await site.registered { $0.transport = transport }
        var alarm = SimGB28181Alarm()
        alarm.source = GB28181Site.channelCode
        alarm.description = "东门有人"
        alarm.priority = 1
        device.raise(alarm)
        #expect(await eventually { device.state.taken == [1] && device.state.confirmed == ["1"] })
        let stored = try #require(site.journal.alarms.first)
        #expect(stored.device == "gb-1" && stored.channel == 1 && stored.state == .pulse)
        #expect(stored.alarmClass == "intrusion" && stored.rawType == "5/6")
        #expect(stored.region == GB28181Site.channelCode)
        #expect(stored.description == "东门有人；一级警情")
        let time = try #require(site.journal.events.first { $0.type == EventType.cameraAlarm }?.time)
        #expect(time.hasSuffix("+08:00"))
        await site.stop()
    }

    @Test(
        "alarms come by MESSAGE and by NOTIFY, inside the subscription's dialog and outside",
        arguments: [
            SimGB28181Alarm.Way.message, .notify, .notifyInDialog,
        ])
    func ways(way: SimGB28181Alarm.Way) async throws {
        let site = try GB28181Site()
        let device = await site.registered()
        #expect(await eventually { device.state.subscriptions == 1 })
        device.raise(SimGB28181Alarm(way: way))
        #expect(await eventually { device.state.taken == [1] })
        #expect(site.journal.alarms.count == 1)
        await site.stop()
    }

    @Test("while the journal refuses nothing is answered; then all is stored, once, and answered")
    func refusing() async throws {
        let site = try GB28181Site()
        let device = await site.registered()
        #expect(await eventually { site.journal.status?.state == .live })
        site.journal.refuse(.unwritable)
        for _ in 1...5 { device.raise(SimGB28181Alarm()) }
        #expect(await eventually { device.state.repeats > 10 })
        #expect(device.state.taken.isEmpty)
        #expect(device.state.confirmed.isEmpty)
        site.journal.refuse(nil)
        #expect(await eventually { device.state.taken.sorted() == [1, 2, 3, 4, 5] })
        #expect(site.journal.alarms.count == 5)
        await site.stop()
    }

    @Test(
        "a feed that is full answers nothing over UDP and reads nothing over TCP, and everything arrives in the end",
        arguments: [
            GB28181DeviceSettings.Transport.udp, .tcp,
        ])
    func full(transport: GB28181DeviceSettings.Transport) async throws {
        let site = try GB28181Site { profile in
            profile.highWater = 3
            profile.lowWater = 1
        }
        let device = await site.registered { $0.transport = transport }
        #expect(await eventually { site.journal.status?.state == .live })
        site.journal.refuse(.full)
        let calls = site.journal.state.withLock { $0.calls }
        for _ in 1...20 { device.raise(SimGB28181Alarm()) }
        #expect(await eventually { site.journal.state.withLock { $0.calls } > calls + 3 })
        if transport == .udp { #expect(await eventually { device.state.repeats > 30 }) }
        #expect(device.state.taken.isEmpty)
        site.journal.refuse(nil)
        #expect(await eventually { Set(device.state.taken) == Set(1...20) })
        #expect(site.journal.alarms.count == 20)
        await site.stop()
    }

    @Test("a lost answer is said again to the repeat, and the alarm is stored and confirmed once")
    func lostAnswer() async throws {
        let site = try GB28181Site()
        let device = await site.registered { $0.keepalive = .seconds(60) }
        #expect(await eventually { device.state.questions.count == 3 && device.state.answers.count >= 5 })
        device.loseAnswers(2)
        device.raise(SimGB28181Alarm())
        #expect(await eventually { device.state.taken == [1] })
        #expect(device.state.repeats >= 2)
        #expect(site.journal.alarms.count == 1)
        #expect(site.journal.state.withLock { $0.duplicates } == 0)
        #expect(await eventually { device.state.confirmed == ["1"] })
        await site.stop()
    }

    @Test("an alarm that the device tells again in another message is answered and confirmed again, and stored once")
    func toldAgain() async throws {
        let site = try GB28181Site()
        let device = await site.registered()
        device.raise(SimGB28181Alarm())
        #expect(await eventually { device.state.taken == [1] })
        device.raiseLastAgain()
        #expect(await eventually { device.state.taken == [1, 1] && device.state.confirmed == ["1", "1"] })
        #expect(site.journal.alarms.count == 1)
        await site.stop()
    }

    @Test(
        "bytes that are nothing at all are kept in quarantine, and the next alarm arrives",
        arguments: [
            GB28181DeviceSettings.Transport.udp, .tcp,
        ])
    func garbage(transport: GB28181DeviceSettings.Transport) async throws {
        let site = try GB28181Site()
        let device = await site.registered(faults: [.garbage]) { $0.transport = transport }
        for _ in 1...3 { device.raise(SimGB28181Alarm()) }
        #expect(await eventually { device.state.taken.sorted() == [1, 2, 3] })
        #expect(await eventually { site.journal.unreadable.count == 3 })
        let kept = try #require(site.journal.unreadable.first)
        #expect(kept.adapter == "gb28181" && kept.contentType == "message/sip" && kept.source == "patrold:/feeds/gb-1")
        #expect(String(decoding: kept.bytes, as: UTF8.self).contains("garbage that is no SIP"))
        await site.stop()
    }

    @Test(
        "headers in every dress, and a name in GBK before the address",
        arguments: [
            SimSIP.Style.plain, .compact, .folded, .noLength,
        ])
    func dresses(style: SimSIP.Style) async throws {
        let site = try GB28181Site()
        let name = try #require(GB18030.bytes("\"东门摄像机\""))
        let device = await site.registered(faults: [.style(style)]) { $0.displayName = name }
        device.raise(SimGB28181Alarm(way: .notify))
        #expect(await eventually { device.state.taken == [1] && device.state.confirmed == ["1"] })
        #expect(site.journal.alarms.count == 1)
        await site.stop()
    }

    @Test("over TCP a message comes in small pieces and several at once")
    func pieces() async throws {
        let site = try GB28181Site()
        let device = await site.registered(faults: [.smallPieces]) {
            $0.transport = .tcp
            $0.t1 = .milliseconds(500)
        }
        for _ in 1...10 { device.raise(SimGB28181Alarm()) }
        #expect(await eventually { device.state.taken.sorted() == Array(1...10) })
        #expect(site.journal.alarms.count == 10)
        await site.stop()
    }

    @Test(
        "the encoding is what the bytes are, not what the label says",
        arguments: [
            [], [GB28181Fault.gb18030LabelledUTF8], [.utf8LabelledGB2312],
        ] as [Set<GB28181Fault>])
    func encodings(faults: Set<GB28181Fault>) async throws {
        let site = try GB28181Site()
        let device = await site.registered(faults: faults)
        var alarm = SimGB28181Alarm()
        alarm.description = "消防通道占用"
        device.raise(alarm)
        #expect(await eventually { device.state.taken == [1] })
        #expect(site.journal.alarms.first?.description == "消防通道占用；四级警情")
        await site.stop()
    }

    @Test("a clock in 2000 does not make the first alarms of two days' starts one")
    func year2000() async throws {
        let site = try GB28181Site()
        let device = await site.registered(faults: [.year2000])
        device.raise(SimGB28181Alarm())
        #expect(await eventually { device.state.taken == [1] })
        device.reboot()
        #expect(await eventually { device.state.registrations == 2 })
        device.raise(SimGB28181Alarm())
        #expect(await eventually { device.state.taken == [1, 1] })
        #expect(site.journal.alarms.count == 2)
        #expect(site.journal.events.contains { $0.type == EventType.cameraAlarm && $0.time?.hasPrefix("2000-01-01") == true })
        await site.stop()
    }

    @Test("a body that is no document is kept in quarantine and answered 400, one of an unknown kind 415")
    func badBodies() async throws {
        let site = try GB28181Site()
        let device = await site.registered()
        #expect(await eventually { site.journal.status?.state == .live })
        device.send(body: "<Notify><CmdType>Alarm</CmdType><SN>1</SN>")
        #expect(await eventually { device.state.answers.contains("MESSAGE 400") })
        device.send(body: "<Greeting><CmdType>Hello</CmdType></Greeting>")
        #expect(await eventually { device.state.answers.contains("MESSAGE 415") })
        #expect(site.journal.unreadable.count == 2)
        device.raise(SimGB28181Alarm())
        #expect(await eventually { site.journal.alarms.count == 1 })
        await site.stop()
    }
}
