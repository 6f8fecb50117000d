import Feeds
import Foundation
import Model
import PatrolSim
import TestKit
import Testing

/// Each way in which cameras are known to be different, and still the alarm arrives.
@Suite(.serialized) struct ONVIFQuirkTests {
    private let bench = ONVIFBench()
    private var journal: MemoryJournal { bench.journal }

    @Test(
        "every fault of the wire still gives the alarm",
        arguments: [
            [.topicEnd("/")], [.topicEnd("//.")], [.topicEnd(".")], [.needsTerminationTime], [.absoluteTimesOnly],
            [.wrongHost("192.0.2.1:9")], [.wrongHost("0.0.0.0")], [.noGetServices], [.noGetServices, .noGetCapabilities],
            [.noEventAddress], [.echoesRequest], [.needsMessageID], [.zuluOnly], [.unsubscribeEndsAll],
            [.time("2024-08-17-12:30:45Z")], [.time("2024-08-17T00:61:16Z")], [.time("0000-00-00T00:00:00Z")],
            [.time("2024-08-17")], [.time("2024-08-17T12:30:45")], [.time("")],
        ] as [[ONVIFFault]])
    func faults(_ faults: [ONVIFFault]) async throws {
        try await bench.run(settings: { $0.clockOffset = .hours(3) }, faults: faults) { device in
            #expect(await bench.isLive())
            #expect(await bench.provesAlarm(device, rule: "1"))
            #expect(await bench.provesAlarm(device, rule: "2"))
            #expect(journal.unreadable.isEmpty)
            #expect(device.tally.created == 1)
        }
    }

    @Test(
        "whatever authentication the camera wants",
        arguments: [.none, .token, .digest, .either] as [ONVIFDeviceSettings.Authentication])
    func authentication(_ way: ONVIFDeviceSettings.Authentication) async throws {
        try await bench.run(settings: { $0.authentication = way }) { device in
            #expect(await bench.isLive())
            #expect(await bench.provesAlarm(device))
            #expect(device.tally.refused <= 1)
        }
    }

    @Test("a subscription that is named by reference parameters")
    func parameters() async throws {
        try await bench.run(settings: { $0.naming = .parameters }) { device in
            #expect(await bench.isLive())
            #expect(await bench.provesAlarm(device))
        }
    }

    @Test("empty messages are passed over, and one without a topic goes to quarantine once an answer")
    func empty() async throws {
        try await bench.run(faults: [.emptyMessages]) { device in
            #expect(await bench.isLive())
            #expect(await eventually { device.isPolled })
            device.raise(.motion(true))
            #expect(await eventually { journal.starts.count == 1 && journal.unreadable.count == 1 })
            #expect(journal.unreadable.first?.reason == "1 of 3 messages name no topic")
        }
    }

    @Test("an answer that breaks off goes to quarantine, and the next good one arrives on the same subscription")
    func garbled() async throws {
        try await bench.run { device in
            #expect(await bench.isLive())
            device.inject(.garbledMessages)
            device.raise(.motion(true, rule: "lost"))
            #expect(await eventually { journal.unreadable.count == 1 })
            #expect(await bench.provesAlarm(device))
            #expect(journal.unreadable.first?.adapter == "onvif" && device.tally.created == 1)
            #expect(journal.status?.state == .live)
        }
    }

    @Test("a page where messages should be goes to quarantine, and polling goes on")
    func page() async throws {
        try await bench.run { device in
            #expect(await bench.isLive())
            device.inject(.pageInsteadOfMessages)
            #expect(await eventually { journal.unreadable.count == 1 })
            #expect(await bench.provesAlarm(device))
            #expect(device.tally.created == 1)
        }
    }

    @Test("a camera that closes polls half-way is live, and keeps its subscription")
    func closes() async throws {
        try await bench.run(faults: [.closeMidPoll(.milliseconds(500))]) { device in
            #expect(await bench.isLive())
            #expect(await eventually { device.tally.polls > 5 })
            #expect(await bench.provesAlarm(device))
            #expect(journal.status?.state == .live && device.tally.created == 1)
            #expect(journal.statuses.map(\.status) == [.online])
        }
    }

    @Test("a camera that restarts is subscribed anew, and what began before ends where it is over")
    func reboot() async throws {
        try await bench.run { device in
            #expect(await bench.isLive())
            #expect(await bench.provesAlarm(device, rule: "1"))
            device.raise(.motion(true, rule: "2"))
            #expect(await eventually { journal.starts.count == 2 })
            device.reboot()
            #expect(await eventually { device.tally.created == 2 && device.isPolled })
            #expect(await bench.provesAlarm(device, rule: "3"))
            #expect(device.subscriptionCount == 1)
        }
    }

