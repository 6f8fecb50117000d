import Console
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Model
import Testing

@Suite("Publications through the console")
struct PublicationRoutesTests {
    private func bench() async throws -> ConsoleBench {
        let bench = try ConsoleBench()
        for (id, outlet) in [("a1", "日报"), ("a2", "晚报")] {
            let article = PublicationSuggestion(
                id: id, outlet: outlet, title: "城管", link: "", published: try #require(Day("2021-03-05")))
            try await bench.store(
                Event(
                    source: "patrold:/feeds/daily", id: id, type: EventType.publicationSuggested, received: bench.clock.now(),
                    data: article.json.bytes))
        }
        return bench
    }

    @Test("lists by state and outlet, shows one, and says what is wrong")
    func reading() async throws {
        try await bench().serve { client async throws in
            func ids(_ query: String) async throws -> [String] {
                try await client.get("/v1/publications" + query).json?["publications"]?.array?.compactMap { $0["id"]?.string }
                    ?? []
            }
            #expect(try await ids("") == ["a2", "a1"])
            #expect(try await ids("?outlet=%E6%97%A5%E6%8A%A5") == ["a1"])
            #expect(try await ids("?state=confirmed").isEmpty)
            #expect(try await client.get("/v1/publications/a1").json?["outlet"]?.string == "日报")
            #expect(try await client.get("/v1/publications?state=x").isProblem(.badRequest, "wrong"))
            #expect(try await client.get("/v1/publications/a9").isProblem(.notFound, "unknown-publication"))
            #expect(try await client.get("/v1/publications", token: nil).isProblem(.unauthorized, "unauthorized"))
        }
    }

    @Test("a token decides nothing")
    func tokens() async throws {
        try await bench().serve { client async throws in
            let answer = try await client.execute(
                uri: "/v1/publications/a1/dismiss", method: .post,
                headers: [.authorization: "Bearer \(ConsoleBench.reader)"], body: ByteBuffer(string: #"{"reason":"x"}"#))
            #expect(answer.isProblem(.forbidden, "forbidden"))
        }
    }

    @Test("a decision needs its number or reason, and a known word")
    func incomplete() async throws {
        try await bench().serve(.local) { client async throws in
            func decide(_ action: String, _ body: String) async throws -> TestResponse {
                try await client.execute(uri: "/v1/publications/a1/" + action, method: .post, body: ByteBuffer(string: body))
            }
            #expect(try await decide("confirm", "{}").isProblem(.badRequest, "missing"))
            #expect(try await decide("dismiss", #"{"reason":"  "}"#).isProblem(.badRequest, "missing"))
            #expect(try await decide("confirm", "x").isProblem(.badRequest, "unreadable"))
            #expect(try await decide("burn", "{}").isProblem(.notFound, "unknown-action"))
            #expect(try await decide("dismiss", #"{"reason":"x"}"#).isProblem(.notFound, "unknown-publication"))
        }
    }
}
