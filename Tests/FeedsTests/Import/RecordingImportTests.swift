import Feeds
import Model
import Testing

@Suite struct RecordingImportTests {
    private let received = Timestamp(seconds: 1_622_505_600)
    private let calls = RecordingImport()

    private func read(_ text: String, device: String? = "热线录音") throws -> ImportResult {
        try calls.read(Array(text.utf8), options: ImportOptions(device: device), received: received)
    }

    @Test("a list of calls becomes call records, as the recorder itself would push them")
    func list() throws {
        let text = """
            热线通话记录
            设备,通话ID,呼叫方向,主叫号码,被叫号码,开始时间,通话时长,通话状态,录音文件
            甲机,c-1,呼入,13800000001,5152110,2021年3月5日 下午3:20,00:01:23,已接听,20210305\\c-1.wav

            """
        let result = try read(text, device: nil)
        #expect(result.refused.isEmpty)
        let event = try #require(result.events.first)
        #expect(event.type == EventType.recordingCall && event.source == "patrold:/feeds/甲机")
        let call = try #require(event.payload.flatMap { RecordingCall($0) })
        #expect(call.callID == "c-1" && call.direction == .inbound && call.caller == "13800000001" && call.callee == "5152110")
        #expect(call.start == "2021-03-05T15:20:00+08:00" && call.talkSeconds == 83 && call.answered)
        #expect(call.fileName == "c-1.wav")
        let pushed = CallEvents(device: "甲机").arrivals(
            Array(
                "{\"callID\":\"c-1\",\"direction\":\"inbound\",\"caller\":\"13800000001\",\"callee\":\"5152110\",\"start\":\"2021-03-05 15:20:00\",\"talkSeconds\":83,\"status\":\"已接听\",\"recording\":\"c-1.wav\"}"
                    .utf8),
            contentType: "application/json", received: received)
        guard case .event(let other)? = pushed.first else {
            Issue.record("the pushed record is read")
            return
        }
        #expect(other.id == event.id)
    }

    @Test("what is wrong with a call names row and column")
    func refused() throws {
        let text = """
            call_id,caller,start_time,talk_duration,direction
            1,13800000001,10:20,5,in
            2,1.38E+10,2021-03-05 10:20,5,in
            3,13800000001,2021-03-05 10:20,五秒,in
            4,13800000001,2021-03-05 10:20,5,上行
            5,13800000001,,5,in
            6,13800000001,2021-03-05 10:20,5,in

            """
        let result = try read(text)
        #expect(
            result.refused.map { "\($0.row) \($0.column)" } == [
                "2 start_time", "3 caller", "4 talk_duration", "5 direction", "6 start_time",
            ])
        #expect(result.events.count == 1)
    }
}
