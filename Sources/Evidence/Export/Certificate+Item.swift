import Model

extension Certificate {
    var itemRows: [Row] {
        var rows = [
            Row("种类", "Kind", Self.kind(item.kind)),
            Row("文件", "File", files.first?.name ?? ""),
            Row("大小", "Size", item.bytes.map { "\($0) 字节 bytes" } ?? ""),
            Row("SHA-256", "Digest", code: item.sha256),
        ]
        if let name = item.fileName { rows.append(Row("设备上的文件名", "Name on the device", hidden(name))) }
        if let format = item.format {
            let length = item.seconds.map { "\(($0 * 10).rounded() / 10) 秒 s" }
            rows.append(Row("格式与时长", "Format, length", [format, length].compactMap { $0 }.joined(separator: " · ")))
        }
        if let call = item.callID { rows.append(Row("通话编号", "Call", call)) }
        if let direction = item.direction { rows.append(Row("方向", "Direction", Self.direction(direction))) }
        if let caller = item.caller { rows.append(Row("主叫", "Caller", hidden(caller))) }
        if let callee = item.callee { rows.append(Row("被叫", "Callee", hidden(callee))) }
        if let alarm = item.alarmClass { rows.append(Row("报警类别", "Alarm", alarm)) }
        if !item.custody.incidents.isEmpty {
            rows.append(Row("所属事件", "Incident", item.custody.incidents.joined(separator: ", ")))
        }
        if item.custody.isHeld {
            rows.append(Row("封存", "Legal hold", item.custody.holds.joined(separator: ", ")))
        }
        return rows
    }

    var originRows: [Row] {
        var rows = [
            Row("来源设备", "Device", item.device),
            Row("方法", "Method", method),
            Row("设备时间", "Device's clock", deviceTime),
            Row("接收时间", "Received", Self.time(item.received)),
        ]
        if let place = item.place { rows.append(Row("地点", "Place", place)) }
        if let spot = item.spot { rows.append(Row("点位", "Spot", spot)) }
        guard item.kind != .recording else { return rows }
        let standing = item.standing
        let review = [standing?.reviewNumber, standing?.reviewDate].compactMap { $0 }.joined(separator: ", ")
        rows.append(Row("法制和技术审核", "Review", review.isEmpty ? "无记录 not on record" : review))
        rows.append(Row("设置地点公布", "Place published", standing?.published ?? "无记录 not on record"))
        return rows
    }

    var makingRows: [Row] {
        [
            Row("制作单位", "Bureau", facts.bureau), Row("制作人", "Maker", facts.maker),
            Row("制作时间", "Made", Self.time(facts.made)),
            Row("用途", "Purpose", facts.personal ? facts.purpose : PersonalText.masked(facts.purpose)),
            Row(
                "制作方法", "Method",
                "由 \(facts.program) 从证据库逐字节复制，复制时重新计算 SHA-256 并与库内名称核对一致；未经剪辑、转码。"
                    + " Copied byte by byte from the evidence store and hashed again on the way; not edited, not converted."),
        ]
    }

    private var method: String {
        let adapter = item.adapter.map { "(\($0))" } ?? ""
        let (zh, en) =
            switch item.kind {
            case .recording:
                (
                    "由该录音设备在通话时录制，其文件由系统自动接入\(adapter)。",
                    "Recorded by the device during the call; its file was taken in by the system\(adapter)."
                )
            case .alarm:
                ("由该探头在报警时抓拍，随报警自动送达\(adapter)。", "Taken by the camera with its alarm and delivered with it\(adapter).")
            case .visit:
                ("视频巡查时由系统指令该探头抓拍\(adapter)。", "Taken by the camera at the order of a video patrol\(adapter).")
            case .taken:
                (
                    "由操作人 \(item.taker ?? "") 通过系统指令该探头抓拍\(adapter)。",
                    "Taken by the camera at the order of \(item.taker ?? "an operator") through the system\(adapter)."
                )
            }
        return zh + "接收时计算 SHA-256，以其为名写入证据库并落盘，此后不再改写；同时在只增日志中记录一条事件。 " + en
            + " Hashed at arrival, stored under that name, never rewritten, and noted as an event of the append-only journal."
    }

    private var deviceTime: String {
        guard let time = item.deviceTime else { return "设备未给出 not told" }
        var text = time.moment.map(Self.time) ?? "\(time.text) (无法识别 unreadable)"
        if let offset = item.clockOffset { text += " · 时钟偏差 offset \(Double(offset) / 1000) 秒 s" }
        return text
    }

    private static func kind(_ kind: EvidenceItem.Kind) -> String {
        switch kind {
        case .recording: "电话录音 telephone recording"
        case .alarm: "报警抓拍图像 picture of an alarm"
        case .visit: "视频巡查图像 picture of a video patrol"
        case .taken: "调取抓拍图像 picture taken on demand"
        }
    }

    private static func direction(_ direction: RecordingFile.Direction) -> String {
        switch direction {
        case .inbound: "呼入 inbound"
        case .outbound: "呼出 outbound"
        case .internal: "内部 internal"
        }
    }
}
