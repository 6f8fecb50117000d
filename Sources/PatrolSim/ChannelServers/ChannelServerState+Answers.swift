import Model

// The interfaces of a simulated channel.
extension ChannelServerState {
    mutating func logIn(_ request: PushRequest) -> PushAnswer {
        logins += 1
        if let loginStatus { return Self.json(loginStatus, ["error": "invalid_grant"]) }
        let json = try? JSON(parsing: request.body)
        guard json?["account"]?.string == "patrol", json?["secret"]?.string == password else {
            return Self.json(200, ["success": false, "message": "账号或密码错误"])
        }
        let token = "t\(logins)"
        tokens.insert(token)
        let result: JSON = .object([.init("token", .string(token)), .init("expiresIn", 3600)])
        return Self.json(200, .object([.init("success", true), .init("result", result)]))
    }

    mutating func list(_ request: PushRequest, _ fault: ChannelFault?) -> PushAnswer {
        let query = Self.query(request.query)
        let answer: PushAnswer =
            switch request.path {
            case "/api/cases": cases(query, request["Authorization"], fault)
            case "/gateway/order/list": orders(request, fault)
            case "/pages": page(query, fault)
            case "/open311/v2/requests.json": requests(query, fault)
            case "/open311/v2/services.json": Self.json(200, [["service_code": "0501", "service_name": "占道"]])
            default: PushAnswer(404)
            }
        guard fault == .truncated else { return answer }
        return PushAnswer(answer.status, headers: answer.headers, body: Array(answer.body.dropLast(answer.body.count / 3)))
    }

    private mutating func cases(_ query: [String: String], _ key: String?, _ fault: ChannelFault?) -> PushAnswer {
        guard key == "Bearer " + token else { return Self.json(200, ["code": 401, "msg": "token"]) }
        let size = query["size"].flatMap { Int($0) } ?? 100
        let start = min(query["cursor"].flatMap { Int($0) } ?? 0, changes.count)
        let end = min(start + size, changes.count)
        let rows = changes[start..<end].compactMap { records[$0]?.row }
        let data: [JSON.Member] = [
            .init(fault == .changedSchema ? "list" : "rows", .array(rows)), .init("next", .string(String(end))),
            .init("more", .bool(end < changes.count)),
        ]
        return Self.json(200, .object([.init("code", 0), .init("data", .object(data))]))
    }

    private func orders(_ request: PushRequest, _ fault: ChannelFault?) -> PushAnswer {
        guard tokens.contains(request["X-Access-Token"] ?? "") else { return Self.json(401, ["success": false]) }
        guard let json = try? JSON(parsing: request.body), let since = json["beginTime"]?.int, let until = json["endTime"]?.int,
            let limit = json["limit"]?.int
        else { return Self.json(400, ["success": false]) }
        let found = changed(
            from: Timestamp(microseconds: Int64(since) * 1000), to: Timestamp(microseconds: Int64(until) * 1000))
        let name = fault == .changedSchema ? "items" : "orders"
        return Self.json(
            200,
            .object([
                .init("success", true),
                .init("result", .object([.init(name, .array(found.prefix(limit).map(\.order)))])),
            ]))
    }

    private mutating func page(_ query: [String: String], _ fault: ChannelFault?) -> PushAnswer {
        let size = query["size"].flatMap { Int($0) } ?? 10
        let number = query["page"].flatMap { Int($0) } ?? 1
        let all = changed(from: Timestamp(seconds: 0), to: Timestamp(seconds: 7_258_118_399)).map(\.row)
        let rows = fault == .repeatedPage ? lastPage : Array(all.dropFirst((number - 1) * size).prefix(size))
        lastPage = rows
        return Self.json(200, .object([.init("total", .int(all.count)), .init("items", .array(rows))]))
    }

    private func requests(_ query: [String: String], _ fault: ChannelFault?) -> PushAnswer {
        let isUpdated = query["updated_after"] != nil
        let since = (query["updated_after"] ?? query["start_date"]).flatMap { Timestamp($0) }
        let until = (query["updated_before"] ?? query["end_date"]).flatMap { Timestamp($0) }
        guard let since, let until, until.microseconds - since.microseconds <= Span.days(90).microseconds else {
            return Self.json(400, [["code": 400, "description": "the span is longer than 90 days"]])
        }
        let found =
            isUpdated
            ? changed(from: since, to: until)
            : records.values.filter { $0.accepted >= since && $0.accepted <= until }.sorted { $0.number < $1.number }
        let list = JSON.array(found.prefix(1000).map(\.request))
        return Self.json(200, fault == .changedSchema ? .object([.init("requests", list)]) : list)
    }

    /// Takes a closing; the same key again is the same closing.
    mutating func close(_ request: PushRequest) -> PushAnswer {
        let told = ToldClosing(
            path: request.path, body: String(decoding: request.body, as: UTF8.self), key: request["Idempotency-Key"] ?? "")
        if request.path.hasPrefix("/gateway"), !tokens.contains(request["X-Access-Token"] ?? "") {
            return Self.json(401, ["success": false])
        }
        if !replies.contains(where: { $0.key == told.key }) { replies.append(told) }
        return Self.json(200, ["code": 0, "success": true])
    }

    static func json(_ status: Int, _ json: JSON) -> PushAnswer {
        PushAnswer(status, headers: [("Content-Type", "application/json; charset=utf-8")], body: json.bytes)
    }

    private static func query(_ text: String) -> [String: String] {
        let pairs = text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { decoded(String($0)) }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
