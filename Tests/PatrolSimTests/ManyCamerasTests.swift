import PatrolSim
import TestKit
import Testing

@Suite("Many cameras on one port")
struct ManyCamerasTests {
    /// A client of its own making: asyncio, digest without qop (RFC 2069), counts parts until it has seen enough.
    private static let client = """
        import asyncio, hashlib, re, sys
        port, cameras, parts = map(int, sys.argv[1:4])
        md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
        async def one(number):
            path = f'/cam/{number}/ISAPI/Event/notification/alertStream'
            reader, writer = await asyncio.open_connection('127.0.0.1', port)
            writer.write(f'GET {path} HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'.encode())
            head = (await reader.readuntil(b'\\r\\n\\r\\n')).decode()
            assert head.startswith('HTTP/1.1 401'), head
            await reader.readexactly(int(re.search('Content-Length: (\\\\d+)', head)[1]))
            realm, nonce = re.search('realm="([^"]*)"', head)[1], re.search('nonce="([^"]*)"', head)[1]
            response = md5(f'{md5(f"admin:{realm}:load")}:{nonce}:{md5("GET:" + path)}')
            writer.write((f'GET {path} HTTP/1.1\\r\\nHost: x\\r\\nAuthorization: Digest username="admin", realm="{realm}", '
                f'nonce="{nonce}", uri="{path}", response="{response}"\\r\\n\\r\\n').encode())
            assert (await reader.readuntil(b'\\r\\n\\r\\n')).startswith(b'HTTP/1.1 200')
            seen = 0
            while seen < parts:
                await reader.readuntil(b'</EventNotificationAlert>')
                seen += 1
            writer.close()
            return seen
        async def main():
            print(sum(await asyncio.gather(*(one(number + 1) for number in range(cameras)))))
        asyncio.run(main())
        """

    @Test("two hundred streams are open at once and each gets every part of its camera")
    func twoHundred() async throws {
        let load = try await LoadRun.start(cameras: 200, rate: 5, heartbeat: nil)
        let port = try #require(load.cameras.first?.port)
        async let client = run("python3", ["-c", Self.client, String(port), "200", "10"])
        #expect(await eventually { load.heard == 200 })
        load.tell(10)
        #expect(await eventually { load.written == 2000 })
        #expect(String(decoding: try await client.output, as: UTF8.self) == "2000\n")
        await load.stop()
    }
}
