/// Unpacks DEFLATE data (RFC 1951), one bit at a time: spreadsheets of a report are small.
struct Inflate {
    private let input: ArraySlice<UInt8>
    private var at: Int
    private var bitsLeft = 0
    private var current: UInt8 = 0
    private var output: [UInt8] = []
    private let limit: Int

    struct Failure: Error {}

    /// - Throws: `Failure` for data that are broken or unpack to more than `limit` bytes.
    static func unpack(_ input: ArraySlice<UInt8>, limit: Int) throws -> [UInt8] {
        var inflate = Inflate(input: input, limit: limit)
        var last = false
        while !last {
            last = try inflate.bits(1) == 1
            switch try inflate.bits(2) {
            case 0: try inflate.stored()
            case 1: try inflate.block(Self.fixedLiterals, Self.fixedDistances)
            case 2:
                let (literals, distances) = try inflate.tables()
                try inflate.block(literals, distances)
            default: throw Failure()
            }
        }
        return inflate.output
    }

    private init(input: ArraySlice<UInt8>, limit: Int) {
        self.input = input
        at = input.startIndex
        self.limit = limit
    }

    private mutating func bits(_ count: Int) throws -> Int {
        var value = 0
        for index in 0..<count {
            if bitsLeft == 0 {
                guard at < input.endIndex else { throw Failure() }
                current = input[at]
                at += 1
                bitsLeft = 8
            }
            value |= Int(current & 1) << index
            current >>= 1
            bitsLeft -= 1
        }
        return value
    }

    private mutating func stored() throws {
        bitsLeft = 0
        let length = try bits(16)
        _ = try bits(16)
        guard at + length <= input.endIndex, output.count + length <= limit else { throw Failure() }
        output += input[at..<(at + length)]
        at += length
    }

    private mutating func block(_ literals: PrefixCode, _ distances: PrefixCode) throws {
        while true {
            let symbol = try decode(literals)
            if symbol < 256 {
                output.append(UInt8(symbol))
            } else if symbol == 256 {
                return
            } else {
                guard symbol - 257 < Self.lengths.count else { throw Failure() }
                let (base, extra) = Self.lengths[symbol - 257]
                let length = base + (try bits(extra))
                let far = try decode(distances)
                guard far < Self.distances.count else { throw Failure() }
                let distance = Self.distances[far].base + (try bits(Self.distances[far].extra))
                guard distance <= output.count else { throw Failure() }
                for _ in 0..<length { output.append(output[output.count - distance]) }
            }
            guard output.count <= limit else { throw Failure() }
        }
    }

    private mutating func tables() throws -> (PrefixCode, PrefixCode) {
        let (literals, distances, codes) = (try bits(5) + 257, try bits(5) + 1, try bits(4) + 4)
        var lengths = [Int](repeating: 0, count: 19)
        for index in 0..<codes { lengths[Self.order[index]] = try bits(3) }
        let code = PrefixCode(lengths)
        var all: [Int] = []
        while all.count < literals + distances {
            let symbol = try decode(code)
            switch symbol {
            case 16:
                guard let last = all.last else { throw Failure() }
                all += [Int](repeating: last, count: 3 + (try bits(2)))
            case 17: all += [Int](repeating: 0, count: 3 + (try bits(3)))
            case 18: all += [Int](repeating: 0, count: 11 + (try bits(7)))
            default: all.append(symbol)
            }
        }
        guard all.count == literals + distances else { throw Failure() }
        return (PrefixCode(Array(all[..<literals])), PrefixCode(Array(all[literals...])))
    }

    private mutating func decode(_ prefix: PrefixCode) throws -> Int {
        var (code, first, index) = (0, 0, 0)
        for length in 1...15 {
            code |= try bits(1)
            let count = prefix.counts[length]
            if code - count < first { return prefix.symbols[index + code - first] }
            index += count
            first = (first + count) << 1
            code <<= 1
        }
        throw Failure()
    }

    /// A canonical prefix code: how many codes of each length, and the symbols in code order.
    private struct PrefixCode {
        let counts: [Int]
        let symbols: [Int]

        init(_ lengths: [Int]) {
            var counts = [Int](repeating: 0, count: 16)
            for length in lengths where length > 0 { counts[length] += 1 }
            self.counts = counts
            symbols = (1...15).flatMap { length in lengths.indices.filter { lengths[$0] == length } }
        }
    }

    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let fixedLiterals = PrefixCode((0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    private static let fixedDistances = PrefixCode([Int](repeating: 5, count: 30))
    /// Symbols 257 to 285; 285 is 258 without extra bits.
    private static let lengths: [(base: Int, extra: Int)] = {
        let extras = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5]
        return bases(extras, from: 3) + [(258, 0)]
    }()
    private static let distances = bases((0..<30).map { max(0, $0 / 2 - 1) }, from: 1)

    private static func bases(_ extras: [Int], from first: Int) -> [(base: Int, extra: Int)] {
        var base = first
        return extras.map { extra in
            defer { base += 1 << extra }
            return (base, extra)
        }
    }
}
