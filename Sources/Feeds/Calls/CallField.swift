import Model

/// What a record of a call can say.
package enum CallField: String, Hashable, Sendable, CaseIterable {
    case callID, caller, callee, start, answer, end
    /// Seconds until the answer.
    case ring
    /// Seconds from start to end.
    case total
    /// Seconds from answer to end.
    case talk
    case status, direction, fileName, trunk
}

/// The words under which devices say it: a table, with the configuration's own words before those that are known.
package struct CallSpellings: Hashable, Sendable {
    /// Names of a field, folded, most telling first.
    package private(set) var names: [CallField: [String]]
    /// Folded word → direction.
    package var directions: [String: RecordingFile.Direction]
    /// Folded words for a call that somebody answered, and that nobody did.
    package var answered: Set<String>
    package var unanswered: Set<String>

    /// Uses the known words.
    package static let standard = CallSpellings(
        names: knownNames, directions: knownDirections, answered: knownAnswered, unanswered: knownUnanswered)

    /// The same with further names for fields, tried first.
    package func adding(_ further: [CallField: [String]]) -> CallSpellings {
        var spellings = self
        for (field, words) in further { spellings.names[field] = words.map(Self.fold) + (names[field] ?? []) }
        return spellings
    }

    /// The same for words of the configuration: `callID`, `caller` … → names; others are left out.
    package func adding(_ further: [String: [String]]) -> CallSpellings {
        let pairs = further.compactMap { name, words in CallField(rawValue: name).map { ($0, words) } }
        return adding(Dictionary(pairs) { first, _ in first })
    }

    /// Lower case, without underscores, hyphens and blanks: `call_id`, `callId` and `CallID` are one name.
    static func fold(_ name: String) -> String {
        String(name.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " && $0 != "." })
    }

    /// How many of the names are known.
    func recognised(_ names: some Sequence<String>) -> Int {
        let known = Set(self.names.values.joined())
        return names.reduce(0) { $0 + (known.contains(Self.fold($1)) ? 1 : 0) }
    }
}

extension CallSpellings {
    /// Yeastar's misspelt durations, FreeSWITCH's variables, Asterisk's columns, and what call centres and work-phone
    /// clouds post.
    private static let knownNames: [CallField: [String]] = [
        .callID: [
            "callid", "uniqueid", "uuid", "calluuid", "callsheetid", "calluid", "sessionid", "recordid", "cdrid", "linkedid",
            "通话id", "呼叫id", "id",
        ],
        .caller: [
            "callfrom", "caller", "callerno", "callernumber", "calleridnumber", "callingnumber", "calling", "callingno",
            "fromnumber", "ani", "src", "from", "主叫号码", "主叫", "clid",
        ],
        .callee: [
            "callto", "callee", "calleeno", "calleenumber", "destinationnumber", "callednumber", "called", "calledno",
            "tonumber", "dnis", "dst", "to", "被叫号码", "被叫",
        ],
        .start: [
            "timestart", "starttime", "startstamp", "startepoch", "callstart", "callbegin", "callbegintime", "callstarttime",
            "begintime", "calltime", "calldate", "offeringtime", "start", "begin", "开始时间", "呼叫时间",
        ],
        .answer: [
            "answertime", "answerstamp", "answerepoch", "callanswer", "connecttime", "establishedtime", "answer", "应答时间",
            "接通时间",
        ],
        .end: [
            "endtime", "endstamp", "endepoch", "callend", "callendtime", "hanguptime", "end", "结束时间", "挂机时间",
        ],
        .ring: ["ringduration", "ringseconds", "ringsec", "waitduration", "waitsec", "振铃时长"],
        .total: ["callduraction", "callduration", "totalduration", "totaltime", "duration", "总时长"],
        .talk: [
            "talkduraction", "talkduration", "billsec", "talktime", "talkseconds", "conversationduration", "billingseconds",
            "通话时长",
        ],
        .status: [
            "status", "callstatus", "disposition", "hangupcause", "callresult", "result", "state", "通话状态", "接听状态",
        ],
        .direction: ["calldirection", "direction", "calltype", "type", "呼叫类型", "呼叫方向", "方向"],
        .fileName: [
            "recording", "recordingfile", "recordfile", "recordfilename", "recordingfilename", "recordingpath", "recordpath",
            "recordurl", "recordingurl", "ccrecordfilename", "recordname", "录音文件", "录音",
        ],
        .trunk: [
            "srctrunkname", "dsttrunkname", "desttrunkname", "dsttrcunkname", "trunk", "trunkname", "gateway", "sipgatewayname",
            "中继",
        ],
    ]

    private static let knownDirections: [String: RecordingFile.Direction] = [
        "inbound": .inbound, "incoming": .inbound, "in": .inbound, "i": .inbound, "ib": .inbound, "呼入": .inbound,
        "来电": .inbound, "callin": .inbound, "outbound": .outbound, "outgoing": .outbound, "out": .outbound, "o": .outbound,
        "ob": .outbound, "呼出": .outbound, "去电": .outbound, "callout": .outbound, "dialout": .outbound,
        "internal": .internal, "int": .internal, "local": .internal, "内部": .internal, "内线": .internal,
    ]

    private static let knownAnswered: Set<String> = [
        "answered", "answer", "connected", "completed", "complete", "success", "dealing", "已接听", "已接", "接通", "已接通",
    ]

    private static let knownUnanswered: Set<String> = [
        "noanswer", "notanswered", "unanswered", "failed", "busy", "cancel", "cancelled", "canceled", "missed", "abandoned",
        "congestion", "originatorcancel", "userbusy", "nouserresponse", "callrejected", "unallocatednumber", "notdeal", "leak",
        "未接听", "未接", "未接通", "占线", "放弃",
    ]
}
