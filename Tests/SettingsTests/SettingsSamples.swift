import Settings

/// A small valid file that tests append to.
let smallFile = """
    bureau:
      name: 昆都仑区城市管理综合执法局
      district: "150203"

    """

/// A camera entry of which one line can be replaced or added.
func cameraFile(_ changes: [String: String] = [:], adding: String = "") -> String {
    let lines = [
        ("name", "cam-1"), ("adapter", "isapi"), ("url", "http://192.0.2.7:80"), ("user", "patrol"),
        ("password", "{credential: cam-1}"), ("place", "钢铁大街与民族路口"),
    ]
    let body = lines.map { key, value in "    \(key): \(changes[key] ?? value)" }.joined(separator: "\n")
    return smallFile + "cameras:\n  -" + body.dropFirst(3) + "\n" + adding
}

/// What parsing a text as `p.yaml` complains about, as printed; empty where it is valid.
func complaints(_ text: String) -> [String] {
    do throws(SettingsError) {
        _ = try Settings.parse(text: text, file: "p.yaml")
        return []
    } catch {
        return error.problems.map(\.description)
    }
}
