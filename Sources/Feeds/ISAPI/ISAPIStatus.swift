import Model

/// The `ResponseStatus` of a Hikvision device, in XML or JSON.
struct ISAPIStatus: Hashable, Sendable {
    /// 1 is success.
    let code: Int
    let text: String
    let subCode: String

    /// Nothing where the body is no `ResponseStatus`.
    init?(_ body: [UInt8]) {
        if let xml = try? XMLElement(parsing: body), xml.name == "ResponseStatus" || xml.name == "userCheck" {
            guard let code = xml["statusCode"].flatMap({ Int($0.text) }) else { return nil }
            self.init(code, xml["statusString"]?.text, xml["subStatusCode"]?.text)
        } else if let json = try? JSON(parsing: body), let code = json["statusCode"]?.int {
            self.init(code, json["statusString"]?.string, json["subStatusCode"]?.string)
        } else {
            return nil
        }
    }

    private init(_ code: Int, _ text: String?, _ subCode: String?) {
        self.code = code
        self.text = String((text ?? "").prefix(80))
        self.subCode = String((subCode ?? "").prefix(80))
    }

    /// What an answer other than success means.
    ///
    /// - Parameters:
    ///   - wish: what was asked for, such as `a snapshot`.
    ///   - status: of HTTP.
    static func problem(_ wish: String, status: Int, body: [UInt8]) -> DeviceProblem {
        guard let told = ISAPIStatus(body) else { return problem(wish, status: status) }
        let words = [told.text, told.subCode].filter { !$0.isEmpty }.joined(separator: ", ")
        let sentence = "the device does not give \(wish): \(words.isEmpty ? "status \(told.code)" : words)"
        switch (told.code, told.subCode.lowercased()) {
        case (_, "lowprivilege"), (_, "notprivilege"):
            return DeviceProblem(.refused, sentence + "; give the user the right for it")
        case (2, _): return DeviceProblem(.busy, sentence + "; try again later")
        case (3, _): return DeviceProblem(.busy, sentence + "; the camera behind this channel may have no video")
        case (7, _): return DeviceProblem(.busy, sentence + "; it wants to be restarted")
        default: return DeviceProblem(.unsupported, sentence)
        }
    }

    private static func problem(_ wish: String, status: Int) -> DeviceProblem {
        switch status {
        case 403: DeviceProblem(.refused, "the user may not have \(wish) (HTTP 403); give the user the right for it")
        case 404, 405, 501: DeviceProblem(.unsupported, "the device does not know \(wish) (HTTP \(status))")
        case 503: DeviceProblem(.busy, "the device has no time for \(wish) (HTTP 503); try again later")
        case 200..<300: DeviceProblem(.unreadable, "the device's answer about \(wish) makes no sense")
        case 300..<400:
            DeviceProblem(.otherProtocol, "the device sends us elsewhere (HTTP \(status)); use https or the right port")
        default: DeviceProblem(.unreadable, "the device answers HTTP \(status) about \(wish)")
        }
    }
}
