import Feeds
import Model
import PatrolSim
import TestKit
import Testing

/// Keepalives, silence, restarts.
@Suite struct GB28181LivenessTests {
    @Test("keepalives keep the feed live; after three missed ones it is silent, and live again when they come again")
    func silence() async throws {
        let site = try GB28181Site(silence: .seconds(10))
        let device = await site.registered { $0.keepalive = .milliseconds(200) }
        #expect(await eventually { device.state.answers.filter { $0 == "MESSAGE 200" }.count > 20 })
        #expect(site.journal.status?.state == .live)
        #expect(site.journal.statuses.filter { $0.status == .offline }.isEmpty)
        device.set(.stalled)
        #expect(await eventually { site.journal.status?.state == .silent })
        #expect(site.journal.statuses.contains { $0.status == .offline })
        device.set(.stalled, false)
        #expect(await eventually { site.journal.status?.state == .live })
        #expect(await eventually { site.journal.gaps.map(\.state).suffix(2) == [.open, .closed] })
        await site.stop()
    }

    @Test("a device that is killed and started again is heard again, with nothing of it lost")
    func killed() async throws {
        let site = try GB28181Site(silence: .milliseconds(800))
        let device = await site.registered()
        device.raise(SimGB28181Alarm())
        #expect(await eventually { device.state.taken == [1] })
        await device.stop()
        #expect(await eventually { site.journal.status?.state == .silent })
        let again = await site.registered()
        #expect(await eventually { site.journal.status?.state == .live })
        again.raise(SimGB28181Alarm(type: "2"))
        #expect(await eventually { again.state.taken == [1] })
        #expect(site.journal.alarms.map(\.rawType) == ["5/6", "5/2"])
        await site.stop()
    }

    @Test("a router that moves the device's port is followed from the next keepalive on")
    func movedPort() async throws {
        let site = try GB28181Site()
        let device = await site.registered()
        #expect(await eventually { site.journal.status?.detail.hasPrefix("registered from 127.0.0.1:") ?? false })
        let detail = site.journal.status?.detail
        device.moveToAnotherPort()
        #expect(await eventually { site.journal.status?.detail != detail })
        #expect(site.journal.status?.detail.hasPrefix("registered from 127.0.0.1:") ?? false)
        let control = GB28181Control(site.platform, device: try GB28181Site.code(GB28181Site.deviceCode))
        try await control.go(to: "5")
        #expect(await eventually { device.state.presetsCalled == [5] })
        await site.stop()
    }

    @Test("the subscription is refreshed in its dialog before it ends")
    func refreshedSubscription() async throws {
        let site = try GB28181Site(subscription: 2)
        let device = await site.registered()
        #expect(await eventually { device.state.subscriptions >= 3 })
        device.raise(SimGB28181Alarm(way: .notifyInDialog))
        #expect(await eventually { device.state.taken == [1] })
        #expect(device.state.guards == 1)
        await site.stop()
    }

    @Test("a registration that ended is told 404, and the device registers again")
    func expired() async throws {
        let site = try GB28181Site()
        let device = await site.registered { $0.expires = 1 }
        #expect(await eventually { device.state.registrations >= 2 })
        #expect(device.state.answers.contains("MESSAGE 404"))
        await site.stop()
    }
}
