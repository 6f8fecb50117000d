/// What weakens an item as evidence, or what whoever uses it has to know.
package enum EvidenceMark: Hashable, Sendable {
    /// The configuration has no such camera (any more).
    case unknownCamera
    /// The camera has no number and day of a legal and technical review (行政处罚法 art. 41).
    case notReviewed
    /// Its place was not published (行政处罚法 art. 41).
    case notPublished
    /// Nobody measured how far the device's clock was off.
    case clockUnknown
    /// It was off by that many milliseconds, which is more than a second.
    case clockOff(Int64)
    /// The device told no time, or none that can be read.
    case noDeviceTime
    /// A header of the maker's own: other programs may not play the file.
    case privateHeader
    /// The file is no sound file, or ends before it should.
    case broken
    /// The file is longer (negative: shorter) than the call record says.
    case durationDiffers(Double)
    /// Sound without a written transcript.
    case noTranscript
    /// The stored file was found missing or changed at some time.
    case wasDamaged

    /// Stable key.
    package var key: String {
        switch self {
        case .unknownCamera: "unknown-camera"
        case .notReviewed: "not-reviewed"
        case .notPublished: "not-published"
        case .clockUnknown: "clock-unknown"
        case .clockOff: "clock-off"
        case .noDeviceTime: "no-device-time"
        case .privateHeader: "private-header"
        case .broken: "broken"
        case .durationDiffers: "duration-differs"
        case .noTranscript: "no-transcript"
        case .wasDamaged: "was-damaged"
        }
    }

    package var zh: String {
        switch self {
        case .unknownCamera: "配置中没有该探头，无法说明其审核与公布情况。"
        case .notReviewed: "该探头没有登记法制和技术审核的文号与日期（《行政处罚法》第四十一条）。"
        case .notPublished: "该探头没有登记设置地点的公布情况（《行政处罚法》第四十一条）。"
        case .clockUnknown: "收到前没有测得设备时钟的偏差，设备时间仅供参考。"
        case .clockOff(let offset): "设备时钟当时\(offset > 0 ? "快" : "慢") \(Self.seconds(offset)) 秒。"
        case .noDeviceTime: "设备没有给出可以读取的时间，以接收时间为准。"
        case .privateHeader: "录音文件为厂家私有格式，一般播放软件可能无法播放。"
        case .broken: "录音文件不完整或者不是录音文件。"
        case .durationDiffers(let seconds): "录音时长比通话记录\(seconds > 0 ? "长" : "短") \(Self.text(abs(seconds))) 秒。"
        case .noTranscript: "没有附文字说明；声音资料作为证据应当附有该声音内容的文字记录。"
        case .wasDamaged: "核验曾发现库内文件缺失或者被改动，见保管记录。"
        }
    }

    package var en: String {
        switch self {
        case .unknownCamera: "The configuration has no such camera, so its review and publication are not known."
        case .notReviewed:
            "The camera has no number and day of a legal and technical review (Administrative Penalty Law, art. 41)."
        case .notPublished: "The camera's place is not known to have been published (Administrative Penalty Law, art. 41)."
        case .clockUnknown: "Nobody measured the device's clock before it came; its time is a hint."
        case .clockOff(let offset): "The device's clock was \(Self.seconds(offset)) s \(offset > 0 ? "ahead" : "behind")."
        case .noDeviceTime: "The device told no time that can be read; the time of receipt counts."
        case .privateHeader: "The recording is in a format of its maker's own; ordinary players may refuse it."
        case .broken: "The recording is incomplete, or is no sound file."
        case .durationDiffers(let seconds):
            "The recording is \(Self.text(abs(seconds))) s \(seconds > 0 ? "longer" : "shorter") than the call record says."
        case .noTranscript: "No transcript is attached; sound that is used as evidence needs one."
        case .wasDamaged: "The stored file was once found missing or changed; see the custody log."
        }
    }

    package var json: JSON { ["key": .string(key), "zh": .string(zh), "en": .string(en)] }

    private static func seconds(_ milliseconds: Int64) -> String { text(Double(abs(milliseconds)) / 1000) }

    /// At most one decimal.
    private static func text(_ seconds: Double) -> String {
        let tenths = (seconds * 10).rounded() / 10
        return tenths == tenths.rounded() && tenths < 1e15 ? String(Int64(tenths)) : String(tenths)
    }
}

extension EvidenceItem {
    /// What has to be said of the item, in a fixed order.
    package var marks: [EvidenceMark] {
        var marks = kind == .recording ? recordingMarks : cameraMarks
        if deviceTime?.moment == nil {
            marks.append(.noDeviceTime)
        } else if let clockOffset {
            if abs(clockOffset) > 1000 { marks.append(.clockOff(clockOffset)) }
        } else {
            marks.append(.clockUnknown)
        }
        if custody.wasDamaged { marks.append(.wasDamaged) }
        return marks
    }

    private var cameraMarks: [EvidenceMark] {
        guard let standing else { return [.unknownCamera] }
        var marks: [EvidenceMark] = []
        if (standing.reviewNumber ?? "").isEmpty || (standing.reviewDate ?? "").isEmpty { marks.append(.notReviewed) }
        if (standing.published ?? "").isEmpty { marks.append(.notPublished) }
        return marks
    }

    private var recordingMarks: [EvidenceMark] {
        var marks: [EvidenceMark] = []
        if format == "private" { marks.append(.privateHeader) }
        if format == "broken" { marks.append(.broken) }
        if let difference { marks.append(.durationDiffers(difference)) }
        if custody.transcript == nil { marks.append(.noTranscript) }
        return marks
    }
}
