import Console
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Journal
import Model
import TestKit
import Testing

@Suite("Open311: nobody's data leave")
struct Open311PrivacyTests {
    private static let planted = [
        "first_name": "密名", "last_name": "秘姓", "phone": "13912345678", "email": "hidden@example.cn",
        "device_id": "dev-4711", "account_id": "acc-4711",
    ]
    private static let secrets = ["密名", "秘姓", "13912345678", "139 1234 5678", "hidden@example.cn", "dev-4711", "acc-4711"]

    @Test(
        "no answer of any route holds the reporter's name, numbers or addresses, not even out of the text",
        arguments: [false, true])
    func answers(sealed: Bool) async throws {
        let seal = try #require(PersonalKey([UInt8](repeating: 7, count: 32)).map { PersonalSeal($0) })
        let bench = try Open311Bench(seal: sealed ? seal : nil) {
            $0.isPublic = true
            if sealed { $0.opened = { seal.open($0) } }
        }
        let words = ["service_code": "0102", "address_string": "秘姓密名家门口", "description": "我是秘姓密名，电话13912345678或139 1234 5678"]
        let report = Self.planted.merging(words) { $1 }
        try await bench.serve { client async throws in
            var texts: [String] = []
            for ending in ["json", "xml"] {
                let made = try await client.report(report, to: "/open311/v2/requests.\(ending)")
                #expect(made.status == .ok)
                texts.append(made.text)
                for change in [["service_code": "1"], ["email": String(repeating: "hidden@example.cn", count: 99)], ["lat": "1"]]
                {
                    let refused = try await client.report(report.merging(change) { $1 }, to: "/open311/v2/requests.\(ending)")
                    #expect(refused.status.code >= 400)
                    texts.append(refused.text)
                }
            }
            let ids = try await client.ask("requests.json").json?.array?.compactMap { $0["service_request_id"]?.string } ?? []
            #expect(ids.count == 2)
            for key in [Open311Bench.key, Open311Bench.reader, nil] {
                for ending in ["json", "xml"] {
                    for path in ["requests", "requests/\(ids[0])", "tokens/\(ids[0])", "services", "discovery"] {
                        texts.append(try await client.ask("\(path).\(ending)", key: key).text)
                    }
                }
            }
            let events = try await client.execute(
                uri: "/v1/events", method: .get, headers: [.authorization: "Bearer " + Open311Bench.reader])
            // The masked event log hides the members; what stands in free text is its own matter.
            #expect(!events.text.contains("hidden@example.cn"))
            for text in texts {
                for secret in Self.secrets { #expect(!text.contains(secret), "\(secret) in \(text.prefix(300))") }
            }
            let one = try await client.ask("requests/\(ids[0]).json").json?.array?.first
            #expect(one?["description"] == "我是***，电话***或***" && one?["address"] == "***家门口")
            let stored = try #require(bench.complaints().first?.reporter)
            #expect(sealed ? PersonalSeal.isSealed(stored) : stored == "秘姓密名")
        }
    }
}

@Suite("Open311: other people's programs")
struct Open311ForeignTests {
    @Test("georeport lists, reads back and understands both formats")
    func georeport() async throws {
        let bench = try Open311Bench()
        try await bench.serve { client async throws in
            let port = try #require(client.port)
            let address = "http://any:\(Open311Bench.key)@127.0.0.1:\(port)/open311/v2"
            guard
                let printed = try await python([
                    Fixtures.root + "/Tests/Foreign/open311_client.py", address, Open311Bench.key,
                ])
            else { return print("skipped: .venv/bin/python is not there; 'make test' installs it") }
            let said = try #require(try? JSON(parsing: printed), "\(printed)")
            let number = try #require(said["number"]?.string)
            let services = try #require(said["json"]?["services"]?.array)
            #expect(services.count == 3 && said["xml"]?["services"]?.array?.count == 3)
            #expect(said["xml"]?["services"]?.array?.last?["service_name"] == "其他 <&>")
            #expect(said["xml"]?["definition"]?["service_code"] == "0102")
            for form in ["json", "xml"] {
                let one = try #require(said[form]?["one"])
                #expect(one["service_request_id"]?.string == number && one["status"] == "open")
                #expect(one["description"] == "垃圾 <未清运>\n已三天" && one["address"] == "钢铁大街 & 民族路")
                #expect(one["lat"]?.plainText == "40.6574")
            }
            #expect(said["json"]?["list"]?.array?.count == 1 && said["json"]?["named"]?.array?.count == 1)
            #expect(said["xml"]?["list"]?["service_request_id"]?.string == number)
            #expect(!printed.contains("13800001111") && !printed.contains("小明"))
        }
    }

    @Test("XML is well-formed whatever a report holds, and says what JSON says")
    func wellFormed() async throws {
        let bench = try Open311Bench()
        let nasty = "<b>&amp;]]> \"'\u{0}\u{1}\u{FFFE}\u{1F6AE} \r\n终"
        try await bench.serve { client async throws in
            let id = try #require(
                try await client.report(["service_code": "0399", "address_string": "<&>", "description": nasty]).requestID)
            let script = """
                import sys, json, xml.etree.ElementTree as E
                r = E.fromstring(sys.stdin.buffer.read())
                print(json.dumps([r.tag, [[c.tag, {e.tag: e.text for e in c}] for c in r]]))
                """
            for path in ["services", "services/0399", "requests", "requests/\(id)", "tokens/\(id)", "discovery", "nothing"] {
                let xml = try await client.ask(path + ".xml")
                guard let printed = try await python(["-c", script], input: xml.text) else { return }
                let tree = try #require(try? JSON(parsing: printed).array, "\(path): \(xml.text)")
                #expect(tree.count == 2)
                guard path == "requests/\(id)" else { continue }
                #expect(tree[0] == "service_requests" && tree[1].array?.first?.array?.first == "request")
                let told = tree[1].array?.first?.array?.last
                #expect(told?["address"] == "<&>" && told?["service_name"] == "其他 <&>")
                #expect(told?["description"]?.string?.hasPrefix("<b>&amp;]]> \"'") == true)
                let json = try #require(try await client.ask(path + ".json").json?.array?.first?.members)
                #expect(json.map(\.key) == told?.members?.map(\.key))
            }
        }
    }
}

@Suite("Open311: input that is none") struct Open311MutationTests {
    @Test("no mutation of a report or a query does harm, and every answer is a list or a refusal")
    func mutations() async throws {
        let bench = try Open311Bench()
        let wish = ProcessInfo.processInfo.environment["PATROLD_FUZZ"].flatMap { Int($0) } ?? 2000
        let seed = "api_key=\(Open311Bench.key)&service_code=0102&lat=40.5&long=109.8&description=%E5%9E%83+a&first_name=x"
        try await bench.serve { client async throws in
            var random = SeededNumbers(311)
            for _ in 0..<min(wish, 20_000) {
                var body = Array(seed.utf8)
                for _ in 0...Int(random.next() % 4) {
                    let at = Int(random.next() % UInt64(body.count))
                    switch random.next() % 3 {
                    case 0: body[at] = UInt8(truncatingIfNeeded: random.next())
                    case 1: body.remove(at: at)
                    default: body.insert(UInt8(truncatingIfNeeded: random.next()), at: at)
                    }
                }
                let answer = try await client.execute(
                    uri: "/open311/v2/requests.json", method: .post,
                    headers: [.contentType: random.next() % 8 == 0 ? "application/json" : "application/x-www-form-urlencoded"],
                    body: ByteBuffer(bytes: body))
                #expect([200, 400, 403, 404].contains(answer.status.code) && answer.json?.array != nil)
            }
        }
    }
}
