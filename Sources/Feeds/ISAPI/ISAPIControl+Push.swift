import Model

extension ISAPIControl {
    private static let hostsPath = "/ISAPI/Event/notification/httpHosts"

    /// Tells the device to send its alarms to us, and reads back that it does.
    ///
    /// An entry that leads to the same host and port is changed, else a free one is taken; all other entries stay.
    /// - Parameters:
    ///   - host: our IP address as the device sees it.
    ///   - path: such as `/push/isapi/cam-1`.
    ///   - digest: whether the device shall authenticate with its own user and password.
    package func setUpPush(host: String, port: Int, path: String, digest: Bool) async throws(DeviceProblem) {
        let (list, namespace) = try await pushHosts()
        var hosts = list.children.filter { $0.name == "HttpHostNotification" }
        let rest = list.children.filter { $0.name != "HttpHostNotification" }
        let place = hosts.firstIndex { $0["ipAddress"]?.text == host && $0["portNo"]?.text == String(port) }
        guard let place = place ?? hosts.firstIndex(where: Self.isFree) ?? (hosts.isEmpty ? 0 : nil) else {
            throw DeviceProblem(.busy, "all of the device's HTTP listening entries are in use; free one of them")
        }
        let id = hosts.indices.contains(place) ? hosts[place]["id"]?.text ?? "1" : "1"
        let entry = entry(id: id, host: host, port: port, path: path, digest: digest)
        if hosts.indices.contains(place) { hosts[place] = entry } else { hosts.append(entry) }
        var changed = list
        changed.children = hosts + rest
        try await put(changed.document(namespace: namespace))
        try await verify(host: host, port: port, path: path)
    }

    /// The device's HTTP listening entries, and their namespace.
    func pushHosts() async throws(DeviceProblem) -> (list: XMLElement, namespace: String) {
        let wish = "its HTTP listening settings"
        let answer = try await calls.send(Self.hostsPath)
        guard answer.status == 200, let root = try? XMLElement(parsing: answer.body), root.name == "HttpHostNotificationList"
        else {
            throw ISAPIStatus.problem(wish, status: answer.status, body: answer.body)
        }
        return (root, Self.namespace(answer.body))
    }

    private func put(_ body: [UInt8]) async throws(DeviceProblem) {
        let headers = [(name: "Content-Type", value: "application/xml; charset=\"UTF-8\"")]
        let answer = try await calls.send(Self.hostsPath, method: "PUT", headers: headers, body: body)
        guard (200..<300).contains(answer.status), ISAPIStatus(answer.body)?.code ?? 1 == 1 else {
            throw ISAPIStatus.problem("HTTP listening", status: answer.status, body: answer.body)
        }
    }

    private func verify(host: String, port: Int, path: String) async throws(DeviceProblem) {
        let hosts = try await pushHosts().list.children
        let isThere = hosts.contains {
            $0["ipAddress"]?.text == host && $0["portNo"]?.text == String(port) && $0["url"]?.text == path
        }
        guard isThere else {
            throw DeviceProblem(
                .unsupported, "the device took the HTTP listening entry and does not keep it; set it up in its own pages")
        }
    }

    /// An entry that nobody uses.
    private static func isFree(_ entry: XMLElement) -> Bool {
        let address = entry["ipAddress"]?.text ?? entry["hostName"]?.text ?? ""
        return address.isEmpty || address == "0.0.0.0"
    }

    private func entry(id: String, host: String, port: Int, path: String, digest: Bool) -> XMLElement {
        var members = [
            ("id", id), ("url", path), ("protocolType", "HTTP"), ("parameterFormatType", "XML"),
            ("addressingFormatType", "ipaddress"), ("ipAddress", host), ("portNo", String(port)),
        ]
        if digest {
            members += [("userName", camera.address.user ?? ""), ("password", camera.address.password() ?? "")]
        }
        members.append(("httpAuthenticationMethod", digest ? "MD5digest" : "none"))
        var entry = XMLElement(name: "HttpHostNotification", attributes: [])
        entry.children = members.map { name, text in
            var element = XMLElement(name: name, attributes: [])
            element.text = text
            return element
        }
        return entry
    }

    /// The namespace of the root: firmware refuses a document in another one than its own.
    private static func namespace(_ body: [UInt8]) -> String {
        let text = String(decoding: body.prefix(2048), as: UTF8.self)
        let fallback = "http://www.hikvision.com/ver20/XMLSchema"
        guard let root = text.firstRange(of: "<HttpHostNotificationList") else { return fallback }
        let tag = text[root.upperBound...].prefix { $0 != ">" }
        guard let mark = tag.firstRange(of: "xmlns=\"") else { return fallback }
        let value = tag[mark.upperBound...].prefix { $0 != "\"" }
        return value.isEmpty ? fallback : String(value)
    }
}

extension XMLElement {
    /// The element as a document of its own.
    func document(namespace: String) -> [UInt8] {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        write(to: &text, extra: " xmlns=\"\(namespace.markup)\"")
        return Array(text.utf8)
    }

    private func write(to text: inout String, extra: String = "") {
        let list = attributes.map { " \($0.name)=\"\($0.value.markup)\"" }.joined()
        text += "<\(name)\(list)\(extra)>"
        if children.isEmpty { text += self.text.markup }
        for child in children { child.write(to: &text) }
        text += "</\(name)>"
    }
}
