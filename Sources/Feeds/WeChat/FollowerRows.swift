import Model

/// The rows of `datacube/getusercumulate` and `datacube/getusersummary`, from the interface or from a file.
struct FollowerRows: Hashable {
    private static let limit = 10_000

    /// Followers at the end of a day.
    var totals: [Day: Int] = [:]
    /// Σ new − Σ cancelled of a day over all its rows, one a source of users.
    var changes: [Day: Int] = [:]

    init() {}

    /// Reads `{"list": [{"ref_date": "2021-12-31", "cumulate_user": 754}, …]}`; rows of both kinds may stand in one list.
    ///
    /// - Throws: `WeChatError` where WeChat's own error stands there, or one sentence of ours.
    init(_ json: JSON) throws(WeChatError) {
        if let code = json["errcode"]?.int, code != 0 { throw WeChatError(code: code) }
        guard let list = json["list"]?.array else {
            throw WeChatError(
                sentence: "the answer holds no list of days; it is not what getusercumulate or getusersummary gives")
        }
        guard list.count <= Self.limit else { throw WeChatError(sentence: "the list has more than \(Self.limit) rows") }
        for row in list { try take(row) }
    }

    private mutating func take(_ row: JSON) throws(WeChatError) {
        guard let day = row["ref_date"]?.string.flatMap({ Day($0) }) else {
            throw WeChatError(sentence: "a row of the list has no ref_date such as 2021-12-31")
        }
        if let total = Self.count(row["cumulate_user"]) {
            // One row a day; should there be one for each source, the total stands in the row of source 0.
            if totals[day] == nil || row["user_source"]?.int == 0 { totals[day] = total }
        } else if let new = Self.count(row["new_user"]), let cancelled = Self.count(row["cancel_user"]) {
            changes[day, default: 0] += new - cancelled
        } else {
            throw WeChatError(sentence: "the row of \(day) has neither cumulate_user nor new_user and cancel_user")
        }
    }

    /// A count as a number or as a text; nothing where it cannot be one.
    private static func count(_ value: JSON?) -> Int? {
        guard let number = value?.plainText.flatMap({ Int($0) }), (0...2_000_000_000).contains(number) else { return nil }
        return number
    }
}