    @Test("a fault on every pull makes no storm of subscriptions")
    func faultOnPull() async throws {
        try await bench.run { device in
            #expect(await bench.isLive())
            device.inject(.faultOnPull)
            #expect(await eventually { device.tally.created >= 3 })
            device.clearFaults()
            #expect(await eventually { device.isPolled })
            #expect(await bench.provesAlarm(device))
            #expect(device.tally.created < 20)
        }
    }

    @Test(
        "renewal keeps the subscription over its first lifetime",
        arguments: [[], [.absoluteTimesOnly], [.needsMessageID]] as [[ONVIFFault]])
    func renewal(_ faults: [ONVIFFault]) async throws {
        // A busy machine may come too late for a short lifetime; the longest is the one that must hold.
        for (lifetime, isLast) in [(Span.seconds(3), false), (.seconds(20), true)] {
            var held = false
            try await bench.run(
                settings: {
                    $0.longestLifetime = lifetime
                    $0.clockOffset = .hours(-2)
                }, faults: faults
            ) { device in
                #expect(await bench.isLive())
                #expect(await eventually { device.tally.renewed >= 2 })
                let isProven = await bench.provesAlarm(device)
                held = isProven && device.tally.created == 1 && device.tally.expired == 0
            }
            if held { return }
            #expect(!isLast, "the subscription was lost over \(lifetime)")
        }
    }

    @Test("a camera that renews nothing is subscribed anew, and its old subscription given back")
    func noRenewal() async throws {
        try await bench.run(
            settings: { $0.longestLifetime = .seconds(15) }, faults: [.faultOnRenew("ter:ActionNotSupported")]
        ) { device in
            #expect(await bench.isLive())
            #expect(await eventually { device.tally.created >= 2 && device.isPolled })
            #expect(await bench.provesAlarm(device))
            #expect(device.tally.unsubscribed >= 1 && device.subscriptionCount == 1)
        }
    }

    @Test("when all subscriptions are used up the feed says so, and tries seldom")
    func cap() async throws {
        try await bench.run(settings: { $0.maxSubscriptions = 0 }) { device in
            #expect(await eventually { journal.status?.state == .refused })
            #expect(journal.status?.detail.contains("Maximum number reached") == true)
            #expect(device.tally.polls == 0)
        }
    }

    @Test("a wrong password is refused by its sentence, whatever status it comes with", arguments: [400, 401, 500])
    func password(_ status: Int) async throws {
        try await bench.run(faults: [.refusalStatus(status)], camera: { $0.address.password = { "wrong" } }) { device in
            #expect(await eventually { journal.status?.state == .refused })
            #expect(journal.status?.detail.contains("user or password") == true)
            #expect(device.tally.refused <= 3)
        }
    }

    @Test("something that speaks no ONVIF is told apart from a camera")
    func noONVIF() async throws {
        try await bench.run(faults: [.noONVIF]) { _ in
            #expect(await eventually { journal.status?.state == .refused })
            #expect(journal.status?.detail.contains("switch ONVIF on") == true)
        }
    }

    @Test("a clock that is wrong is told once, and tokens are good all the same")
    func clock() async throws {
        try await bench.run(settings: { $0.clockOffset = .minutes(-90) }) { device in
            #expect(await bench.isLive())
            #expect(await eventually { journal.statuses.contains { $0.status == .timeSkew } })
            #expect(await bench.provesAlarm(device))
            #expect(abs((journal.status?.clockOffset?.seconds ?? 0) + 5400) <= 30)
            #expect(journal.statuses.filter { $0.status == .timeSkew }.count == 1 && device.tally.refused == 0)
        }
    }

    @Test("the same thing under two topics is one alarm")
    func twoTopics() async throws {
        try await bench.run { device in
            #expect(await bench.isLive())
            func both(_ isMotion: Bool) {
                device.raise(.motion(isMotion))
                let state = SimNotification.Item("State", isMotion ? "true" : "false")
                device.raise(
                    SimNotification("tns1:VideoSource/MotionAlarm", source: [.init("Source", "VideoSource_1")], data: [state]))
            }
            both(true)
            both(false)
            #expect(await eventually { device.waiting == 0 && journal.alarms.map(\.state) == [.start, .stop] })
        }
        #expect(journal.alarms.count == 2 && journal.alarms.last?.repeats == 1)
    }

    @Test("health becomes a status, and noise is not kept")
    func roles() async throws {
        try await bench.run { device in
            #expect(await bench.isLive())
            device.raise(SimNotification("tns1:Monitoring/ProcessorUsage", data: [.init("Value", "42")]))
            device.raise(SimNotification("tns1:RuleEngine/TamperDetector/Tamper", data: [.init("IsTamper", "true")]))
            #expect(await eventually { journal.statuses.map(\.status) == [.online, .tampered] })
            #expect(journal.alarms.isEmpty)
        }
    }
}
