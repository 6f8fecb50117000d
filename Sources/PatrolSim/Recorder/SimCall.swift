import Model

/// A call as a simulated exchange knows it.
package struct SimCall: Hashable, Sendable {
    package var id: String
    package var caller: String
    package var callee: String
    package var isInbound: Bool
    package var started: Timestamp
    /// Seconds until the answer.
    package var ring: Int
    /// Seconds of talk; 0 means that nobody answered.
    package var talk: Int
    /// Name of the recording, without folders.
    package var recording: String?

    package init(
        id: String, caller: String, callee: String, isInbound: Bool = true, started: Timestamp, ring: Int = 4, talk: Int,
        recording: String? = nil
    ) {
        self.id = id
        self.caller = caller
        self.callee = callee
        self.isInbound = isInbound
        self.started = started
        self.ring = ring
        self.talk = talk
        self.recording = recording
    }

    /// `2026-11-23 10:20:30` in Shanghai.
    static func clock(_ moment: Timestamp) -> String {
        let text = moment.text()
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
    }
}

/// The words in which an exchange posts a call.
package enum CallDialect: String, Hashable, Sendable, CaseIterable {
    /// `NewCdr` with misspelt durations, all values as text.
    case newCdr
    /// The same in an envelope whose `msg` is a text of JSON.
    case enveloped
    /// Seconds since 1970 and `ib`/`ob`, in a list.
    case workPhone
    /// A call centre's, with Chinese names within `data.list`.
    case callCentre
    /// `application/x-www-form-urlencoded`.
    case form
    /// FreeSWITCH's mod_json_cdr as the form field `cdr`.
    case freeswitchJSON
    /// FreeSWITCH's mod_xml_cdr as it is.
    case freeswitchXML

    /// Content type and body.
    package func post(_ call: SimCall) -> (type: String, body: [UInt8]) {
        switch self {
        case .newCdr: ("application/json", Self.newCdr(call).bytes)
        case .enveloped:
            (
                "application/json",
                JSON.object([
                    .init("type", 30012), .init("sn", "0000000000000002"),
                    .init("msg", .string(String(decoding: Self.snake(call).bytes, as: UTF8.self))),
                ]).bytes
            )
        case .workPhone: ("application/json", JSON.array([Self.workPhone(call)]).bytes)
        case .callCentre: ("application/json;charset=utf-8", Self.callCentre(call).bytes)
        case .form: ("application/x-www-form-urlencoded", Self.form(call))
        case .freeswitchJSON:
            ("application/x-www-form-urlencoded", Array(("cdr=" + Self.escaped(Self.freeswitch(call).bytes)).utf8))
        case .freeswitchXML: ("text/xml", Self.freeswitchXML(call))
        }
    }

    private static func newCdr(_ call: SimCall) -> JSON {
        .object([
            .init("event", "NewCdr"), .init("callid", .string(call.id)), .init("timestart", .string(SimCall.clock(call.started))),
            .init("callfrom", .string(call.caller)), .init("callto", .string(call.callee)),
            .init("callduraction", .string(String(call.ring + call.talk))), .init("talkduraction", .string(String(call.talk))),
            .init("status", .string(call.talk > 0 ? "ANSWERED" : "NO ANSWER")),
            .init("type", .string(call.isInbound ? "Inbound" : "Outbound")), .init("recording", .string(call.recording ?? "")),
            .init("sn", "0000000000000001"),
        ])
    }

    private static func snake(_ call: SimCall) -> JSON {
        .object([
            .init("call_id", .string(call.id)), .init("time_start", .string(SimCall.clock(call.started))),
            .init("call_from", .string("Line<\(call.caller)>")), .init("call_to", .string(call.callee)),
            .init("call_duration", .int(call.ring + call.talk)), .init("talk_duration", .int(call.talk)),
            .init("status", .string(call.talk > 0 ? "ANSWERED" : "NO ANSWER")),
            .init("type", .string(call.isInbound ? "Inbound" : "Outbound")),
            .init("recording", .string("20261123/" + (call.recording ?? ""))),
        ])
    }

    private static func workPhone(_ call: SimCall) -> JSON {
        .object([
            .init("call_sheet_id", .string(call.id)), .init("call_type", .string(call.isInbound ? "ib" : "ob")),
            .init("from", .string(call.caller)), .init("to", .string(call.callee)),
            .init("begin_time", .int(call.started.microseconds / 1000)), .init("ring_duration", .int(call.ring)),
            .init("talk_time", .string("0:0\(call.talk / 60):" + padded(call.talk % 60, 2))),
            .init("record_url", .string("https://cloud.example/r/\(call.recording ?? "")?sign=x")),
        ])
    }

    private static func callCentre(_ call: SimCall) -> JSON {
        let record: JSON = .object([
            .init("通话ID", .string(call.id)), .init("主叫号码", .string(call.caller)), .init("被叫号码", .string(call.callee)),
            .init("开始时间", .string(SimCall.clock(call.started))), .init("通话时长", .string(String(call.talk))),
            .init("呼叫类型", .string(call.isInbound ? "呼入" : "呼出")),
            .init("通话状态", .string(call.talk > 0 ? "已接听" : "未接")), .init("录音文件", .string(call.recording ?? "")),
        ])
        return .object([.init("code", 0), .init("data", .object([.init("list", .array([record]))]))])
    }

    private static func form(_ call: SimCall) -> [UInt8] {
        let fields = [
            ("uniqueid", call.id), ("calldate", SimCall.clock(call.started)), ("src", call.caller), ("dst", call.callee),
            ("duration", String(call.ring + call.talk)), ("billsec", String(call.talk)),
            ("disposition", call.talk > 0 ? "ANSWERED" : "NO ANSWER"), ("direction", call.isInbound ? "in" : "out"),
            ("recordingfile", call.recording ?? ""),
        ]
        return Array(fields.map { $0 + "=" + escaped(Array($1.utf8)) }.joined(separator: "&").utf8)
    }

    private static func variables(_ call: SimCall) -> [(String, String)] {
        let answered = call.started + .seconds(Int64(call.ring))
        let ended = answered + .seconds(Int64(call.talk))
        func clock(_ moment: Timestamp) -> String { escaped(Array(SimCall.clock(moment).utf8)) }
        return [
            ("uuid", call.id), ("direction", call.isInbound ? "inbound" : "outbound"), ("start_stamp", clock(call.started)),
            ("answer_stamp", call.talk > 0 ? clock(answered) : ""), ("end_stamp", clock(ended)),
            ("duration", String(call.ring + call.talk)), ("billsec", String(call.talk)),
            ("hangup_cause", call.talk > 0 ? "NORMAL_CLEARING" : "NO_ANSWER"),
            ("record_file_name", escaped(Array(("/var/record/" + (call.recording ?? "")).utf8))),
        ]
    }

    private static func freeswitch(_ call: SimCall) -> JSON {
        let profile: JSON = .object([
            .init("caller_id_number", .string(call.caller)), .init("destination_number", .string(call.callee)),
        ])
        return .object([
            .init("core-uuid", "c"), .init("variables", .object(variables(call).map { .init($0, .string($1)) })),
            .init("callflow", .array([.object([.init("caller_profile", profile)])])),
        ])
    }

    private static func freeswitchXML(_ call: SimCall) -> [UInt8] {
        let inner = variables(call).map { "<\($0)>\($1)</\($0)>" }.joined()
        return Array(
            ("<?xml version=\"1.0\"?>\n<cdr core-uuid=\"c\"><variables>\(inner)</variables><callflow><caller_profile>"
                + "<caller_id_number>\(call.caller)</caller_id_number>"
                + "<destination_number>\(call.callee)</destination_number></caller_profile></callflow></cdr>").utf8)
    }

    private static func escaped(_ bytes: [UInt8]) -> String {
        bytes.reduce(into: "") { text, byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                byte < 0x80 && (scalar.properties.isAlphabetic || (48...57).contains(byte) || byte == 0x2D || byte == 0x2E)
            let digits = String(byte, radix: 16, uppercase: true)
            text += isPlain ? String(scalar) : "%" + (digits.utf8.count == 1 ? "0" : "") + digits
        }
    }
}
