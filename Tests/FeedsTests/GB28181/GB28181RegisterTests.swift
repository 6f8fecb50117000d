import Feeds
import Model
import PatrolSim
import TestKit
import Testing

/// Logging in, out and again, over real sockets.
@Suite struct GB28181RegisterTests {
    @Test(
        "a device registers with its password, in every form of digest and over both transports",
        arguments: [
            (GB28181DeviceSettings.Proof.withQop, GB28181DeviceSettings.Transport.udp), (.plain, .udp), (.ownNonce, .udp),
            (.withQop, .tcp), (.plain, .tcp), (.ownNonce, .tcp),
        ])
    func registers(proof: GB28181DeviceSettings.Proof, transport: GB28181DeviceSettings.Transport) async throws {
        let site = try GB28181Site()
        let device = await site.registered {
            $0.proof = proof
            $0.transport = transport
        }
        #expect(await eventually { site.journal.status?.state == .live })
        #expect(device.state.answers.prefix(2) == ["REGISTER 401", "REGISTER 200"])
        let date = try #require(device.state.date)
        #expect(date.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}/) != nil)
        let told = try #require(Timestamp(date, assuming: .shanghai))
        #expect(abs((told - RealClock().now()).seconds) < 60)
        #expect(await eventually { site.journal.status?.detail.contains("over \(transport.rawValue) until") ?? false })
        await site.stop()
    }

    @Test("a wrong password is refused with 403 and the feed says what to change; it takes no live feed down")
    func wrongPassword() async throws {
        let site = try GB28181Site()
        let wrong = site.device { $0.secret = "other" }
        wrong.start()
        #expect(await eventually { wrong.state.answers.contains("REGISTER 403") })
        #expect(await eventually { site.journal.status?.state == .refused })
        #expect(site.journal.status?.detail.contains("wrong password") ?? false)
        let right = await site.registered { $0.keepalive = .seconds(60) }
        #expect(await eventually { site.journal.status?.state == .live })
        wrong.refresh()
        #expect(await eventually { wrong.state.answers.filter { $0 == "REGISTER 403" }.count == 2 })
        right.raise(SimGB28181Alarm())
        #expect(await eventually { right.state.taken == [1] })
        #expect(site.journal.status?.state == .live)
        #expect(site.journal.statuses.filter { $0.status == .offline }.isEmpty)
        await site.stop()
    }

    @Test("a device that nobody configured gets 403 and is counted; one without a secret gets in with none")
    func unknown() async throws {
        let site = try GB28181Site(secret: nil)
        let stranger = site.device("15020300001320009999")
        stranger.start()
        #expect(await eventually { stranger.state.answers.contains("REGISTER 403") })
        let met = await site.platform.unknownDevices()
        #expect(met.map(\.code) == ["15020300001320009999"])
        #expect(met.first?.calls == 1)
        let known = site.device()
        known.start()
        #expect(await eventually { known.state.answers == ["REGISTER 401", "REGISTER 403"] })
        await site.stop()
    }

    @Test("a registration without Expires is 400, one with 0 logs out, and what logs out is unreachable")
    func expires() async throws {
        let site = try GB28181Site()
        let odd = site.device { $0.expires = nil }
        odd.start()
        #expect(await eventually { odd.state.answers.contains("REGISTER 400") })
        await odd.stop()
        let device = await site.registered()
        #expect(await eventually { site.journal.status?.state == .live })
        device.logOut()
        #expect(await eventually { site.journal.gaps.count >= 2 || site.journal.status?.detail.contains("logged out") ?? false })
        #expect(await eventually { site.journal.statuses.contains { $0.status == .offline } })
        await site.stop()
    }

    @Test("a device reboots under the same Call-ID with its numbers beginning anew, and is asked everything again")
    func reboot() async throws {
        let site = try GB28181Site()
        let device = await site.registered()
        #expect(await eventually { device.state.questions.count >= 3 })
        device.reboot()
        #expect(await eventually { device.state.registrations == 2 })
        #expect(await eventually { device.state.questions.count >= 6 && device.state.guards == 2 })
        device.raise(SimGB28181Alarm())
        #expect(await eventually { device.state.taken == [1] })
        await site.stop()
    }

