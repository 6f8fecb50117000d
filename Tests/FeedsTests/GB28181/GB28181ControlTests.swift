import Feeds
import Model
import PatrolSim
import TestKit
import Testing

/// Questions and orders to a device.
@Suite struct GB28181ControlTests {
    private func control(_ site: GB28181Site, channel: String? = nil) throws -> GB28181Control {
        GB28181Control(
            site.platform, device: try GB28181Site.code(GB28181Site.deviceCode),
            channel: try channel.map { try GB28181Site.code($0) })
    }

    @Test("after registering the device is armed, subscribed and asked for catalog, description and state, in this order")
    func bringUp() async throws {
        let site = try GB28181Site()
        let device = await site.registered()
        #expect(await eventually { device.state.questions == ["Catalog", "DeviceInfo", "DeviceStatus"] })
        #expect(device.state.guards == 1 && device.state.subscriptions == 1)
        await site.stop()
    }

    @Test("facts come from the description, the catalog in several messages and the presets", arguments: [1, 4])
    func facts(itemsPerMessage: Int) async throws {
        let site = try GB28181Site()
        let device = await site.registered {
            $0.itemsPerMessage = itemsPerMessage
            $0.channels = (101...110).map { .init(code: "15020300001310000\($0)", name: "路口\($0)") }
        }
        let parts = 10 / itemsPerMessage + 2
        #expect(await eventually { device.state.questions.count == 3 })
        #expect(await eventually { device.state.answers.filter { $0 == "MESSAGE 200" }.count > parts })
        let facts = try await control(site).facts()
        #expect(facts.manufacturer == "Patrol" && facts.model == "SIM-28181" && facts.firmware == "V1.0")
        #expect(facts.name == "模拟设备")
        #expect(facts.presets == [Preset(token: "1", name: "大门"), Preset(token: "2", name: "路口")])
        #expect(facts.events == ["MESSAGE", "NOTIFY"])
        #expect(facts.notes.filter { $0.hasPrefix("channel ") }.count == 10)
        let channel = try await control(site, channel: "15020300001310000103").facts()
        #expect(channel.name == "路口103")
        await site.stop()
    }

    @Test("sums that are wrong and items that come twice end after a quiet time, each item once")
    func wrongSums() async throws {
        let site = try GB28181Site(quiet: .seconds(5))
        _ = await site.registered(faults: [.wrongSums])
        let presets = try await control(site).presets()
        #expect(presets.map(\.token) == ["1", "2"])
        await site.stop()
    }

    @Test("recordings come as one list")
    func recordings() async throws {
        let site = try GB28181Site()
        _ = await site.registered()
        let now = RealClock().now()
        let items = try await control(site, channel: GB28181Site.channelCode).recordings(from: now - .hours(3), to: now)
        #expect(items.count == 3)
        await site.stop()
    }

    @Test("an order to go to a preset arrives with its check sum; numbers that do not exist are not sent")
    func presets() async throws {
        let site = try GB28181Site()
        let device = await site.registered()
        try await control(site, channel: GB28181Site.channelCode).go(to: "7")
        #expect(await eventually { device.state.presetsCalled == [7] })
        #expect(device.state.orders == ["A50F01820007003E"])
        await #expect(throws: DeviceProblem.self) { try await control(site).go(to: "0") }
        try await control(site).startTour("2")
        try await control(site).stopTour("2")
        #expect(await eventually { device.state.orders.last == "A50F0100000000B5" })
        await site.stop()
    }

    @Test("a device that never answers questions still gives its alarms, and says so when asked")
    func neverAnswers() async throws {
        let site = try GB28181Site(quiet: .milliseconds(200))
        let device = await site.registered(faults: [.neverAnswers])
        await #expect { try await control(site).facts() } throws: { ($0 as? DeviceProblem)?.code == .unreadable }
        #expect(try await control(site).presets().isEmpty)
        device.raise(SimGB28181Alarm())
        #expect(await eventually { device.state.taken == [1] })
        await site.stop()
    }

    @Test("a device that does not even say 200, or never registered, is unreachable; snapshots are unsupported")
    func unreachable() async throws {
        let site = try GB28181Site()
        await #expect { try await control(site).go(to: "1") } throws: { ($0 as? DeviceProblem)?.code == .unreachable }
        _ = await site.registered(faults: [.deaf])
        await #expect { try await control(site).go(to: "1") } throws: { ($0 as? DeviceProblem)?.code == .unreachable }
        await #expect { try await control(site).snapshot() } throws: { ($0 as? DeviceProblem)?.code == .unsupported }
        await site.stop()
    }

    @Test("a device without subscriptions is asked everything else")
    func noSubscriptions() async throws {
        let site = try GB28181Site()
        let device = await site.registered(faults: [.noSubscriptions])
        #expect(await eventually { device.state.questions.count == 3 })
        await site.stop()
    }
}
