import Console
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Model
import Testing

@Suite("Who may do what")
struct AccessTests {
    let bench: ConsoleBench

    init() throws {
        bench = try ConsoleBench()
    }

    @Test("every route but /livez, /readyz and the devices' own answers 401 without a credential")
    func everyRoute() async throws {
        let routes = bench.router().routes.map { route in
            (method: route.method, path: route.path.description.filter { !"{}:".contains($0) })
        }
        .filter { !$0.path.hasPrefix("/push") && !$0.path.hasPrefix("/VIID") && !$0.path.hasPrefix("/open311") }
        #expect(routes.count >= 14)
        #expect(routes.contains { $0.path == "/" })
        try await bench.serve { client async throws in
            for (method, path) in routes {
                let answer = try await client.execute(uri: path, method: method)
                if ["/livez", "/readyz"].contains(path) {
                    #expect(answer.status == .ok, "\(method) \(path)")
                } else {
                    #expect(answer.isProblem(.unauthorized, "unauthorized"), "\(method) \(path) \(answer.status)")
                    #expect(answer.headers[values: .wwwAuthenticate].map { $0.prefix(6) } == ["Basic ", "Bearer"])
                }
            }
        }
    }

    @Test(
        "a credential that is none is refused like none",
        arguments: [
            "Bearer ", "Bearer wrong", "Bearer writer-token-012345678", "Bearer writer-token-01234567890", "bearer",
            "Basic " + Data("x:wrong".utf8).base64EncodedString(), "Basic %%%",
            "Basic " + Data("nocolon".utf8).base64EncodedString(), "Digest username=x", ConsoleBench.writer,
        ])
    func wrongCredential(header: String) async throws {
        try await bench.serve { client async throws in
            let answer = try await client.execute(
                uri: "/v1/events", method: .post, headers: [.authorization: header],
                body: ByteBuffer(bytes: ConsoleBench.event("1").bytes))
            #expect(answer.isProblem(.unauthorized, "unauthorized"))
            #expect(try bench.journal.reader.lastPosition() == 0)
        }
    }

    @Test("a browser's Basic password is a token too")
    func basic() async throws {
        try await bench.serve { client async throws in
            let pair = Data("anybody:\(ConsoleBench.reader)".utf8).base64EncodedString()
            let answer = try await client.execute(uri: "/", method: .get, headers: [.authorization: "Basic \(pair)"])
            #expect(answer.status == .ok)
        }
    }

    @Test("a token without the scope is refused with its name, not the token")
    func missingScope() async throws {
        try await bench.serve { client async throws in
            let writing = try await client.sendStructured(ConsoleBench.event("1"), token: ConsoleBench.reader)
            #expect(writing.isProblem(.forbidden, "forbidden"))
            #expect(writing.text.contains("'screen'"))
            #expect(!writing.text.contains(ConsoleBench.reader))
            for uri in ["/v1/events", "/v1/incidents", "/v1/incidents/2021-1", "/v1/status", "/metrics", "/"] {
                #expect(try await client.get(uri, token: ConsoleBench.writer).isProblem(.forbidden, "forbidden"), "\(uri)")
            }
            #expect(try bench.journal.reader.lastPosition() == 0)
        }
    }

    @Test("a token may only send for its own sources; one foreign element refuses the whole delivery")
    func sourcePrefix() async throws {
        try await bench.serve { client async throws in
            let single = try await client.sendStructured(ConsoleBench.event("1", source: "urn:other:1"))
            #expect(single.isProblem(.forbidden, "forbidden-source"))
            let batch: JSON = .array([ConsoleBench.event("1"), ConsoleBench.event("2", source: "urn:other:1")])
            let mixed = try await client.send(batch.bytes, "application/cloudevents-batch+json")
            #expect(mixed.isProblem(.forbidden, "forbidden-source"))
            #expect(try bench.journal.reader.lastPosition() == 0)
        }
    }

    @Test(
        "what people decide needs the scope 'operate'",
        arguments: ["cn.patrold.register.penalty.added", "cn.patrold.incident.close", "cn.patrold.report.exported"])
    func operatorsTypes(type: String) async throws {
        try await bench.serve { client async throws in
            let event: JSON = ["specversion": "1.0", "id": "1", "source": "urn:x", "type": .string(type), "data": [:]]
            let answer = try await client.sendStructured(event, token: "any-token-0123456789")
            #expect(answer.isProblem(.forbidden, "forbidden-type"))
            #expect(try bench.journal.reader.lastPosition() == 0)
        }
    }

    @Test("nobody outside speaks for the daemon itself", arguments: ["patrold:/incidents", "patrold:/operators/li", "patrold:/"])
    func ownSources(source: String) async throws {
        try await bench.serve { client async throws in
            let answer = try await client.sendStructured(
                ConsoleBench.event("1", source: source), token: "any-token-0123456789")
            #expect(answer.isProblem(.forbidden, "forbidden-source"))
            #expect(try bench.journal.reader.lastPosition() == 0)
        }
    }

    @Test("moves and quarantine belong to the operators' socket")
    func operatorsOnly() async throws {
        try await bench.serve { client async throws in
            for uri in ["/v1/incidents/2021-1/close", "/v1/quarantine/1/replay"] {
                let answer = try await client.execute(
                    uri: uri, method: .post, headers: [.authorization: "Bearer any-token-0123456789"])
                #expect(answer.isProblem(.forbidden, "forbidden"), "\(uri)")
            }
        }
    }

    @Test("no tokens configured lets nobody in")
    func noGrants() async throws {
        let empty = Grant(name: "empty", sourcePrefix: nil, scopes: [.read, .write], token: "")
        try await bench.serve(.tokens([empty])) { client async throws in
            #expect(try await client.get("/v1/events", token: "").status == .unauthorized)
            #expect(try await client.get("/v1/events", token: nil).status == .unauthorized)
        }
    }
}
