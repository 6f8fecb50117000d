import Feeds
import Model
import TestKit
import Testing

@Suite struct CDRFormatTests {
    private func calls(_ fixture: String, _ format: CDRFormat) async throws -> [RecordingCall] {
        let bench = try CDRBench(format)
        try bench.write(String(decoding: try Fixtures.bytes("calls/" + fixture), as: UTF8.self))
        bench.start()
        #expect(await eventually { bench.status?.lastEvent != nil && bench.status?.state == .live })
        await bench.stop()
        #expect(bench.journal.unreadable.isEmpty)
        return bench.journal.calls
    }

    @Test("Asterisk's Master.csv with and without identity, quotes within quotes, and calls that nobody answered")
    func asterisk() async throws {
        let calls = try await calls("asterisk-master.csv", .asterisk)
        #expect(calls.count == 2 && calls.allSatisfy { $0.device == "rec-1" })
        #expect(calls[0].callID == "1763864430.1" && calls[0].fileName == "1763864430.1.wav" && calls[0].answered)
        #expect(calls[0].ringSeconds == 5 && calls[0].talkSeconds == 60 && calls[0].start == "2026-11-23T10:20:30+08:00")
        #expect(calls[1].callID.hasPrefix("derived-") && !calls[1].answered && calls[1].talkSeconds == 0)
        #expect(calls[1].caller == "8001" && calls[1].callee == "00012345678" && calls[1].ringSeconds == 20)
    }

    @Test("cdr_custom has another order, and the configuration may have any")
    func custom() async throws {
        let sample = try await calls("asterisk-custom.csv", .asteriskCustom)
        #expect(sample.map(\.callID) == ["1763864430.1"] && sample.first?.talkSeconds == 60)
        let bench = try CDRBench(CDRFormat(columns: ["who", "dst", "start", "billsec", "uniqueid"]))
        try bench.write("1,2,2026-11-23 10:20:30,7,u-1\n1,2\n")
        bench.start()
        #expect(await eventually { bench.journal.unreadable.count == 1 && bench.identities == ["u-1"] })
        #expect(bench.journal.calls.first?.talkSeconds == 7 && bench.journal.calls.first?.caller == nil)
        await bench.stop()
    }

    @Test("FreeSWITCH's file by its default template")
    func freeSWITCH() async throws {
        let call = try #require(try await calls("freeswitch-master.csv", .freeswitch).first)
        #expect(call.callID == "6f1c2a90-0d3b-4f0e-9f57-1d5a3c1b2e4f" && call.caller == "00012345678")
        #expect(call.talkSeconds == 60 && call.ringSeconds == 5 && call.answered && call.status == "NORMAL_CLEARING")
    }

    @Test("a first line that names the columns is no call, and holds after a restart")
    func header() async throws {
        let text = String(decoding: try Fixtures.bytes("calls/aicc-index.csv"), as: UTF8.self)
        let lines = text.split(separator: "\n").map { String($0) + "\n" }
        let bench = try CDRBench(.aicc)
        try bench.write(lines[0] + lines[1])
        bench.start()
        #expect(await eventually { bench.identities == ["1763864430-1"] })
        await bench.stop()
        try bench.write(lines[2])
        bench.start()
        #expect(await eventually { bench.identities == ["1763864430-1", "1763864999-2"] })
        #expect(bench.journal.calls.map(\.talkSeconds) == [60, 10] && bench.journal.calls[0].fileName == "1763864430-1.V3")
        await bench.stop()
    }

    @Test("a header in a file that should have none is passed over")
    func unexpectedHeader() async throws {
        let bench = try CDRBench(.asterisk)
        try bench.write(
            "accountcode,src,dst,dcontext,clid,channel,dstchannel,lastapp,lastdata,start,answer,end,duration,billsec,"
                + "disposition,amaflags,uniqueid,userfield\n" + CDRBench.line(1))
        bench.start()
        #expect(await eventually { bench.identities == bench.expected([1]) })
        #expect(bench.journal.unreadable.isEmpty)
        await bench.stop()
    }
}
