import Model

/// Definitions of simulated channels, as `channels.yaml` would have them.
enum ChannelDefinitions {
    static func path(_ text: String) -> JSONPath { (try? JSONPath(text)) ?? .whole }

    /// A log of changes with a cursor that lasts.
    static func cursor(size: Int = 3) -> Channel {
        let request = RequestTemplate(
            path: Template("/api/cases"), query: [.init("cursor", Template("{cursor}")), .init("size", Template("{size}"))])
        var rest = rest(request, list: "data.rows")
        rest.paging = .cursor(next: path("data.next"), more: path("data.more"), size: size, kept: true)
        rest.access = Channel.Access(name: "Authorization", value: Template("Bearer {token}"))
        rest.ok = Channel.OKCheck(path: path("code"), values: ["0"], expired: ["401"])
        var reply = Channel.RESTReply(
            request: RequestTemplate(
                method: "POST", path: Template("/api/cases/{number}/close"),
                body: Template(#"{"caseNo":"{number}","endTime":"{closed}","disposal":"{outcome}"}"#)))
        reply.ok = Channel.OKCheck(path: path("code"), values: ["0"], final: ["404"])
        return Channel(key: "city-digital", name: "数字城管", feed: .rest(rest), reply: .rest(reply))
    }

    /// Numbered pages.
    static func pages(size: Int = 3) -> Channel {
        let request = RequestTemplate(
            path: Template("/pages"), query: [.init("page", Template("{page}")), .init("size", Template("{size}"))])
        var rest = rest(request, list: "items")
        rest.paging = .page(first: 1, size: size, total: nil)
        return Channel(key: "pages", name: "页", feed: .rest(rest))
    }

    /// Windows of time and a login.
    static func gateway(size: Int = 200) -> Channel {
        var rest = Channel.REST(
            request: RequestTemplate(
                method: "POST", path: Template("/gateway/order/list"),
                body: Template(#"{"beginTime":{since},"endTime":{until},"limit":{size}}"#)),
            list: path("result.orders"),
            fields: Channel.Fields([
                .number: [path("orderNo")], .accepted: [path("createdAt")], .updated: [path("modifiedAt")],
                .closed: [path("finishedAt")], .outcome: [path("feedback")], .text: [path("content")],
                .place: [path("location.name")], .category: [path("kind")], .latitude: [path("location.y")],
                .longitude: [path("location.x")], .reporter: [path("person.name")], .phone: [path("person.mobile")],
            ]))
        rest.times = TimeSpelling(.milliseconds)
        rest.requestTimes = rest.times
        rest.paging = .window(size: size)
        rest.status = Channel.Status(path: path("status"), closed: ["4"], ignored: ["9"])
        rest.categories = ["违停": "0505"]
        rest.access = Channel.Access(
            name: "X-Access-Token", value: Template("{token}"),
            login: Channel.Login(
                request: RequestTemplate(
                    method: "POST", path: Template("/gateway/login"),
                    body: Template(#"{"account":"{user}","secret":"{password}"}"#)),
                token: path("result.token"), lifetimePath: path("result.expiresIn")))
        var reply = Channel.RESTReply(
            request: RequestTemplate(
                method: "POST", path: Template("/gateway/order/finish"),
                body: Template(#"{"orderNo":"{number}","finishedAt":{closed},"feedback":"{outcome}"}"#)))
        reply.times = rest.times
        return Channel(key: "huanghe-cloud", name: "黄河云", feed: .rest(rest), reply: .rest(reply))
    }

    static func open311(_ window: Channel.Open311.Window = .updated) -> Channel {
        Channel(
            key: "smart-kundulun", name: "智慧昆都仑",
            feed: .open311(Channel.Open311(path: "/open311/v2", window: window, categories: ["garbage": "0102"])),
            reply: .open311(path: "/servicerequestupdates.json"))
    }

    private static func rest(_ request: RequestTemplate, list: String) -> Channel.REST {
        var rest = Channel.REST(
            request: request, list: path(list),
            fields: Channel.Fields([
                .number: [path("caseNo")], .accepted: [path("acceptTime")], .updated: [path("updateTime")],
                .closed: [path("endTime")], .outcome: [path("disposal")], .text: [path("description"), path("title")],
                .place: [path("address")], .category: [path("eventCode")], .latitude: [path("position.lat")],
                .longitude: [path("position.lng")], .media: [path("photos[0].url")],
            ]))
        rest.status = Channel.Status(path: path("state"), closed: ["结案"], ignored: ["作废"])
        return rest
    }
}