    @Test("a refresh under the same Call-ID needs its proof, arms the device again and asks no facts")
    func refresh() async throws {
        let site = try GB28181Site()
        let device = await site.registered()
        #expect(await eventually { device.state.questions.count == 3 && device.state.guards == 1 })
        device.refresh()
        #expect(await eventually { device.state.guards == 2 && device.state.subscriptions == 2 })
        #expect(device.state.answers.filter { $0 == "REGISTER 401" }.count == 2)
        #expect(device.state.questions.count == 3)
        await site.stop()
    }

    @Test("an alarm before the registration is told 404; the device registers, and the alarm arrives")
    func notRegistered() async throws {
        let first = try GB28181Site()
        let device = await first.registered()
        await first.stopPlatform()
        // The platform as it is after a restart: it knows of no registration.
        let site = try await next(after: first)
        device.raise(SimGB28181Alarm())
        #expect(await eventually { device.state.taken.contains(1) })
        #expect(device.state.answers.contains("MESSAGE 404") && device.state.registrations == 2)
        #expect(site.journal.alarms.count == 1)
        await first.stop()
        await site.stop()
    }

    @Test("an alarm that was not durable when the platform stopped is told again to the next one")
    func notDurable() async throws {
        let first = try GB28181Site()
        let device = await first.registered()
        #expect(await eventually { first.journal.status?.state == .live })
        first.journal.refuse(.stopping)
        device.raise(SimGB28181Alarm())
        #expect(await eventually { device.state.repeats > 1 })
        await first.stopPlatform()
        #expect(device.state.taken.isEmpty && first.journal.alarms.isEmpty)
        first.journal.refuse(nil)
        let site = try await next(after: first)
        #expect(await eventually { device.state.taken.contains(1) })
        #expect(site.journal.alarms.count == 1)
        await first.stop()
        await site.stop()
    }

    /// A platform at the same port, once it is free, with the same journal.
    private func next(after first: GB28181Site) async throws -> GB28181Site {
        var next: GB28181Site?
        #expect(
            await eventually {
                next = try? GB28181Site(port: first.port, journal: first.journal)
                return next != nil
            })
        return try #require(next)
    }

    @Test("two devices of one address are two devices")
    func oneAddress() async throws {
        let site = try GB28181Site()
        let other = try site.addDevice("15020300001320000002", name: "gb-2")
        let first = await site.registered()
        let second = await site.registered("15020300001320000002")
        first.raise(SimGB28181Alarm())
        second.raise(SimGB28181Alarm())
        #expect(await eventually { Set(site.journal.alarms.map(\.device)) == ["gb-1", "gb-2"] })
        await withCheckedContinuation { done in other.stop { done.resume() } }
        await site.stop()
    }

    @Test("two devices behind one port of a router are two devices; orders go to the one they are for")
    func onePort() async throws {
        let site = try GB28181Site()
        let other = try site.addDevice("15020300001320000002", name: "gb-2")
        let relay = try OnePortRelay(to: site.port)
        let first = await site.registered { $0.platformPort = relay.port }
        let second = await site.registered("15020300001320000002") { $0.platformPort = relay.port }
        first.raise(SimGB28181Alarm())
        second.raise(SimGB28181Alarm())
        #expect(await eventually { first.state.taken == [1] && second.state.taken == [1] })
        #expect(Set(site.journal.alarms.map(\.device)) == ["gb-1", "gb-2"])
        let control = GB28181Control(site.platform, device: try GB28181Site.code("15020300001320000002"))
        try await control.go(to: "3")
        #expect(await eventually { second.state.presetsCalled == [3] })
        #expect(first.state.presetsCalled.isEmpty)
        relay.close()
        await withCheckedContinuation { done in other.stop { done.resume() } }
        await site.stop()
    }
}
