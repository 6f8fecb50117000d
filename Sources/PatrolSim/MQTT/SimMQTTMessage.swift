import Model

/// Payloads as cameras publish them.
package enum SimMQTTMessage {
    /// One of Frigate's `events`.
    ///
    /// - Parameters:
    ///   - type: `new`, `update` or `end`.
    ///   - start: seconds since 1970.
    package static func frigate(
        _ type: String, id: String, label: String = "person", camera: String = "gate", score: String = "0.87",
        start: Int = 1_622_505_600, isFalsePositive: Bool = false, subLabel: JSON = .null, zones: [String] = ["yard"]
    ) -> String {
        let after: JSON = .object(present: [
            ("id", .string(id)), ("camera", .string(camera)), ("label", .string(label)), ("sub_label", subLabel),
            ("score", .number(score)), ("top_score", .number(score)), ("false_positive", .bool(isFalsePositive)),
            ("start_time", .number("\(start).25")), ("end_time", type == "end" ? .number("\(start + 9).5") : .null),
            ("box", [1, 2, 3, 4]), ("current_zones", .array(zones.map { .string($0) })),
            ("entered_zones", .array(zones.map { .string($0) })), ("has_snapshot", true), ("stationary", false),
        ])
        return JSON.object([JSON.Member("type", .string(type)), JSON.Member("before", after), JSON.Member("after", after)]).text
    }

    /// One of Frigate's `reviews`.
    package static func review(_ type: String, id: String, severity: String, start: Int = 1_622_505_600) -> String {
        let after: JSON = [
            "id": .string(id), "camera": "gate", "severity": .string(severity), "start_time": .int(start),
            "data": ["detections": ["d-1"], "objects": ["person", "car"], "zones": ["yard"], "sub_labels": ["x"]],
        ]
        return JSON.object([JSON.Member("type", .string(type)), JSON.Member("before", after), JSON.Member("after", after)]).text
    }

    /// A message of the Axis event bridge.
    package static func axis(_ topic: String, source: [(String, String)], data: [(String, String)], time: Int) -> String {
        func object(_ facts: [(String, String)]) -> JSON { .object(facts.map { JSON.Member($0.0, .string($0.1)) }) }
        let message: JSON = ["source": object(source), "key": .object([]), "data": object(data)]
        return JSON.object([
            JSON.Member("topic", .string(topic)), JSON.Member("timestamp", .int(time)), JSON.Member("serial", "ACCC8E000001"),
            JSON.Member("message", message),
        ]).text
    }
}
