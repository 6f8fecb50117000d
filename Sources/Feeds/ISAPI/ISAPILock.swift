import Model

/// What a Hikvision device says of a lock-out in the body of a 401: `userCheck` with `lockStatus` and `unlockTime`.
enum ISAPILock {
    /// How long it lets nobody in, at most a day; nothing where it does not say that it is locked.
    static func remaining(in body: [UInt8]) -> Span? {
        guard body.count <= 16 << 10, body.contains(UInt8(ascii: "<")) || body.contains(UInt8(ascii: "{")) else { return nil }
        let (status, time) = values(body)
        guard status?.lowercased() == "lock" || status?.lowercased() == "locked" else { return nil }
        return .seconds(Int64(min(max(time.flatMap { Int($0) } ?? 1800, 1), 86_400)))
    }

    private static func values(_ body: [UInt8]) -> (status: String?, time: String?) {
        if let xml = try? XMLElement(parsing: body, limits: XMLLimits(bytes: 16 << 10, depth: 8, elements: 100)) {
            return (xml.first("lockStatus")?.text, xml.first("unlockTime")?.text)
        }
        guard let json = try? JSON(parsing: body) else { return (nil, nil) }
        let check = json["userCheck"] ?? json
        return (check["lockStatus"]?.plainText, check["unlockTime"]?.plainText)
    }
}
