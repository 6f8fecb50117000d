import Feeds
import Model
import TestKit
import Testing

@Suite struct ISAPIFuzzTests {
    private let decoder = ISAPIDecoder(classes: [:])

    @Test("changed bytes never stop the decoder of alerts, and their sights stay within their caps")
    func mutations() throws {
        let seeds = try WireFuzz.seeds("isapi")
        let maker = AlarmEvents(source: "s", device: "d", adapter: "isapi", classes: [:])
        var random = SeededNumbers(0x15A91)
        for round in FuzzInputs() {
            let bytes = WireFuzz.mutated(seeds[round % seeds.count], &random)
            for case .part(let part) in outputs(of: bytes) {
                guard let reading = try? decoder.decode(part) else { continue }
                switch reading {
                case .alert(let alert), .heartbeat(let alert):
                    for sighting in maker.sightings(in: alert, received: Timestamp(seconds: 0)) {
                        #expect(sighting.rawType.utf8.count <= bytes.count * 3 && !sighting.rawType.isEmpty)
                    }
                case .picture, .nothing: break
                }
            }
        }
    }

    @Test("changed calls are never lost: each is alarms, quarantine or nothing, and the answer is 200")
    func calls() async throws {
        let seeds = try WireFuzz.seeds("isapi")
        let journal = MemoryJournal()
        var device = ISAPIPushDevice(.quick("cam-1", adapter: "isapi"))
        device.allowedPeers = ["127.0.0.1"]
        let push = ISAPIPush(device, multi: CurlMulti(label: "test.fuzz"), in: journal.surroundings())
        push.feed.start()
        var random = SeededNumbers(0x9054)
        for round in FuzzInputs(share: 20) {
            let bytes = WireFuzz.mutated(seeds[round % seeds.count], &random)
            let type = round % 3 == 0 ? "application/xml" : "multipart/form-data; boundary=boundary"
            let request = PushRequest(
                method: "POST", path: "/push/isapi/cam-1", headers: [(name: "Content-Type", value: type)], body: bytes)
            #expect(await push.receive(request).status == 200)
        }
        await withCheckedContinuation { done in push.feed.stop { done.resume() } }
    }
}
