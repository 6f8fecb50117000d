import Feeds
import Model
import Settings

/// Devices as JSON and as text.
enum DeviceSheet {
    /// Every camera of the configuration with the state of its feed, where there is one.
    static func list(_ site: Site, feeds: [FeedStatus]) -> [JSON] {
        let states = Dictionary(feeds.map { ($0.name, $0) }) { first, _ in first }
        return site.settings.cameras.map { camera in
            let feed = states[camera.name]
            return .object(present: [
                ("name", .string(camera.name)), ("adapter", .string(camera.adapter.rawValue)),
                ("place", .string(camera.place)), ("address", .string(address(of: camera))),
                ("state", .string(feed?.state.rawValue ?? "stopped")), ("detail", feed.map { .string($0.detail) }),
                ("lastHeard", feed?.lastHeard.map { .string($0.text()) }),
                ("clockOffsetMilliseconds", feed?.clockOffset.map { .int($0.microseconds / 1000) }),
            ])
        }
    }

    private static func address(of camera: Settings.Camera) -> String {
        if !camera.url.isEmpty { return camera.url }
        return camera.adapter == .mqtt ? "mqtt:" + camera.mqtt.broker : camera.id
    }

    /// One member a line, lists below each other.
    static func text(_ sheet: JSON, _ language: Language) -> String {
        let rows = (sheet.members ?? []).flatMap { member -> [[String]] in
            let label = language == .zh ? labels[member.key] ?? member.key : member.key
            guard let values = member.value.array else { return [[label, member.value.plainText ?? member.value.text]] }
            let texts = values.map { value in
                value.plainText ?? (value.members ?? []).compactMap(\.value.plainText).joined(separator: "  ")
            }
            return texts.enumerated().map { [$0 == 0 ? label : "", $1] }
        }
        let width = rows.map { TextTable.width($0[0]) }.max() ?? 0
        return rows.map { $0[0] + String(repeating: " ", count: width - TextTable.width($0[0]) + 2) + $0[1] }
            .joined(separator: "\n")
    }

    private static let labels = [
        "name": "名称", "adapter": "协议", "place": "位置", "address": "地址", "state": "状态", "detail": "说明",
        "lastHeard": "最近信号", "clockOffsetMilliseconds": "时钟差(毫秒)", "manufacturer": "厂商", "model": "型号",
        "firmware": "固件", "serial": "序列号", "deviceName": "设备名", "events": "事件方式", "presets": "预置位",
        "notes": "提示", "sha256": "图像摘要", "bytes": "字节", "device": "设备", "position": "日志位置",
    ]
}

extension DeviceFacts {
    var json: JSON {
        .object(present: [
            ("manufacturer", manufacturer.map { .string($0) }), ("model", model.map { .string($0) }),
            ("firmware", firmware.map { .string($0) }), ("serial", serial.map { .string($0) }),
            ("deviceName", name.map { .string($0) }),
            ("clockOffsetMilliseconds", clockOffset.map { .int($0.microseconds / 1000) }),
            ("events", .array(events.map { .string($0) })),
            ("presets", .array(presets.map { ["token": .string($0.token), "name": .string($0.name)] })),
            ("notes", .array(notes.map { .string($0) })),
        ])
    }
}

extension FoundCamera {
    var json: JSON {
        .object(present: [
            ("endpoint", .string(endpoint)), ("addresses", .array(addresses.map { .string($0) })),
            ("name", name.map { .string($0) }), ("hardware", hardware.map { .string($0) }),
            ("scopes", .array(scopes.map { .string($0) })), ("peer", .string(peer)),
        ])
    }
}
