import Tables
import TestKit
import Testing

@Suite struct TablesFuzzTests {
    private func read(_ bytes: [UInt8]) {
        guard let file = try? TableFile(bytes, limits: limits) else { return }
        for sheet in file.sheets.indices {
            // What is wrong is told by an error; nothing here may trap, hang or grow without end.
            var size = 0
            try? file.rows(ofSheet: sheet) { row in
                size += row.cells.reduce(0) { $0 + $1.text.utf8.count }
                #expect(row.number >= 0 && row.cells.count <= 16_384)
                return size <= 64 << 20
            }
            #expect(size <= 64 << 20, "a sheet gives no more than its limits let it")
        }
    }

    private var limits: TableLimits {
        var limits = TableLimits()
        limits.unpacked = 1 << 20
        limits.texts = 1 << 20
        return limits
    }

    private func mutated(_ bytes: [UInt8], _ numbers: inout SeededNumbers) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<4, using: &numbers) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &numbers)
            switch Int.random(in: 0..<5, using: &numbers) {
            case 0: bytes[at] = UInt8.random(in: 0...255, using: &numbers)
            case 1: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &numbers)
            case 2: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...40, using: &numbers)))
            case 3: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + Int.random(in: 1...40, using: &numbers))], at: at)
            default: bytes.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF], at: at)
            }
        }
        return bytes
    }

    @Test("archives with any bytes changed are read or refused")
    func archives() throws {
        let whole = try Fixtures.bytes("tables/quirks.xlsx")
        for number in FuzzInputs(share: 10) {
            var numbers = SeededNumbers(UInt64(number))
            read(mutated(whole, &numbers))
        }
    }

    @Test("markup with any bytes changed is read or refused, in a sound archive")
    func markup() throws {
        let zip = try ZipReader(Fixtures.bytes("tables/quirks.xlsx"))
        var parts = try zip.members.map { member in
            var part = ZipFixture.Part(member.name, "")
            part.content = try zip.contents(member)
            part.isDeflated = false
            return part
        }
        let sound = parts
        for number in FuzzInputs(share: 10) {
            var numbers = SeededNumbers(UInt64(number) + 1 << 40)
            let index = Int.random(in: 1..<parts.count, using: &numbers)
            parts[index].content = mutated(sound[index].content, &numbers)
            read(ZipFixture.archive(parts))
            parts[index] = sound[index]
        }
    }

    @Test("text and JSON with any bytes changed are read or refused")
    func text() {
        let texts = [
            "2021年投诉台账\r\n编号,内容,\"受理\r\n时间\"\r\n1,\"x\"\"y\",2021-03-05\r\n", "a;b\tc\n\"1\";2;3\n#N/A;;\n",
            "[{\"a\":1,\"b\":{\"c\":[1,2,{\"d\":null}]}},{\"a\":\"\\u6e20\\n\"}]",
            "{\"x\":{\"rows\":[{\"a\":true}]}}\n{\"b\":-1.5e3}",
        ].map { Array($0.utf8) }
        for number in FuzzInputs() {
            var numbers = SeededNumbers(UInt64(number) + 2 << 40)
            read(mutated(texts[number % texts.count], &numbers))
        }
    }
}
